// Today: what has changed since this browser last saw a release before this one, and pictures and
// figures to take along. Not here: figures, which stand in the page.
(() => {
  "use strict";
  const place = document.getElementById("since-visit");
  const KEY = "kinhbac-seen";
  const now = Object.fromEntries([...document.querySelectorAll("[data-matter]")]
    .map((one) => [one.dataset.matter, one.dataset.level]));
  const { releaseNumber: release } = place.dataset;
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      return {};
    }
  };
  // The newest release that was seen, and the one before it, with which this page is compared.
  const { last, before } = read();
  const than = last?.release === release ? before : last;
  if (than) {
    const added = Object.keys(now).filter((key) => !(key in than.matters)).length;
    const gone = Object.keys(than.matters).filter((key) => !(key in now)).length;
    const redder = Object.keys(now).filter((key) => now[key] === "red" && than.matters[key] === "yellow").length;
    const said = [["new", added], ["redder", redder], ["gone", gone]]
      .filter(([, n]) => n).map(([name, n]) => place.dataset[name].replace("{n}", n));
    place.textContent = `${place.dataset.said.replace("{release}", than.release)} ${said.join(" · ") || place.dataset.same}`;
    place.hidden = false;
  }
  try {
    localStorage.setItem(KEY, JSON.stringify({ last: { release, matters: now }, before: than }));
  } catch {
    // A browser that keeps nothing is told nothing.
  }

  const { offer, offerTiles, words } = window.kinhbac;
  const { indicator: t, state, today } = words;
  const text = (one, part) => one.querySelector(part)?.textContent.trim() ?? "";
  const strip = document.querySelector(".strip");
  offer(strip, today.counted, () => ({
    heads: [t.status, t.value],
    rows: [...strip.children].map((one) => [text(one, "span"), Number(one.querySelector("data").value)]),
  }), { after: document.querySelector(".standing").parentElement });
  const matters = document.querySelector("#decide + .matters");
  if (matters) {
    offer(matters, today.decide, () => ({
      heads: [today.indicator, t.owner, t.period, t.value, t.unit, t.state],
      rows: [...matters.children].flatMap((one) => JSON.parse(one.querySelector(".spark")?.dataset.told ?? "[]")
        .map(([period, value, of]) => [text(one, "h3 a"), text(one, ".owner"), period, value, one.dataset.unit, state[of]])),
    }));
  }
  offerTiles();
})();
