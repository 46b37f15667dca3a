// Today: what has changed since this browser last saw a release before this one. Not here: figures.
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
})();
