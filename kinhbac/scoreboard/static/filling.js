// What a page's script needs to show figures: how they are written, what stands around them, how
// they are handed out. Not here: which figures (indicator.js, area.js, composite.js,
// catalogue.js). Figures come from the release's scripts under data/; none is computed here.
// Text reaches the page as text only, never as HTML.
(() => {
  "use strict";
  const words = window.kinhbacWords;
  const shapes = window.kinhbacShapes;
  const locale = window.kinhbacLocale;
  const at = document.documentElement.lang === "vi" ? "vi" : "en";
  const root = document.body.dataset.root;

  // Rounded and shown as on pages made without a script, by the rules of digits.py (a test compares
  // both): half up in decimal; three significant digits, or the decimals of the indicator.
  const rounded = (value, most) => {
    const unit = 10 ** most;
    const counted = Math.abs(value) * (Math.abs(value) * unit < 1e11 ? 1 + 1e-15 : 1) * unit;
    if (!Number.isFinite(counted)) return value;
    const whole = Math.floor(counted);
    return (Math.sign(value) * (whole + (counted - whole >= 0.5))) / unit + 0;
  };
  const digits = (value) => {
    const size = Math.abs(value);
    if (!(size > 0 && size < 100)) return 0;
    const place = Math.floor(Math.log10(Math.max(size, 1e-300)));
    const most = Math.min(Math.max(2 - place, 0), 6);
    const shown = rounded(size, most);
    const carries = shown >= 10 ** (place + 1) && Number(size.toPrecision(12)) < shown;
    return Math.min(most + carries, 6);
  };
  const formats = new Map();
  const number = (value, decimals = null) => {
    const most = decimals ?? digits(value);
    if (!formats.has(most)) {
      formats.set(most, new Intl.NumberFormat(at === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: most }));
    }
    return formats.get(most).format(String(rounded(Number(value), most)));
  };

  const fit = (text, given) => text.replace(/\{(\w+)\}/g, (_, name) => given[name]);

  const day = (written) => {
    if (!written) return "–";
    const [year, month, date] = written.split("-");
    const parts = { yyyy: year, MMM: locale.time.shortMonths[month - 1], MM: month, dd: date, d: Number(date) };
    return locale.day.replace(/yyyy|MMM|MM|dd|d/g, (part) => parts[part]);
  };

  // 2026, 2026-H1, 2026-Q3, 2026-10 and 2026-10-21, as people write them; that of a running total as
  // what it takes together.
  const period = (label, span = null) => {
    const [year, part, date] = label.split("-");
    const t = words.period;
    if (span === "year_to_date" && part) {
      if (date) return fit(words.period_to_date.day, { day: day(label) });
      const n = part[0] === "Q" ? 3 * part[1] : part[0] === "H" ? 6 * part[1] : Number(part);
      return fit(words.period_to_date.months, { n, year });
    }
    if (!part) return fit(t.year, { year });
    if (date) return fit(t.day, { day: day(label) });
    if (part[0] === "Q") return fit(t.quarter, { quarter: part[1], year });
    if (part[0] === "H") return fit(t.half_year, { half: part[1] === "1" ? t.first_half : t.second_half, year });
    return fit(t.month, { month: `${part}/${year}` });
  };

  const element = (tag, parts = [], attributes = {}) => {
    const made = document.createElement(tag);
    made.append(...[parts].flat().filter((part) => part !== null && part !== undefined && part !== ""));
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const svg = (tag, attributes, parts = []) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...parts);
    return made;
  };
  // Where figures between two ends lie in a drawing.
  const reachOf = (values) => [Math.min(...values), Math.max(...values)];
  const scaled = ([low, high], from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);
  // A status by shape, colour and word.
  const status = (code, word = null) => {
    const key = !code || code === "no_limits" ? "none" : code;
    const shape = svg("svg", { "aria-hidden": true, viewBox: "0 0 12 12", width: 12, height: 12 }, [svg(...(shapes[key] ?? shapes.none))]);
    return element("span", [shape, element("span", word ?? words.status[key])], { class: `status ${key}` });
  };
  // «mô phỏng» where a page mixes; where all of it is made up, its head says so once.
  const demo = (is) => (is && document.body.dataset.mixed ? [" ", element("span", words.site.synthetic_mark, { class: "demo" })] : []);
  const absent = (text = "–") => element("span", text, { class: "absent" });
  const none = (value) => value === null || value === undefined;

  const figure = (value, unit = "", decimals = null) => {
    if (none(value)) return [absent()];
    const gap = unit && unit !== "%" ? " " : "";
    return [element("data", number(value, decimals), { value }), unit ? element("span", gap + unit, { class: "unit" }) : ""];
  };
  // In the digits of the figure that moved; one that they do not show is «≈ 0». Coloured by its
  // direction where it is known to be beyond chance: where nothing is known of that, nothing is said.
  const change = (value, of, unit = "", better = null, decimals = null, beyondChance = false) => {
    if (none(value)) return [absent()];
    const said = number(Math.abs(value), decimals ?? digits(none(of) ? value : of));
    const sign = value === 0 ? "= " : said === "0" ? "≈ " : value > 0 ? "▲ " : "▼ ";
    const size = element("data", said, { value });
    const measure = unit === "%" ? words.site.points : unit;
    return [element("span", [sign, size, measure ? ` ${measure}` : ""], { class: `change ${(beyondChance && better) || ""}`.trim() })];
  };
  const stateOf = (state) => (state ? words.state[state] : "–");
  const endOf = (label) => {
    const [year, part, date] = label.split("-");
    const months = !part ? 12 : part[0] === "Q" ? 3 * part[1] : part[0] === "H" ? 6 * part[1] : Number(part);
    return new Date(Date.UTC(Number(year), date ? months - 1 : months, date ? Number(date) : 0));
  };
  // The part of its year that has passed by the last day of a period (periods.py).
  const passedOfYear = (label) => {
    const end = endOf(label);
    const days = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
    return (end.getUTCMonth() + end.getUTCDate() / days) / 12;
  };
  // «số liệu cũ 13 tháng», as language.py says it: from the end of its period to the release's day.
  const age = (label) => {
    const end = endOf(label);
    const today = new Date(`${window.kinhbacRelease.day}T00:00:00Z`);
    const whole = 12 * (today.getUTCFullYear() - end.getUTCFullYear()) + today.getUTCMonth() - end.getUTCMonth()
      - (today.getUTCDate() < end.getUTCDate());
    return whole < 2
      ? fit(words.site.old_days, { n: Math.round((today - end) / 86400000) })
      : fit(words.site.old_months, { n: whole });
  };
  // What may be said of a newest figure today; an old one says how old it is.
  const judged = (one) => {
    if (none(one.value) || !one.judgement || one.judgement === "no_limits") return [];
    return [status(one.judgement, one.judgement === "old" ? age(one.period) : null)];
  };
  const place = (kind, key, area, label) => `${root}${kind}/${key}.html${area ? `#${area}/${label}` : ""}`;
  // A figure of one cell with the way to its explanation, or why there is none.
  const cell = (key, area, label, value, state, unit = "") => (none(value)
    ? [absent(stateOf(state))]
    : [element("a", figure(value, unit, indicators.get(key)?.decimals), { class: "cell", href: place("indicators", key, area, label) })]);
  const link = (href, text) => element("a", text, { href });
  const row = (head, ...cells) => element("tr", [
    element("th", head, { scope: "row" }),
    ...cells.map((one) => (one instanceof Node ? one : element("td", one))),
  ]);
  const amount = (parts) => element("td", parts, { class: "number" });

  const named = (fields, values) => Object.fromEntries(fields.map((field, position) => [field, values[position]]));
  const table = (fields, rows) => new Map(rows.map((values) => [values[0], named(fields, values)]));
  // Pages that are whole as they come load no names.
  const names = window.kinhbacNames ?? { area_fields: [], areas: [], indicator_fields: [], indicators: [], owners: {} };
  const areas = table(names.area_fields, names.areas);
  const indicators = table(names.indicator_fields, names.indicators);
  // Whose an indicator is, by the agency's short name.
  const ownerOf = (key) => names.owners[indicators.get(key)?.owner]?.[at === "vi" ? 0 : 1] ?? "";
  const name = (told, stem = "name") => told?.[`${stem}_${at}`] || told?.[`${stem}_vi`] || "";

  // What stands above figures that are taken along: of what, and of which release.
  const released = (title) => {
    const { release, day: until } = window.kinhbacRelease;
    return [[{ head: title }], [`${words.site.release} ${release}, ${words.site.as_of} ${day(until)}`], []];
  };

  // What a spreadsheet would take for a formula is quoted (spreadsheets.py); figures are not text.
  const harmless = (text) => (locale.formula_begins.some((begin) => text.startsWith(begin)) ? `'${text}` : text);
  const written = (value) => {
    if (none(value)) return "";
    if (typeof value === "boolean") return value ? "True" : "False";
    if (typeof value !== "string") return String(value);
    const text = harmless(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  // The places between which a rank holds, where chance leaves more than one.
  const rankBetween = (one) => (none(one.rank) || none(one.rank_low) || one.rank_low === one.rank_high ? []
    : [element("span", ` (${one.rank_low}–${one.rank_high})`, { class: "small", title: fit(words.indicator.rank_between, { low: one.rank_low, high: one.rank_high }) })]);
  // How many places an area has gained or lost, in words.
  const climbed = (before, after) => {
    if (none(before) || none(after)) return [];
    const won = before - after;
    return [element("span", ` ${won > 0 ? fit(words.steps.up, { n: won }) : won < 0 ? fit(words.steps.down, { n: -won }) : words.steps.same}`, { class: "small" })];
  };
  const save = (parts, type, file) => {
    const address = URL.createObjectURL(new Blob(parts, { type }));
    element("a", [], { href: address, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  };
  // For programs: commas between fields, «.» is decimal, a byte-order mark. For people: workbook.js.
  const handOut = (button, file, columns, rows) => button?.addEventListener("click", () => {
    const lines = [typeof columns === "function" ? columns() : columns, ...rows()].map((values) => `${values.map(written).join(",")}\r\n`);
    save(["\ufeff", ...lines], "text/csv", file);
  });

  window.kinhbac = {
    ...window.kinhbac, absent, age, amount, areas, at, cell, change, climbed, day, demo, digits, element, endOf, figure, fit, handOut, released,
    indicators, judged, link, name, named, none, number, ownerOf, passedOfYear, period, place, rankBetween, reachOf, root, rounded, row, save, scaled, stateOf, status, svg, words,
  };
})();
