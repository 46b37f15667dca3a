// Where a figure comes from: the cell that the address names (#<area>/<period>), told operand by
// operand down to the files that brought it.
(() => {
  "use strict";
  const content = window.kinhbacFigures;
  const {
    areas, at, cellAt, cellsOf, day, element, endOf, figure, fit, indicators, monthsBefore, name, none, number, place, stateOf,
    words, worth,
  } = window.kinhbac;
  const t = words.indicator;
  const isPeer = (area) => (other) => areas.get(other)?.kind === areas.get(area)?.kind;

  // An explanation tells more decimals than a table does.
  const exact = (value, measure = "") => (none(value) ? figure(value)
    : [element("data", number(value, 6), { value }), measure ? ` ${measure}` : ""]);

  // The label of the period of the same kind that lies so many months before another.
  const labelBefore = (label, start, months) => {
    const day = monthsBefore(start, months);
    const [year, month] = day.split("-").map(Number);
    const part = label.slice(5);
    if (part[0] === "Q") return `${year}-Q${Math.ceil(month / 3)}`;
    if (part[0] === "H") return `${year}-H${Math.ceil(month / 6)}`;
    return day.slice(0, label.length);
  };

  // Every extract on which a cell rests: what brought the observations of its operands within the
  // time that it covers, or the newest before it where a stock is carried; and what its own parts name.
  const extractsOf = (one, operands, area, label) => {
    const found = new Set(content.brought_by[one.brought_by] || []);
    for (const operand of operands) {
      const [span] = (operand.span || indicators.get(content.indicator).span).split("/");
      const back = Number(/^(?:rolling|last_known)_(\d+)_months$/.exec(span)?.[1] ?? 0);
      const end = endOf(label);
      const begun = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1 - back, 1));
      const from = back ? begun.toISOString().slice(0, 10)
        : span === "year_to_date" ? `${one.start.slice(0, 4)}-01-01` : one.start;
      const first = monthsBefore(from, operand.lag);
      // The end of the period before is the day before the next one begins there.
      const next = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth(), end.getUTCDate() + 1));
      const last = monthsBefore(next.toISOString().slice(0, 10), operand.lag);
      const listed = span.startsWith("months_") && span.split("_").slice(1).map(Number);
      const told = (content.behind[operand.key] || [])
        .filter(([start]) => !listed || listed.includes(Number(start.slice(5, 7))))
        .filter(([start, , own]) => start < last && (!own || own.includes(area) || !own.some(isPeer(area))));
      const within = told.filter(([start]) => start >= first);
      const newest = told.at(-1)?.[0];
      for (const [, extract] of within.length ? within : told.filter(([start]) => start === newest)) found.add(extract);
    }
    return [...found];
  };

  const factsOf = (area, label) => {
    const one = cellAt(area, label);
    const own = indicators.get(content.indicator);
    const unit = name(own, "unit");
    const list = element("dl", [], { class: "facts" });
    const fact = (title, ...parts) => list.append(element("dt", title), element("dd", parts));
    const operands = content.operands.filter((operand) => operand.version === one.version);
    const language = at === "vi" ? 0 : 1;
    const chosen = document.getElementById("area").querySelector(`[value="${CSS.escape(area)}"]`).textContent;
    fact(`${name(own)}, ${chosen}, ${label}`, ...exact(one.value, unit));
    fact(t.state, stateOf(one.state || "value"), one.restated ? `; ${t.restated}` : "");
    if (one.status) fact(t.status, words.status[one.status]);
    if (one.target !== null) fact(t.target, ...exact(one.target, unit));
    if (one.holds) fact(t.holds, one.holds);
    if (one.last_good_value !== null) {
      fact(t.last_good, ...exact(one.last_good_value, unit), ` (${t.from_release} ${one.last_good_release})`);
    }
    fact(t.formula, document.getElementById("formula").textContent);
    for (const operand of operands) {
      let told = exact(worth(operand, area, label), operand.unit[language] ?? "");
      if (operand.kind === "indicator") {
        told = [element("a", told, { href: place("indicators", operand.key, area, labelBefore(label, one.start, operand.lag)) })];
      }
      if (operand.coefficient !== 1) told.push(` × ${number(operand.coefficient, 6)}`);
      const taken = operand.taken[language];
      fact(operand.name[language] + (taken ? ` (${taken})` : ""), `${t[operand.role]}: `, ...told);
    }
    if (one.numerator !== null) fact(t.numerator, ...exact(one.numerator));
    if (one.denominator !== null) fact(t.denominator, ...exact(one.denominator));
    const files = extractsOf(one, operands, area, label).map((extract) => {
      const [source, file, received, hash] = content.extracts[extract];
      return element("li", `${source}: ${file}; ${t.received} ${day(received)}; ${t.hash} ${hash}…`);
    });
    fact(t.extracts, files.length ? element("ul", files, { class: "list" }) : "–");
    return list;
  };

  // The newest figure's trail in one line: its last file, of how many, its release and definition.
  const tellTrail = () => {
    const label = content.now.period;
    const one = cellAt(content.home, label);
    const operands = content.operands.filter((operand) => operand.version === one.version);
    const files = extractsOf(one, operands, content.home, label).map((extract) => content.extracts[extract]).filter(([, , received]) => received)
      .sort((first, other) => (first[2] < other[2] ? 1 : -1));
    const parts = [
      ...(files.length ? [`${files[0][1]}; ${t.received} ${day(files[0][2])}; ${t.hash} ${files[0][3]}…`] : []),
      ...(files.length > 1 ? [fit(t.more_files, { n: files.length - 1 })] : []),
      `${words.site.release_short} ${window.kinhbacRelease.release}`, `${t.version} ${one.version}`,
    ];
    document.getElementById("trail").replaceChildren(
      parts.join(" · "), " ", element("a", t.explain, { href: `#${content.home}/${label}` }),
    );
  };

  const explain = () => {
    const [area, label] = decodeURIComponent(location.hash.slice(1)).split("/");
    const panel = document.getElementById("explanation");
    panel.hidden = !cellsOf(area)?.period.includes(label);
    if (panel.hidden) return;
    document.getElementById("explained").replaceChildren(factsOf(area, label));
    panel.scrollIntoView({ block: "nearest" });
  };

  window.addEventListener("hashchange", explain);
  tellTrail();
  explain();
})();
