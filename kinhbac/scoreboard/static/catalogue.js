// The catalogue: every definition (data/catalogue.js), and beside it the newest value of the province out
// of the figures of that area; none is computed here.
(() => {
  "use strict";
  const { absent, at, cell, demo, element, indicators: kinds, judged, link, name, named, newestOf, ownerOf, period, place, words } = window.kinhbac;
  const t = words.catalogue;
  const list = document.getElementById("definitions");
  const { area } = list.dataset;
  const { fields, lines } = window.kinhbacCatalogue;
  const newest = new Map(area ? newestOf(area).map((one) => [one.indicator, one]) : []);
  const other = at === "vi" ? "en" : "vi";
  const small = (parts, attributes = {}) => element("span", parts, { class: "small", ...attributes });
  // As the selects above name it: sector, owner, step.
  const chosen = (kind, key) => document.querySelector(`#by-${kind} option[value="${CSS.escape(key)}"]`)?.textContent ?? key;

  const lineOf = (values) => {
    const own = named(fields, values);
    const told = kinds.get(own.indicator);
    const one = newest.get(own.indicator);
    const line = element("tr", [
      element("th", [
        link(place("indicators", own.indicator), name(told)), ...demo(own.synthetic), element("br"),
        small(told[`name_${other}`] || told.name_vi, { lang: other }), element("br"),
        element("span", own.indicator, { class: "formula small" }),
      ], { scope: "row" }),
      element("td", [words.group[told.indicator_group], element("br"), small(chosen("sector", told.sector))]),
      element("td", [own[`formula_${at}`], element("br"), small(`${name(told, "unit")}, ${words.frequency[own.frequency]}`)]),
      element("td", [ownerOf(own.indicator) || own.owner, element("br"), small(chosen("step", own.step))]),
      element("td", one ? [
        ...cell(one.indicator, area, one.period, one.value, one.state), element("br"), small(period(one.period, told.span)),
      ] : absent(t.no_province), { class: "number" }),
      element("td", one ? judged(one) : []),
    ]);
    Object.assign(line.dataset, {
      key: own.indicator, group: told.indicator_group, sector: told.sector, owner: own.owner, step: own.step, source: own.source,
      data: own.synthetic ? "demo" : "real", text: [own.source, own.formula, own.purpose, own.purpose_vi ?? "", chosen("owner", own.owner)].join(" "),
      // As the strip of today counts them.
      status: ["held", "late", "no_value"].includes(one?.judgement) ? "old" : one?.judgement ?? "",
    });
    return line;
  };
  list.append(...lines.map(lineOf));
})();
