// The page of a composite: how it came about in a chosen area and period, and its charts.
// Figures are those of the release (data/composites/<composite>.js); none is computed here.
// Text reaches the page as text only, never as HTML.
(() => {
  "use strict";
  const { draw, language } = window.kinhbac;
  const content = window.kinhbacComposite;
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const words = JSON.parse(document.getElementById("page-words").textContent);
  const at = language === "vi" ? 0 : 1;
  const root = document.body.dataset.root;
  const areas = document.getElementById("area");
  const periods = document.getElementById("period");
  const locale = language === "vi" ? "vi-VN" : "en-GB";
  // As many decimals as the tables of the page have (language.py).
  const digits = (size) => (size >= 10000 ? 0 : size >= 1000 ? 1 : size > 0 && size < 0.005 ? 6 : 2);
  const write = (value) => {
    const text = new Intl.NumberFormat(locale, { maximumFractionDigits: digits(Math.abs(value)) }).format(value);
    return text === "-0" ? "0" : text;
  };

  const named = (fields, row) => Object.fromEntries(fields.map((field, place) => [field, row[place]]));
  const element = (tag, parts = [], attributes = {}) => {
    const made = document.createElement(tag);
    made.append(...[parts].flat().filter((part) => part !== null && part !== ""));
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  };
  const absent = () => element("span", "–", { class: "absent" });
  const figure = (value, unit = "") => {
    if (value === null) return [absent()];
    const gap = unit && unit !== "%" ? " " : "";
    return [element("data", write(value), { value }), unit ? element("span", gap + unit, { class: "unit" }) : ""];
  };
  const change = (value, unit = "") => {
    if (value === null) return [absent()];
    const sign = value > 0 ? "▲ " : value < 0 ? "▼ " : "= ";
    const size = element("data", write(Math.abs(value)), { value });
    return [element("span", [sign, size, unit ? ` ${unit}` : ""], { class: "change" })];
  };
  const explained = (indicator, area, period, parts) =>
    element("a", parts, { class: "cell", href: `${root}indicators/${indicator}.html#${area}/${period}` });
  const fill = (place, parts) => place.replaceChildren(...[parts].flat().filter((part) => part !== ""));

  const row = (part, area, period) => {
    const told = content.components[part.component];
    const link = element("a", told.name[at], { href: `${root}indicators/${part.component}.html#${area}/${period}` });
    const number = (parts) => element("td", parts, { class: "number" });
    return element("tr", [
      element("th", link, { scope: "row" }),
      number(figure(part.value, told.unit[at])),
      ...page.stages.map((stage) => number(figure(part[stage]))),
      number(figure(part.weight)),
      number(figure(part.previous_normalised)),
      number(change(part.change)),
      element("td", part.marks.map((mark) => words.mark[mark] ?? mark).join(", ")),
    ]);
  };

  const drawParts = (parts) => draw(document.querySelector('[data-chart="parts"]'), {
    parts: parts.filter((part) => part.normalised !== null).map((part) => ({
      name: content.components[part.component].name[at], value: part.normalised, weight: part.weight,
    })),
  });

  const show = (area, period) => {
    const cell = content.cells[area]?.[period];
    document.getElementById("no-cell").hidden = Boolean(cell);
    document.getElementById("shown").textContent =
      `${areas.selectedOptions[0].textContent}, ${periods.selectedOptions[0].textContent}`;
    const own = cell ? named(content.own, cell[0]) : named(content.own, content.own.map(() => null));
    const parts = cell ? cell[1].map((one) => named(content.part, one)) : [];
    const [value, moved, rank, interval, state] = document.querySelectorAll("#own dd");
    fill(value, own.value === null ? absent() : explained(page.indicator, area, period, figure(own.value, page.unit)));
    fill(moved, change(own.value_change, page.unit));
    fill(rank, own.rank === null ? absent() : [...figure(own.rank), "/", ...figure(own.units)]);
    fill(interval, own.rank_low === null ? absent() : [...figure(own.rank_low), " – ", ...figure(own.rank_high)]);
    const said = [words.state[own.state], own.mark ? words.mark[own.mark] ?? own.mark : null];
    fill(state, said.filter(Boolean).join(", ") || "–");
    document.querySelector("#decomposition tbody").replaceChildren(...parts.map((part) => row(part, area, period)));
    drawParts(parts);
  };

  // «#<area>/<period>» is a place on this page; a period that is not kept here gives the newest.
  const follow = () => {
    const [area, period] = decodeURIComponent(location.hash.slice(1)).split("/");
    if (content.cells[area]) {
      areas.value = area;
      const kept = [...periods.options].some((option) => option.value === period);
      periods.value = kept ? period : periods.options[0].value;
    }
    show(areas.value, periods.value);
  };
  const choose = () => { location.hash = `${areas.value}/${periods.value}`; };

  areas.addEventListener("change", choose);
  periods.addEventListener("change", choose);
  window.addEventListener("hashchange", follow);
  const ranked = document.querySelector('[data-chart="intervals"]');
  if (ranked) {
    const ranks = page.ranks.map((one) => ({ ...one, area: one.name[at], href: `#${one.key}/${one.period}` }));
    draw(ranked, { ranks, spans: ranks.filter((one) => one.rank_low !== null) });
  }
  follow();
})();
