// Two to six places and indicators side by side: a row an indicator on one scale, all areas of a kind
// as dots, two indicators against each other, a table of ranks. The choice stands in the link. Figures
// are those under data/; an index (first common period = 100) is the one thing computed here.
(() => {
  "use strict";
  const {
    absent, amount, areas, change, climbed, element, fetched, figure, fit, indicators, link, name, none, number, offer, offerTable,
    period, place, rankBetween, row, rowsIn, scaled, scatter, seriesIn, stateOf, status, svg, words,
  } = window.kinhbac;
  const t = words.compare;
  const MOST = 6;
  const PERIODS = 24;
  const [WIDTH, HEIGHT, EDGE] = [200, 56, 6];
  const byId = (id) => document.getElementById(id);
  const given = byId("compare").dataset;
  const seriesOf = (content, area) => seriesIn(content, area).filter((one) => !none(one.value)).slice(-PERIODS);
  const listed = (text) => (text ?? "").split(",").filter(Boolean);

  const chosen = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const known = (kind, all) => [...new Set(listed(asked.get(kind) ?? given[kind]))].filter((key) => all.has(key)).slice(0, MOST);
    return { areas: known("areas", areas), indicators: known("indicators", indicators), index: asked.get("as") === "index" };
  };
  const choose = (choice) => {
    location.hash = `areas=${choice.areas.join()}&indicators=${choice.indicators.join()}${choice.index ? "&as=index" : ""}`;
  };

  const comparedOf = (content) => rowsIn(content.compared);

  const domainOf = (values) => [Math.min(...values), Math.max(...values)];

  const drawLines = (series, home, labels, domain, level, limits, said) => {
    const x = scaled([0, Math.max(labels.length - 1, 1)], EDGE, WIDTH - EDGE);
    const y = scaled(domain, HEIGHT - EDGE, EDGE);
    // A running total begins anew in January: its line does too.
    const path = (points, toDate) => points.map((one, at) => {
      const begins = at === 0 || (toDate && one.start.slice(0, 4) !== points[at - 1].start.slice(0, 4));
      return `${begins ? "M" : "L"}${x(labels.indexOf(one.label)).toFixed(1)} ${y(one.value).toFixed(1)}`;
    }).join("");
    const last = series.at(-1);
    return svg("svg", { class: "spark multiple", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said }, [
      ...limits.filter((one) => one.value >= domain[0] && one.value <= domain[1])
        .map((one) => svg("path", { class: `limit ${one.colour}`, d: `M${EDGE} ${y(one.value)}H${WIDTH - EDGE}` })),
      svg("path", { class: "before", d: path(home.points, home.toDate) }),
      svg("path", { class: "now", d: path(series, home.toDate) }),
      ...(last ? [svg("circle", { class: `end ${level ?? "none"}`, cx: x(labels.indexOf(last.label)), cy: y(last.value), r: 4 })] : []),
    ]);
  };

  // All areas that are compared as dots on a line, those that were chosen dark.
  const drawDots = (compared, newest, choice, label) => {
    const values = compared.map((one) => newest.get(one.area)).filter((value) => !none(value));
    if (values.length < 3) return "";
    const x = scaled(domainOf(values), EDGE, WIDTH - EDGE);
    const dot = (one, is) => svg("circle", { class: is ? "own" : "other", cx: x(newest.get(one.area)).toFixed(1), cy: 9, r: is ? 4 : 2.5 }, [
      svg("title", {}, [`${name(areas.get(one.area))}: ${number(newest.get(one.area))}`]),
    ]);
    const known = compared.filter((one) => !none(newest.get(one.area)));
    const [own, others] = [true, false].map((is) => known.filter((one) => choice.areas.includes(one.area) === is));
    return svg("svg", { class: "dots", viewBox: `0 0 ${WIDTH} 18`, role: "img", "aria-label": label }, [...others.map((one) => dot(one, false)), ...own.map((one) => dot(one, true))]);
  };

  const againstHome = (own, value, home, better) => {
    if (none(value) || none(home) || better === "neutral") return "";
    const gap = value - home;
    const sure = own && !none(own.value_low) && (home < own.value_low || home > own.value_high);
    const isBetter = better === "lower_is_better" ? gap < 0 : gap > 0;
    if (!sure) return element("span", own && !none(own.value_low) ? t.not_clear : fit(t.beside, { gap: number(Math.abs(gap)) }), { class: "c-soft" });
    return element("span", fit(isBetter ? t.better : t.worse, { gap: number(Math.abs(gap)) }), { class: isBetter ? "c-green" : "c-red" });
  };

  const rowOf = (key, content, choice) => {
    const own = indicators.get(key);
    const compared = comparedOf(content);
    const of = new Map(compared.map((one) => [one.area, one]));
    const raw = new Map([...choice.areas, content.home].map((area) => [area, seriesOf(content, area)]));
    const newest = new Map(compared.map((one) => [one.area, seriesOf(content, one.area).find((cell) => cell.label === one.period)?.value]));
    const common = choice.areas.map((area) => raw.get(area).map((one) => one.label)).filter((one) => one.length);
    const first = common.length ? common.reduce((one, other) => one.filter((label) => other.includes(label)))[0] : null;
    const indexed = (points) => {
      const base = points.find((one) => one.label === first)?.value;
      return choice.index ? (base ? points.map((one) => ({ ...one, value: (100 * one.value) / base })) : []) : points;
    };
    const shown = new Map([...raw].map(([area, points]) => [area, indexed(points)]));
    const all = [...shown.values()].flat();
    const labels = [...new Map(all.map((one) => [one.start, one.label])).entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, label]) => label);
    const domain = all.length ? domainOf(all.map((one) => one.value)) : [0, 1];
    // Only a province is more than one of the places.
    const isWhole = areas.get(content.home)?.kind === "province";
    const last = isWhole ? raw.get(content.home).at(-1) : null;
    const home = { points: isWhole ? shown.get(content.home) : [], toDate: content.to_date };
    const cells = choice.areas.map((area) => {
      const points = shown.get(area);
      const newestOne = raw.get(area).at(-1);
      if (!newestOne) return element("td", absent());
      const one = of.get(area);
      const beside = area === content.home ? "" : againstHome(one, newestOne.value, last?.label === newestOne.label ? last.value : null, content.direction);
      const says = [
        element("b", [element("a", figure(newestOne.value, "", own.decimals), { href: place("indicators", key, area, newestOne.label), class: "cell" })]),
        " ", ...(one?.judgement && one.judgement !== "no_limits" ? [status(one.judgement)] : []),
        element("br"), ...(none(one?.rank) ? [] : [fit(t.rank, { n: one.rank }), ...rankBetween(one), beside && " · "]), beside,
      ];
      return element("td", [element("p", says), drawLines(points, home, labels, domain, one?.judgement, choice.index ? [] : content.limits, `${name(own)}, ${name(areas.get(area))}: ${number(newestOne.value)}`)]);
    });
    const unit = choice.index ? t.index_unit : name(own, "unit");
    return element("tr", [
      element("th", [link(place("indicators", key), name(own)), element("p", `${unit}${last ? ` · ${name(areas.get(content.home))} ${number(last.value, own.decimals)} · ${period(last.label, own.span)}` : ""}`, { class: "small" }),
        drawDots(compared, newest, choice, fit(t.dots, { n: compared.length }))], { scope: "row" }),
      ...cells,
    ]);
  };

  // Two indicators against each other, over the areas that have both.
  const drawScatter = (choice, contents) => {
    const box = byId("scatter");
    const [one, other] = contents;
    byId("scatter-card").hidden = !other;
    if (!other) return box.replaceChildren();
    const newestOf = (content) => new Map(comparedOf(content).map((cell) => [cell.area, seriesOf(content, cell.area).find((of) => of.label === cell.period)?.value]));
    const [across, up] = [newestOf(one), newestOf(other)];
    const both = [...across.keys()].filter((area) => !none(across.get(area)) && !none(up.get(area)));
    if (both.length < 3) return box.replaceChildren(absent(t.too_few));
    const [left, top] = contents.map((content) => name(indicators.get(content.indicator)));
    const drawn = scatter({
      dots: both.map((area) => ({ name: name(areas.get(area)), values: [across.get(area), up.get(area)], own: choice.areas.includes(area) })),
      ends: [across, up].map((values) => domainOf(both.map((area) => values.get(area)))), titles: [left, top], width: Math.max(box.clientWidth, 280),
    }, byId("scatter-names"));
    box.replaceChildren(drawn);
    const units = contents.slice(0, 2).map((content) => name(indicators.get(content.indicator), "unit"));
    offer(drawn, t.scatter, () => ({
      heads: [t.area, left, words.indicator.unit, top, words.indicator.unit],
      rows: both.map((area) => [name(areas.get(area)), across.get(area), units[0], up.get(area), units[1]]),
    }), { after: box });
    return undefined;
  };

  // Areas of the kinds that were chosen, the best first.
  const rankedOf = (content, choice) => {
    const kinds = new Set(choice.areas.map((area) => areas.get(area).kind));
    return comparedOf(content).filter((one) => !none(one.rank) && kinds.has(areas.get(one.area).kind))
      .map((one) => ({ ...one, value: seriesOf(content, one.area).find((cell) => cell.label === one.period)?.value }));
  };
  const listRanks = (choice, content) => {
    const own = content && indicators.get(content.indicator);
    byId("ranks-title").textContent = own ? fit(t.ranked, { name: name(own) }) : "";
    const moved = (one, before) => amount([
      ...change(one[`${before}_change`], one.value, "", before === content.now.compared_with ? one.better : null, own.decimals, one.beyond_chance),
      ...climbed(one[`${before}_rank`], one.rank),
    ]);
    byId("ranks").replaceChildren(...(content ? rankedOf(content, choice) : []).map((one) => {
      const line = row(link(place("areas", one.area), name(areas.get(one.area))), amount([...figure(one.rank), ...rankBetween(one)]),
        amount(figure(one.value, "", own.decimals)), moved(one, "previous"), moved(one, "last_year"));
      if (choice.areas.includes(one.area)) line.className = "is-own";
      return line;
    }));
  };

  const chips = (kind, all, choice) => byId(`chosen-${kind}`).replaceChildren(...choice[kind].map((key) => {
    const button = element("button", [name(all.get(key)), " ×"], { type: "button", class: "plain", "aria-label": fit(t.remove, { name: name(all.get(key)) }) });
    button.addEventListener("click", () => choose({ ...choice, [kind]: choice[kind].filter((one) => one !== key) }));
    return button;
  }));
  const offerChoice = (kind, all, fits) => {
    byId(`all-${kind}`).append(...[...all.entries()].filter(([, one]) => fits(one)).map(([, one]) => element("option", [], { value: name(one) })));
    byId(`add-${kind}`).addEventListener("change", ({ target }) => {
      const found = [...all.entries()].find(([, one]) => fits(one) && name(one) === target.value);
      const choice = chosen();
      if (found && choice[kind].length < MOST) choose({ ...choice, [kind]: [...choice[kind], found[0]] });
      target.value = "";
    });
  };

  let turn = 0;
  const show = async () => {
    turn += 1;
    const mine = turn;
    const choice = chosen();
    chips("areas", areas, choice);
    chips("indicators", indicators, choice);
    byId("as-index").checked = choice.index;
    const contents = [];
    for (const key of choice.indicators) {
      const content = await fetched(`indicators/${key}.js`, "kinhbacFigures");
      if (content) contents.push(content);
    }
    if (mine !== turn) return;
    byId("heads").replaceChildren(element("td"), ...choice.areas.map((area) => element("th", link(place("areas", area), name(areas.get(area))), { scope: "col" })));
    byId("rows").replaceChildren(...contents.map((content) => rowOf(content.indicator, content, choice)));
    drawScatter(choice, contents);
    listRanks(choice, contents[0]);
    byId("compare").dataset.ready = mine;
  };

  let cells = [];
  const gather = async () => {
    const choice = chosen();
    const contents = await Promise.all(choice.indicators.map((key) => fetched(`indicators/${key}.js`, "kinhbacFigures")));
    cells = contents.filter(Boolean).flatMap((content) => choice.areas.flatMap((area) => seriesOf(content, area)
      .map((one) => ({ ...one, area, own: indicators.get(content.indicator) }))));
  };
  const told = () => ({
    columns: ["indicator", "name", "area", "area_name", "period", "value", "unit", "state"],
    records: cells.map((one) => [one.own.indicator, one.own.name_vi, one.area, areas.get(one.area).name_vi, one.label, one.value, one.own.unit_vi, one.state || "value"]),
    heads: [words.area.indicator, t.areas, words.indicator.period, t.value, words.indicator.unit, words.indicator.state],
    rows: cells.map((one) => [
      name(one.own), name(areas.get(one.area)), period(one.label, one.own.span), one.value, name(one.own, "unit"),
      stateOf(one.state || "value") + (one.synthetic ? `; ${words.site.demonstration}` : ""),
    ]),
  });

  offerChoice("areas", areas, (one) => !one.ended);
  offerChoice("indicators", indicators, () => true);
  byId("as-index").addEventListener("change", ({ target }) => choose({ ...chosen(), index: target.checked }));
  offer(byId("compare"), t.side_by_side, told, { after: byId("compare").parentElement });
  offerTable(byId("ranks").parentElement, words.indicator.compared);
  window.addEventListener("hashchange", () => show().then(gather));
  show().then(gather);
})();
