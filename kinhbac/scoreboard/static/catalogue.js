// The catalogue: the newest value of the province beside each definition, out of the figures of
// that area; none is computed here.
(() => {
  "use strict";
  const { absent, cell, element, indicators: kinds, judged, newestOf, period, words } = window.kinhbac;
  const t = words.catalogue;
  const list = document.getElementById("definitions");
  const { area } = list.dataset;
  const newest = new Map(newestOf(area).map((one) => [one.indicator, one]));
  for (const line of list.rows) {
    const [value, state] = [...line.cells].slice(-2);
    const one = newest.get(line.dataset.key);
    value.replaceChildren(...(one ? [
      ...cell(one.indicator, area, one.period, one.value, one.state),
      element("br"),
      element("span", period(one.period, kinds.get(one.indicator)?.span), { class: "small" }),
    ] : [absent(t.no_province)]));
    if (one) state.replaceChildren(...judged(one));
    // As the strip of today counts them.
    line.dataset.status = ["held", "late", "no_value"].includes(one?.judgement) ? "old" : one?.judgement ?? "";
  }
})();
