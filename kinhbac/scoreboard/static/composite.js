// The page of a composite: how it came about in a chosen area and period, its ranks, its charts.
// Figures are those of data/composites/<composite>.js; none is computed here.
(() => {
  "use strict";
  const content = window.kinhbacComposite;
  const {
    absent, amount, areas, cell, change, draw, element, figure, indicators, link, name, named, none, offerTable,
    period, place, row, stateOf, stepTable, words,
  } = window.kinhbac;
  const key = content.indicator;
  const unit = name(indicators.get(key), "unit");
  const stages = JSON.parse(document.getElementById("decomposition").dataset.stages);
  const chosenArea = document.getElementById("area");
  const chosenPeriod = document.getElementById("period");
  const steps = content.steps.map((values) => named(content.step_fields, values));
  const byId = (id) => document.getElementById(id);
  const fill = (box, parts) => box.replaceChildren(...[parts].flat().filter((part) => part !== ""));
  const mark = (one) => words.composite_mark[one] ?? one;
  const between = (low, high) => (none(low) ? absent() : [...figure(low), " – ", ...figure(high)]);

  // Of one period a field is a list over areas; equal lists stand once in the file.
  const list = (position) => content.lists[position];
  const at = (fields, position) => Object.fromEntries(
    Object.entries(fields).map(([field, one]) => [field, position < 0 ? null : list(one)[position]]),
  );
  const partsOf = (told, position) => Object.entries(told.parts)
    .map(([component, fields]) => ({ component, ...at(fields, position) }))
    .filter((part) => part.marks !== null);

  const rowOf = (part, area, label) => row(
    link(place("indicators", part.component, area, label), name(indicators.get(part.component))),
    amount(figure(part.value, name(indicators.get(part.component), "unit"), indicators.get(part.component)?.decimals)),
    ...stages.map((stage) => amount(figure(part[stage]))),
    amount(figure(part.weight)),
    amount(figure(part.previous_normalised)),
    amount(change(part.change, part.normalised)),
    part.marks.map(mark).join(", "),
  );

  const show = (area, label) => {
    const told = content.periods.find((one) => one.period === label);
    const position = list(told.areas).indexOf(area);
    document.getElementById("no-cell").hidden = position >= 0;
    document.getElementById("shown").textContent =
      `${chosenArea.selectedOptions[0].textContent}, ${chosenPeriod.selectedOptions[0].textContent}`;
    const own = at(told.own, position);
    const parts = partsOf(told, position);
    const [value, moved, rank, interval, state] = document.querySelectorAll("#own dd");
    const { decimals } = indicators.get(key);
    const printed = none(own.printed) ? []
      : [" ", element("span", [`(${words.composite.as_published}: `, ...figure(own.printed, "", decimals), ")"], { class: "small" })];
    fill(value, none(own.value) ? absent() : [...cell(key, area, label, own.value, own.state, unit), ...printed]);
    fill(moved, change(own.value_change, own.value, unit, null, decimals));
    fill(rank, none(own.rank) ? absent() : [...figure(own.rank), "/", ...figure(own.units)]);
    fill(interval, between(own.rank_low, own.rank_high));
    const said = [own.state && stateOf(own.state), own.mark && mark(own.mark)];
    fill(state, said.filter(Boolean).join(", ") || "–");
    document.querySelector("#decomposition tbody").replaceChildren(...parts.map((part) => rowOf(part, area, label)));
    draw(document.querySelector('[data-chart="parts"]'), {
      parts: parts.filter((part) => part.normalised !== null).map((part) => ({
        name: name(indicators.get(part.component)), value: part.normalised, weight: part.weight,
      })),
    });
  };

  // The newest steps of the chosen area, whatever the period: what is past is raised no more.
  const showSteps = (area) => {
    const own = steps.filter((one) => one.area === area);
    const label = own[0]?.period ?? steps[0]?.period;
    const told = `${name(areas.get(area))}${label ? `, ${period(label)}` : ""}`;
    byId("raised").textContent = told;
    byId("step-tables").replaceChildren(...stepTable(own, told));
    const table = byId("step-tables").querySelector("table");
    if (table) offerTable(table, `${words.steps.heading}: ${told}`);
  };

  // «#<area>/<period>» is a place on this page; a period that is not kept here gives the newest.
  const follow = () => {
    const [area, label] = decodeURIComponent(location.hash.slice(1)).split("/");
    if (content.areas.includes(area)) {
      const kept = content.periods.some((one) => one.period === label);
      chosenArea.value = area;
      chosenPeriod.value = kept ? label : content.periods[0].period;
    }
    show(chosenArea.value, chosenPeriod.value);
    showSteps(chosenArea.value);
  };
  const choose = () => { location.hash = `${chosenArea.value}/${chosenPeriod.value}`; };

  const listRanks = () => {
    const label = content.ranks_of;
    const ranks = content.ranks.map((values) => named(content.rank_fields, values));
    byId("rank-rows")?.append(...ranks.map((one) => row(
      link(`#${one.area}/${label}`, name(areas.get(one.area))),
      amount(figure(one.rank)),
      element("td", between(one.rank_low, one.rank_high)),
      amount(cell(key, one.area, label, one.value)),
      amount(figure(one.rank_met)),
    )));
    const chart = document.querySelector('[data-chart="intervals"]');
    if (!chart) return;
    const marks = ranks.map((one) => ({ ...one, area: name(areas.get(one.area)), href: `#${one.area}/${label}` }));
    draw(chart, { ranks: marks, spans: marks.filter((one) => one.rank_low !== null) });
  };

  // A published index beside what its parts give, figure by figure.
  const listPublished = () => {
    const t = words.composite;
    const { decimals } = indicators.get(key);
    byId("published-rows")?.append(...content.published.map((values) => named(content.published_fields, values)).map((one) => row(
      name(areas.get(one.area)),
      amount(figure(one.published, "", decimals)),
      amount(figure(one.value, "", decimals)),
      amount(figure(one.difference, "", 3)),
      amount(figure(one.published_rank)),
      amount(figure(one.rank)),
      one.is_beyond ? t.differs : t.agrees,
    )));
  };

  const option = (value, text, chosen) => element("option", text, { value, ...(chosen ? { selected: "" } : {}) });
  chosenArea.append(...content.areas.map((area) => option(area, name(areas.get(area)), area === content.home)));
  chosenPeriod.append(...content.periods.map((one) => option(one.period, period(one.period))));
  chosenArea.addEventListener("change", choose);
  chosenPeriod.addEventListener("change", choose);
  window.addEventListener("hashchange", follow);
  listRanks();
  listPublished();
  follow();
})();
