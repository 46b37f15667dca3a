// The page of an area: its strong and weak sides, its composites, all its indicators, and those to
// take along. Figures are those under data/; none is computed here.
(() => {
  "use strict";
  const {
    absent, amount, areas, cell, cellsIn, change, demo, draw, element, figure, fit, handOut, handOutWorkbook, indicators,
    judged, link, name, named, newestOf, none, period, place, rankBetween, released, row, stateOf, stepTable, words,
  } = window.kinhbac;
  const t = words.area;
  const byId = (id) => document.getElementById(id);
  const { area } = byId("cells").dataset;
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
  const valued = (one) => amount(cell(one.indicator, area, one.period, one.value, one.state, name(one.own, "unit")));

  const listEnds = (side) => {
    const body = byId(`${side}-rows`);
    for (const key of window.kinhbacEnds[area][side]) {
      const one = cells.find((other) => other.indicator === key);
      const bar = element("div", [], { class: "chart", "data-chart": "peers", role: "img", "aria-label": `${t.among_peers}: ${name(one.own)}` });
      const told = [one.peer_low, one.peer_median, one.peer_high].flatMap((value, position) => [position ? " · " : "", ...figure(value, "", one.own.decimals)]);
      body.append(row(
        [link(place("indicators", one.indicator), name(one.own)), ...demo(one.synthetic)],
        valued(one),
        element("td", [bar, element("span", told, { class: "small" })], { class: "peers" }),
        amount(ofLikes(one)),
      ));
      draw(bar, { row: [{ value: one.value, low: one.peer_low, median: one.peer_median, high: one.peer_high }] });
    }
  };

  const listComposites = () => {
    const placed = [...cellsIn(window.kinhbacComposites, area).values()].map(withName);
    const rows = placed.map((one) => {
      const interval = none(one.rank_low) ? absent(t.no_interval) : [...figure(one.rank_low), " – ", ...figure(one.rank_high),
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
        valued(one),
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
  listComposites();
  listSteps();
  listCells();
  handOutWorkbook(byId("download-workbook"), `${area}.xlsx`, WIDTHS, forPeople);
  handOut(byId("download"), `${area}.csv`, CSV, allCells);
})();
