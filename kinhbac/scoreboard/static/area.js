// The page of an area: its strong and weak sides, its composites, all its indicators, and those to
// take along. Figures are those under data/; none is computed here.
(() => {
  "use strict";
  const {
    absent, amount, areas, cell, cellsIn, change, day, demo, domainOf, draw, element, fetched, figure, fit, handOut,
    handOutWorkbook, indicators, intervalRow, judged, link, name, named, newestOf, none, offerTable, period, place, rankBetween, released,
    row, seriesIn, stateOf, stepLine, stepTable, words,
  } = window.kinhbac;
  const t = words.area;
  const byId = (id) => document.getElementById(id);
  const { area, begun, formers } = byId("cells").dataset;
  const withName = (one) => ({ ...one, own: indicators.get(one.indicator) });
  const cells = newestOf(area).map(withName);
  // Of those that have a figure, and of how many there are where that is not all.
  const ofPeers = (one, of, all) => (none(one.rank) ? figure(null)
    : [...figure(one.rank), "/", ...figure(of), ...(all > of ? [" ", element("span", fit(t.of_all, { all }), { class: "small" })] : [])]);
  // Among all of its level, and among those alike where they are others: a ward among wards.
  const alike = (one) => ({ rank: one.like_rank, rank_low: one.like_rank_low, rank_high: one.like_rank_high });
  const ofLikes = (one) => [...ofPeers(alike(one), one.likes, one.likes), ...rankBetween(alike(one))];
  const ofAll = (one) => [...ofPeers(one, one.peers, one.peers_all), ...rankBetween(one),
    ...(none(one.like_rank) || one.likes === one.peers ? [] : [element("br"), element("span", [...ofLikes(one), " ", t.alike], { class: "small" })])];
  const moved = (one) => change(one.movement, one.value, "", one.better, one.own.decimals, one.beyond_chance);
  const valued = (one) => cell(one.indicator, area, one.period, one.value, one.state, name(one.own, "unit"));
  // Between which figures chance leaves the area's own.
  const within = ([low, high], own) => (none(low) ? []
    : [element("br"), element("span", [...figure(low, "", own.decimals), " – ", ...figure(high, "", own.decimals)], { class: "small" })]);

  const listEnds = (side) => {
    const body = byId(`${side}-rows`);
    if (!body) return;
    const listed = window.kinhbacEnds[area];
    for (const [position, key] of listed[side].entries()) {
      const ends = listed.within[side][position] ?? [null, null];
      const one = cells.find((other) => other.indicator === key);
      const bar = element("div", [], { class: "chart", "data-chart": "peers", role: "img", "aria-label": `${t.among_peers}: ${name(one.own)}` });
      const told = [one.peer_low, one.peer_median, one.peer_high].flatMap((value, position) => [position ? " · " : "", ...figure(value, "", one.own.decimals)]);
      body.append(row(
        [link(place("indicators", one.indicator, area, one.period), name(one.own)), ...demo(one.synthetic), " ", ...(side === "by_chance" ? judged(one) : [])],
        amount([...valued(one), ...within(ends, one.own)]),
        element("td", [bar, element("span", told, { class: "small" })], { class: "peers" }),
        amount(ofLikes(one)),
      ));
      draw(bar, { row: [{ value: one.value, low: one.peer_low, median: one.peer_median, high: one.peer_high, own_low: ends[0] ?? one.value, own_high: ends[1] ?? one.value }] });
    }
  };

  const listComposites = () => {
    const placed = [...cellsIn(window.kinhbacComposites, area).values()].map(withName);
    const rows = placed.map((one) => {
      const bar = none(one.rank_low) ? "" : intervalRow({
        width: 150, from: 1, to: one.units, at: one.rank, ends: [[1, "1"], [one.units, `${one.units}`]],
        spans: [{ low: one.rank_low, high: one.rank_high, class: "likely" }],
        label: fit(t.rank_row, { rank: one.rank, units: one.units, low: one.rank_low, high: one.rank_high }),
      });
      const interval = none(one.rank_low) ? absent(t.no_interval) : [bar, ...figure(one.rank_low), " – ", ...figure(one.rank_high),
        ...(one.interval_of === "method" ? [" ", element("span", `(${t.of_method})`, { class: "small" })] : [])];
      const line = row(
        [link(place("composites", one.indicator, area, one.period), name(one.own)), ...demo(one.synthetic)],
        amount(cell(one.indicator, area, one.period, one.value, one.state)),
        amount(ofPeers(one, one.units, one.units_all)),
        element("td", interval),
        period(one.period),
      );
      if (!one.is_root) line.firstChild.className = "part";
      return line;
    });
    byId("composite-rows")?.append(...rows);
  };

  // Of each composite that is no part of another, what would raise the area most in it.
  const listSteps = () => {
    const box = byId("step-tables");
    if (!box) return;
    const { fields } = window.kinhbacSteps;
    const steps = window.kinhbacSteps.areas[area].map((values) => named(fields, values));
    for (const key of new Set(steps.map((one) => one.indicator))) {
      const own = steps.filter((one) => one.indicator === key);
      const told = name(indicators.get(key));
      byId("raised").append(stepLine(own));
      box.append(
        element("h3", [link(place("composites", key, area, own[0].period), told), `, ${period(own[0].period)}`, ...demo(own[0].synthetic)]),
        ...stepTable(own, told),
      );
    }
  };

  const listCells = () => {
    byId("cells").append(...cells.map((one) => {
      const last = none(one.value) && !none(one.last_good_value)
        ? [`; ${words.indicator.last_good} `, ...figure(one.last_good_value, "", one.own.decimals)] : [];
      const line = row(
        [link(place("indicators", one.indicator), name(one.own)), ...demo(one.synthetic)],
        words.group[one.own.indicator_group],
        amount(valued(one)),
        element("td", judged(one)),
        amount(figure(one.target, "", one.own.decimals)),
        amount(moved(one)),
        amount(ofAll(one)),
        period(one.period, one.own.span),
        element("td", [stateOf(one.state), ...last]),
      );
      Object.assign(line.dataset, {
        text: `${one.own.name_vi} ${one.own.name_en}`, group: one.own.indicator_group, status: one.judgement === "no_limits" ? "none" : one.judgement,
      });
      return line;
    }));
  };

  // One indicator over time: this area, which is put together from former ones before its borders
  // were drawn, and those, as far as they have figures of their own.
  const showHistory = async (key) => {
    const content = await fetched(`indicators/${key}.js`, "kinhbacFigures");
    if (!content || byId("history-of").value !== key) return;
    const series = seriesIn(content, area);
    const begins = (one, at, all) => content.to_date && at > 0 && one.start.slice(0, 4) !== all[at - 1].start.slice(0, 4);
    const points = (own, whose) => {
      let part = 0;
      return own.flatMap((one, at, all) => {
        if (none(one.value) || begins(one, at, all)) part += 1;
        return none(one.value) ? [] : [{ ...one, part: `${whose} ${part}`, status: one.status || "none", status_label: words.status[one.status || "none"], note: [stateOf(one.state || "value"), one.restated ? words.indicator.restated : ""].filter(Boolean).join("; ") }];
      });
    };
    const known = formers.split(",").filter((former) => seriesIn(content, former).some((one) => !none(one.value)));
    const given = { cells: points(series, area), formers: known.flatMap((former) => points(seriesIn(content, former), former)) };
    given.borders = begun && given.cells[0]?.start < begun ? [{ start: begun, label: words.indicator.border_change }] : [];
    const chart = document.querySelector('[data-chart="series"]');
    const own = indicators.get(key);
    chart.dataset.unit = name(own, "unit");
    draw(chart, given, "series", null, { domain: domainOf(given, ...content.range), title: name(own, "unit") });
    const whose = known.map((former) => name(areas.get(former))).join(", ");
    byId("history-note").textContent = !begun ? "" : fit(known.length ? t.history_note : t.history_now, { day: day(begun), formers: whose });
    byId("history-rows").replaceChildren(...series.toReversed().map((one) => row(
      period(one.label, own.span), amount(cell(key, area, one.label, one.value, one.state)),
      stateOf(one.state || "value") + (one.restated ? `; ${words.indicator.restated}` : ""),
    )));
  };
  const offerHistory = () => {
    const select = byId("history-of");
    const first = [...cellsIn(window.kinhbacComposites, area)].filter(([, one]) => one.is_root && !none(one.value)).map(([key]) => key).at(-1);
    select.append(...cells.map((one) => element("option", name(one.own), { value: one.indicator, ...(one.indicator === first ? { selected: "" } : {}) })));
    select.addEventListener("change", () => showHistory(select.value));
    if (select.value) showHistory(select.value);
    else document.querySelector('[data-chart="series"]').dataset.empty = true;
  };

  const CSV = [
    "area", "area_name", "indicator", "name", "indicator_group", "sector", "period", "value", "unit",
    "target", "judgement", "state", "compared_with", "movement", "previous_change", "last_year_change", "span", "rank", "peers", "peers_all", "like_rank", "likes", "percentile",
    "synthetic",
  ];
  const allCells = () => cells
    .map((one) => ({
      ...one.own, ...one, area, area_name: areas.get(area).name_vi, name: one.own.name_vi, unit: one.own.unit_vi,
    }))
    .sort((one, other) => (one.indicator < other.indicator ? -1 : 1))
    .map((one) => CSV.map((column) => one[column]));

  const WIDTHS = [44, 24, 24, 16, 16, 16, 14, 44];
  const forPeople = () => [
    ...released(name(areas.get(area))),
    [t.indicator, t.group, t.period, t.value, words.indicator.unit, t.target, t.status, t.state].map((head) => ({ head })),
    ...cells.map((one) => [
      name(one.own), words.group[one.own.indicator_group], period(one.period, one.own.span), one.value, name(one.own, "unit"), one.target,
      words.status[one.judgement], stateOf(one.state) + (one.synthetic ? `; ${words.site.demonstration}` : ""),
    ]),
  ];

  listEnds("strongest");
  listEnds("weakest");
  listEnds("by_chance");
  listComposites();
  listSteps();
  listCells();
  offerHistory();
  for (const body of document.querySelectorAll("#strongest-rows, #weakest-rows, #by_chance-rows, #composite-rows, #step-tables tbody")) {
    const card = body.closest("section");
    offerTable(body.closest("table"), body.closest("#step-tables > *")?.previousElementSibling?.textContent ?? card.querySelector("h2").textContent);
  }
  handOutWorkbook(byId("download-workbook"), `${area}.xlsx`, WIDTHS, forPeople);
  handOut(byId("download"), `${area}.csv`, CSV, allCells);
})();
