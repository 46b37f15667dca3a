// What would raise an area most: the rows of that table, for pages of areas and of composites.
(() => {
  "use strict";
  const { absent, amount, at, climbed, element, figure, fit, indicators, link, name, none, number, ownerOf, place, row, words } = window.kinhbac;
  const t = words.steps;

  const small = (text) => [" ", element("span", text, { class: "small" })];
  const markOf = (one) => {
    const own = one[`group_${at}`] || one.group_vi;
    return own ? `${words.step_mark[one.mark]} (${own})` : words.step_mark[one.mark];
  };
  const ranks = (one) => {
    if (none(one.rank_after)) return [absent()];
    return [...figure(one.rank), " → ", ...figure(one.rank_after), ...climbed(one.rank, one.rank_after)];
  };
  const rowOf = (one) => {
    const own = indicators.get(one.component);
    const unit = name(own, "unit");
    return row(
      [link(place("indicators", one.component, one.area, one.period), name(own)), ...small(ownerOf(one.component))],
      element("td", [...figure(one.component_value, unit, own?.decimals), " → ", ...figure(one.aim, unit, own?.decimals), ...small(markOf(one))], { class: "broad" }),
      amount(["▲ ", ...figure(one.gain, name(indicators.get(one.indicator), "unit"), indicators.get(one.indicator)?.decimals)]),
      amount(ranks(one)),
    );
  };

  // What the steps give when all of them are taken: computed again, as they need not add up.
  const togetherOf = (steps) => {
    const [one, other] = steps.filter((step) => none(step.reason));
    if (!other || none(one.gain_together)) return [];
    const whole = indicators.get(one.indicator);
    const places = none(one.rank_together) ? [] : ["; ", fit(t.places, { before: number(one.rank), after: number(one.rank_together) }), ...climbed(one.rank, one.rank_together)];
    return ["▲ ", ...figure(one.gain_together, name(whole, "unit"), whole?.decimals), ...places];
  };

  // Rows of those that gain, and in words those from which no step could be tried.
  const stepRows = (steps) => steps.filter((one) => none(one.reason)).map(rowOf);
  const stepless = (steps) => steps.filter((one) => !none(one.reason))
    .map((one) => `${name(indicators.get(one.component))} (${words.step_reason[one.reason]})`).join("; ");

  // A table of an area's steps in one composite, or the words that say why it is none.
  const stepTable = (steps, label) => {
    const rows = stepRows(steps);
    const without = stepless(steps);
    const heads = [[t.component], [t.step, "broad"], [t.gain, "number"], [t.rank, "number"]]
      .map(([text, kind]) => element("th", text, { scope: "col", ...(kind ? { class: kind } : {}) }));
    const table = element("table", [element("thead", element("tr", heads)), element("tbody", rows)], { class: "named stacked" });
    const together = togetherOf(steps);
    return [
      rows.length
        ? element("div", table, { class: "scroll", tabindex: "0", role: "region", "aria-label": `${t.heading}: ${label}` })
        : element("p", t.nothing, { class: "absent" }),
      together.length ? element("p", [element("b", `${t.together} `), ...together]) : "",
      without ? element("p", `${t.without} ${without}.`, { class: "small" }) : "",
    ].filter(Boolean);
  };

  // The same in one line, for the head of an area's page; nothing where no step gains.
  const stepLine = (steps) => {
    const gaining = steps.filter((one) => none(one.reason));
    const told = gaining.flatMap((one, position) => {
      const own = indicators.get(one.component);
      const whole = indicators.get(one.indicator);
      const places = none(one.rank_after) ? [] : [`, ${fit(t.places, { before: number(one.rank), after: number(one.rank_after) })}`];
      return [
        position ? "; " : " ", link(place("indicators", one.component, one.area, one.period), name(own)), " ",
        ...figure(one.component_value, "", own?.decimals), " → ", ...figure(one.aim, name(own, "unit"), own?.decimals),
        element("span", [" (▲ ", ...figure(one.gain, name(whole, "unit"), whole?.decimals), ...places, ` · ${ownerOf(one.component)})`], { class: "c-soft" }),
      ];
    });
    const together = togetherOf(steps);
    if (together.length) told.push("; ", element("b", `${t.together} `), ...together);
    return told.length ? element("li", [element("b", fit(t.raises, { name: name(indicators.get(steps[0].indicator)) })), ...told, "."]) : "";
  };

  window.kinhbac = { ...window.kinhbac, stepLine, stepTable };
})();
