// Two to six places and indicators side by side: a row an indicator on one scale, all areas of a kind
// as dots, two indicators against each other, a table of ranks. The choice stands in the link. Figures
// are those under data/; an index (first common period = 100) is the one thing computed here.
(() => {
  "use strict";
  const {
    absent, amount, areas, change, climbed, element, fetched, figure, fit, indicators, link, name, none, number, offer, offerTable,
    period, picturesOf, place, rankBetween, reachOf, row, rowsIn, scatter, seriesIn, sparkline, stateOf, status, strip, words,
  } = window.kinhbac;
  const t = words.compare;
  const MOST = 6;
  const PERIODS = 24;
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
    const domain = all.length ? reachOf(all.map((one) => one.value)) : [0, 1];
    // Only a province is more than one of the places.
    const isWhole = areas.get(content.home)?.kind === "province";
    const last = isWhole ? raw.get(content.home).at(-1) : null;
    const drawn = { before: isWhole ? shown.get(content.home) : [], toDate: content.to_date, labels, domain, limits: choice.index ? [] : content.limits };
    const dots = compared.filter((one) => !none(newest.get(one.area))).map((one) => ({
      value: newest.get(one.area), own: choice.areas.includes(one.area), said: `${name(areas.get(one.area))}: ${number(newest.get(one.area))}`,
    }));
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
      const label = `${name(own)}, ${name(areas.get(area))}: ${number(newestOne.value)}`;
      return element("td", [element("p", says), sparkline({ ...drawn, now: points, level: one?.judgement, label })]);
    });
    const unit = choice.index ? t.index_unit : name(own, "unit");
    return element("tr", [
      element("th", [link(place("indicators", key), name(own)), element("p", `${unit}${last ? ` · ${name(areas.get(content.home))} ${number(last.value, own.decimals)} · ${period(last.label, own.span)}` : ""}`, { class: "small" }),
        strip(dots, fit(t.dots, { n: dots.length }))], { scope: "row" }),
      ...cells,
    ]);
  };

  // The first two indicators against each other, over the areas that have both.
  const showScatter = async (choice, contents) => {
    const box = byId("scatter");
    const pair = contents.slice(0, 2);
    byId("scatter-card").hidden = pair.length < 2;
    box.dataset.empty = true;  // until something is drawn
    if (pair.length < 2) return;
    const newestOf = (content) => new Map(comparedOf(content).map((cell) => [cell.area, seriesOf(content, cell.area).find((of) => of.label === cell.period)?.value]));
    const [across, up] = pair.map(newestOf);
    const both = [...across.keys()].filter((area) => !none(across.get(area)) && !none(up.get(area)));
    const titles = pair.map((content) => name(indicators.get(content.indicator)));
    const units = pair.map((content) => name(indicators.get(content.indicator), "unit"));
    const dots = both.map((area) => ({ name: name(areas.get(area)), across: across.get(area), up: up.get(area), own: choice.areas.includes(area) }));
    box.parentElement.querySelector(".take")?.remove();
    const view = await scatter(box, dots, titles, byId("scatter-names"));
    if (view) offer(box, t.scatter, () => ({
      heads: [t.area, titles[0], words.indicator.unit, titles[1], words.indicator.unit],
      rows: dots.map((one) => [one.name, one.across, units[0], one.up, units[1]]),
    }), { drawing: picturesOf(view) });
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
    listRanks(choice, contents[0]);
    await showScatter(choice, contents);
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
