// The indicator page: its newest value, its series, areas compared, and all cells to take along. Not
// here: where a figure comes from (explanation.js). None is computed.
(() => {
  "use strict";
  const content = window.kinhbacFigures;
  const {
    amount, areas, at, cell, cellAt, cellsOf, change, climbed, domainOf, draw, element, figure, fit, handOut, handOutWorkbook, indicators,
    intervalRow, judged, link, name, none, number, offer, passedOfYear, period, place, rankBetween, released, row, rowsIn, stateOf, status, words,
  } = window.kinhbac;
  const t = words.indicator;
  const key = content.indicator;
  const own = indicators.get(key);
  const unit = name(own, "unit");
  const { decimals } = own;
  const shown = content.home;
  const byId = (id) => document.getElementById(id);
  const chart = (kind) => document.querySelector(`[data-chart="${kind}"]`);

  const figureText = (value) => number(value, decimals);
  const stateSaid = (one) => [
    stateOf(one.state || "value"),
    ...(none(one.value) && !none(one.last_good_value) ? [`; ${t.last_good} `, ...figure(one.last_good_value, unit, decimals)] : []),
  ];

  const showNow = () => {
    const { now } = content;
    const one = cellAt(shown, now.period);
    byId("now-period").textContent = period(now.period, own.span);
    byId("now-value").append(...cell(key, shown, now.period, one.value, one.state || "value", unit));
    const said = judged({ ...one, judgement: now.judgement });
    byId("now-state").append(...said, ...(said.length ? [" "] : []), element("span", stateSaid(one), { class: "small" }));
    const facts = [];
    const fact = (title, parts) => facts.push(element("dt", title), element("dd", parts));
    if (!none(now.value_low)) fact(t.interval, intervalOf(now));
    if (!none(one.target)) fact(fit(t.target_of, { year: one.start.slice(0, 4) }), figure(one.target, unit, decimals));
    const better = { [now.compared_with]: now.better };
    const moved = (of) => change(now[`${of}_change`], one.value, unit, better[of], decimals, now.beyond_chance);
    if (!content.to_date) fact(t.previous, moved("previous"));  // what runs on is set beside last year
    fact(t.last_year, moved("last_year"));
    if (!none(now.rank) && now.peers > 2) {
      const among = now.peers_all > now.peers ? t.of_all : t.of_peers;
      fact(t.rank, [...figure(now.rank), ` ${fit(among, { n: now.peers, all: now.peers_all })}`]);
    }
    byId("now-facts").append(...facts);
    if (content.bullet) draw(chart("bullet"), { ...content.bullet, value: content.bullet.value.map((held) => ({ ...held, label: now.period, note: stateOf(one.state || "value") })) });
    else chart("bullet")?.remove();
    for (const [legend, is] of [["target", !none(one.target)], ["forecast", content.forecast.length]]) {
      document.querySelector(`[data-legend="${legend}"]`).hidden = !is;
    }
  };

  // How the target of the year will be met; what each period left must bring is a figure of a
  // ratio to date, and a movement of everything else.
  const showProgress = () => {
    const { progress } = content;
    byId("progress").hidden = !progress;
    if (!progress) return;
    byId("outlook").textContent = name(progress, "outlook");
    const facts = [];
    const fact = (title, parts) => facts.push(element("dt", title), element("dd", parts));
    const needed = progress.required_per_period;
    if (!none(progress.should_stand)) fact(t.should_stand, figure(progress.should_stand, unit, decimals));
    if (!none(needed)) fact(t.required, progress.course === "ratio" ? figure(needed, unit, decimals) : change(needed, needed, unit, null, decimals));
    if (!none(progress.forecast)) {
      const ends = [...figure(progress.forecast_low, "", decimals), " – ", ...figure(progress.forecast_high, unit, decimals)];
      fact(t.forecast, [...figure(progress.forecast, unit, decimals), " (", ...ends, ")"]);
    }
    byId("ahead").append(...facts);
    showReach(progress);
  };

  // What the end of the year can still be: whatever the periods left bring, and what is likely.
  const showReach = (progress) => {
    const one = cellAt(shown, content.now.period);
    const [bounds, likely] = [["possible_low", "possible_high"], ["forecast_low", "forecast_high"]]
      .map((ends) => ends.map((end) => progress[end])).map((ends) => (ends.some(none) ? null : ends));
    if (!bounds && !likely) return;
    const limits = content.per ? [] : content.limits;
    const target = none(one.target) ? [] : [{ value: one.target, text: `${t.legend_target} ${figureText(one.target)}`, class: "target" }];
    const held = [...(bounds ?? []), ...(likely ?? []), ...target.map((mark) => mark.value), one.value].filter((value) => !none(value));
    const [from, to] = [Math.min(...held), Math.max(...held)];
    const near = limits.filter((limit) => limit.value >= from && limit.value <= to).map((limit) => ({ value: limit.value, text: "", class: limit.colour }));
    const ends = bounds ?? likely;
    const told = fit(bounds ? t.reach : t.likely, { low: figureText(ends[0]), high: figureText(ends[1]), unit, confidence: Math.round(100 * (progress.forecast_confidence ?? 0)) });
    byId("reach").replaceChildren(
      element("p", told, { class: "small" }),
      intervalRow({
        from, to, at: one.value, marks: [...target, ...near], label: told,
        spans: [...(bounds ? [{ low: bounds[0], high: bounds[1], class: "possible" }] : []), ...(likely ? [{ low: likely[0], high: likely[1], class: "likely" }] : [])],
        ends: [[ends[0], figureText(ends[0])], [ends[1], figureText(ends[1])]],
      }),
    );
    const c = words.chart;
    offer(byId("reach"), t.progress, () => ({
      heads: [c.note, t.period, c.lowest, c.highest, t.unit],
      rows: [[t.value_now, one.period, one.value, one.value], [told, one.start.slice(0, 4), ...ends], ...target.map((mark) => [t.legend_target, one.start.slice(0, 4), mark.value, mark.value])]
        .map((line) => [...line, unit]),
    }));
  };

  const listSeries = () => {
    const cells = cellsOf(shown);
    const rows = cells.period.map((label, position) => row(
      period(label, own.span),
      amount(cell(key, shown, label, cells.value[position], cells.state[position])),
      cells.status[position] ? element("td", status(cells.status[position])) : "",
      amount(figure(cells.target[position], "", decimals)),
      amount(change(content.previous_change[position], cells.value[position], "", null, decimals)),
      amount(change(content.last_year_change[position], cells.value[position], "", null, decimals)),
      stateOf(cells.state[position] || "value") + (cells.restated[position] ? `; ${t.restated}` : ""),
    ));
    byId("series-rows").append(...rows.reverse());
  };

  const intervalOf = (one) => [...figure(one.value_low, "", decimals), " – ", ...figure(one.value_high, unit, decimals)];

  const drawFunnel = () => {
    if (!chart("funnel")) return;
    const rows = rowsIn(content.funnel);
    const lines = [["expected", "expected"], ["limit_low_95", "95"], ["limit_high_95", "95"], ["limit_low_998", "998"], ["limit_high_998", "998"]];
    draw(chart("funnel"), {
      areas: rows.map((one) => ({
        ...one, area: name(areas.get(one.area)), beyond: one.differs !== "same", href: place("areas", one.area),
        interval: intervalOf(one).map((part) => part.textContent ?? part).join(""),
      })),
      limits: lines.flatMap(([field, kind]) => rows.map((one) => ({ denominator: one.denominator, value: one[field], kind, part: field }))),
    });
  };

  const compared = rowsIn(content.compared).map((told) => ({ ...told, ...cellAt(told.area, told.period), name: name(areas.get(told.area)) }));
  const listCompared = () => {
    byId("compared-rows")?.append(...compared.map((one) => row(
      link(place("areas", one.area), one.name),
      amount(cell(key, one.area, one.period, one.value, one.state)),
      element("td", judged(one)),
      amount([...figure(one.rank), ...rankBetween(one)]),
      amount(figure(one.target, "", decimals)),
      ...(content.to_date ? ["last_year"] : ["previous", "last_year"]).map((before) => amount([
        ...change(one[`${before}_change`], one.value, "", before === content.now.compared_with ? one.better : null, decimals, one.beyond_chance),
        ...climbed(one[`${before}_rank`], one.rank),
      ])),
      period(one.period, own.span),
    )));
  };

  const offerAreas = () => {
    const select = byId("area");
    for (const [area, told] of areas) {
      if (!content.areas.includes(area)) continue;
      const ended = told.ended ? ` (${told.ended})` : "";
      select.append(element("option", name(told) + ended, { value: area, ...(area === shown ? { selected: "" } : {}) }));
    }
    select.addEventListener("change", () => drawSeries(select.value));
  };

  // A tick stands at the start of a period, and no period is named twice.
  const timeAxis = (rows) => {
    const length = rows[0].label.length;
    if (length === 10) return { format: "%d/%m/%Y", labelOverlap: true };
    const years = rows.length / (length === 4 ? 1 : rows[0].label.includes("Q") ? 4 : 12);
    const step = Math.max(Math.ceil(years / 2), 1);
    return length === 4
      ? { format: "%Y", tickCount: { interval: "year", step: Math.max(Math.ceil(rows.length / 12), 1) } }
      : { format: "%m/%Y", tickCount: { interval: "month", step: [1, 2, 3, 4, 6, 12].find((one) => one >= step) ?? 12 } };
  };

  const isNewDefinition = (cells, position) => position > 0 && cells.version[position] !== cells.version[position - 1];

  const marksOf = (cells) => {
    let part = 0;
    return cells.period.map((label, position) => {
      // A gap ends a line, and so do another definition and the year of what is told to date.
      const begins = content.to_date && cells.start[position].endsWith("-01-01");
      if (cells.value[position] === null || isNewDefinition(cells, position) || begins) { part += 1; }
      const notes = [];
      notes.push(stateOf(cells.state[position] || "value"));
      if (cells.restated[position]) notes.push(t.restated);
      const code = cells.status[position] || "none";
      return {
        label, start: cells.start[position], value: cells.value[position], target: cells.target[position],
        part, status: code, status_label: words.status[code], revised: Boolean(cells.revised[position]),
        note: notes.join("; "),
      };
    });
  };

  const drawSeries = (area) => {
    if (content.to_date) return drawYears(area);
    const series = cellsOf(area);
    const rows = marksOf(series);
    const cells = rows.filter((one) => one.value !== null);
    const yearly = rows[0].label.length === 4;
    const targets = rows.filter((one) => one.target !== null)
      .map((one) => ({ start: one.start, value: one.target, part: yearly ? "" : one.start.slice(0, 4) }));
    const label = { yellow: t.legend_yellow, red: t.legend_red };
    // Without a figure there is nothing to set limits and borders beside.
    const beside = (marks) => (cells.length || targets.length ? marks : []);
    const given = {
      cells, targets, revised: cells.filter((one) => one.revised),
      limits: beside(content.per ? [] : content.limits.map((limit) => ({ ...limit, label: label[limit.colour] }))),
      rising: beside(content.per ? content.limits.flatMap((limit) => series.period.map((one, position) => ({
        start: series.start[position], value: limit.value * passedOfYear(one), colour: limit.colour,
        part: `${limit.value} ${one.slice(0, 4)}`,
      }))) : []),
      borders: beside([
        ...content.borders.map((start) => ({ start, label: t.border_change })),
        ...series.start.filter((_, position) => isNewDefinition(series, position))
          .map((start) => ({ start, label: t.definition_change })),
      ]),
      forecast: area === shown ? content.forecast : [],
    };
    const title = own.span === "period" ? unit : `${unit}, ${content.covers[at === "vi" ? 0 : 1]}`;
    draw(chart("series"), given, "series", timeAxis(rows), { domain: domainOf(given, ...content.range), title });
    return cells;
  };

  // A running total begins anew each year: lines of years over months, and what this year's end can
  // still be. Limits and target that would flatten the lines are told at the edge.
  const SHOWN_YEARS = 3;
  const drawYears = (area) => {
    const series = cellsOf(area);
    const rows = marksOf(series).filter((one) => !none(one.value)).map((one) => ({ ...one, year: one.start.slice(0, 4), month: 12 * passedOfYear(one.label) }));
    const newest = rows.at(-1)?.year;
    const shownYears = rows.filter((one) => Number(one.year) > Number(newest) - SHOWN_YEARS);
    const kindOf = (one) => ["now", "before"][Number(newest) - Number(one.year)] ?? "older";
    const years = shownYears.map((one) => ({ ...one, kind: kindOf(one) }));
    const last = years.at(-1);
    const { progress } = content;
    const ahead = area === shown && progress && last && last.month < 12 ? [progress.possible_low ?? progress.forecast_low, progress.possible_high ?? progress.forecast_high] : [];
    // Lines decide; what lies farther from them than they spread is told at the edge.
    const domain = domainOf({ years }, ...content.range);
    const wide = domain && [domain[0] - (domain[1] - domain[0]), domain[1] + (domain[1] - domain[0])];
    const within = (value) => Math.min(Math.max(value, wide[0]), wide[1]);
    const reach = ahead.some(none) || !ahead.length ? [] : [{ month: last.month, low: last.value, high: last.value }, { month: 12, low: within(ahead[0]), high: within(ahead[1]) }];
    const isNear = (value) => domain && value >= wide[0] && value <= wide[1];
    const said = { yellow: t.legend_yellow, red: t.legend_red };
    const level = content.per ? [] : content.limits.map((limit) => ({ ...limit, label: said[limit.colour] }));
    const aim = none(last?.target) ? [] : [{ value: last.target, label: `${t.legend_target} ${figureText(last.target)}` }];
    const limits = level.filter((one) => isNear(one.value));
    const aims = aim.filter((one) => isNear(one.value));
    const edge = [...level.map((one) => ({ ...one, label: `${one.label} ${figureText(one.value)}` })), ...aim, ...(reach.length ? ahead.map((value, at) => ({ value, label: `${at ? t.reach_high : t.reach_low} ${figureText(value)}` })) : [])]
      .filter((one) => !isNear(one.value));
    const ofEnds = [...new Map(years.filter((one) => one.kind !== "older").map((one) => [one.year, one])).values()].map((one) => ({ ...one, label: one.year }));
    const given = {
      years, cells: years, revised: years.filter((one) => one.revised), reach, limits, aims,
      rising: content.per ? content.limits.flatMap((limit) => years.filter((one) => one.kind === "now").map((one) => ({
        month: one.month, value: limit.value * (one.month / 12), colour: limit.colour, part: `${limit.colour} ${limit.value}`,
      }))) : [],
      // Two years are told where they end, those before where they begin: ends lie close.
      ends: ofEnds.filter((one) => one.month < 12),
      begins: [...new Map(years.filter((one) => one.kind === "older").toReversed().map((one) => [one.year, one])).values()].map((one) => ({ ...one, label: one.year })),
    };
    const axis = domainOf({ years, reach, limits, aims }, ...content.range);
    // Names that would lie over each other stand one above another.
    const apart = axis ? (axis[1] - axis[0]) * 0.055 : 0;
    let least = -Infinity;
    given.beside = [
      ...limits.map((one) => ({ ...one, look: "limit" })), ...aims.map((one) => ({ ...one, look: "target" })),
      ...ofEnds.filter((one) => one.month === 12).map((one) => ({ value: one.value, label: one.year, look: "year" })),
    ].sort((one, other) => one.value - other.value).map((one) => {
      least = Math.max(one.value, least + apart);
      return { label: one.label, look: one.look, at: least };
    });
    given.far = [true, false].map((isHigh) => [isHigh, edge.filter((one) => axis && (one.value > axis[1]) === isHigh)]).filter(([, own]) => own.length)
      .map(([isHigh, own]) => ({ value: axis[isHigh ? 1 : 0], label: `${isHigh ? "↑" : "↓"} ${own.map((one) => one.label).join(", ")}` }));
    draw(chart("series"), given, "years", null, { domain: axis, title: unit });
    return years;
  };

  const drawAll = () => {
    const cells = drawSeries(shown);
    const last = cells.length - 1;
    const rows = compared.map((one) => {
      const told = areas.get(one.area);
      const code = (one.judgement !== "old" && one.status) || "none";  // an old one has no colour
      return {
        area: one.name, label: one.period, value: one.value, note: stateOf(one.state || "value"), status: code, status_label: words.status[code],
        tile_column: told.tile_column, tile_row: told.tile_row,
        short: name(told).replace(/^(Phường|Xã|Tỉnh) | (Ward|Commune|Province)$/, "").split(" ").map((word) => word[0]).join(""),
        href: `#${one.area}/${one.period}`, value_low: one.value_low, value_high: one.value_high,
        rank: one.rank, rank_low: one.rank_low, rank_high: one.rank_high,
        rank_text: none(one.rank) ? "" : `${number(one.rank)}${rankBetween(one).map((part) => part.textContent).join("")}`,
      };
    });
    const known = rows.filter((one) => one.value !== null);
    const newest = cells[last];
    if (chart("ranked")) {
      // Those that stand worst come first: they are what is looked for.
      const ranked = [...known.filter((one) => !none(one.rank)).reverse(), ...known.filter((one) => none(one.rank))];
      const ends = ranked.flatMap((one) => [one.value, one.value_low, one.value_high]).filter((value) => !none(value));
      const isSeen = (one) => one.value >= Math.min(...ends) && one.value <= Math.max(...ends);
      draw(chart("ranked"), {
        areas: ranked, spans: ranked.filter((one) => !none(one.value_low)), whole: newest ? [{ value: newest.value }] : [],
        limits: (content.per ? [] : content.limits).filter(isSeen),
      });
    }
    const middle = [...known].sort((one, other) => one.value - other.value)[Math.floor(known.length / 2)];
    for (const kind of ["tiles", "tiles_by_value"]) {
      const tiles = rows.filter((one) => one.tile_column !== null);
      if (chart(kind)) draw(chart(kind), { areas: tiles.map((one) => ({ ...one, dark: middle && one.value > middle.value })) });
    }
  };

  const CSV = ["indicator", "area", "name_vi", "period", "value", "unit", "span", "target", "status", "state", "reason", "synthetic"];
  const allCells = () => content.areas.flatMap((area) => cellsOf(area).period.map((label) => {
    const one = cellAt(area, label);
    return [
      key, area, areas.get(area).name_vi, label, one.value, own.unit_vi, own.span, one.target, one.status, one.state || "value",
      one.reason, Boolean(one.synthetic),
    ];
  }));

  const WIDTHS = [10, 28, 24, 16, 16, 14, 44];
  const forPeople = () => [
    ...released(name(own)),
    [words.area.code, words.area.area, t.period, `${t.value} (${unit})`, t.target, t.status, t.state].map((head) => ({ head })),
    ...content.areas.flatMap((area) => cellsOf(area).period.map((label) => {
      const one = cellAt(area, label);
      const state = stateOf(one.state || "value") + (one.synthetic ? `; ${words.site.demonstration}` : "");
      return [area, name(areas.get(area)), period(label, own.span), one.value, one.target, words.status[one.status], state];
    })),
  ];

  for (const place of document.querySelectorAll("[data-chart]")) place.dataset.unit = unit;
  offerAreas();
  showNow();
  showProgress();
  listSeries();
  listCompared();
  handOutWorkbook(byId("download-workbook"), `${key}.xlsx`, WIDTHS, forPeople);
  handOut(byId("download"), `${key}.csv`, CSV, allCells);
  drawAll();
  drawFunnel();
})();
