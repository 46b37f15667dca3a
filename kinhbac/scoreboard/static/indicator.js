// The indicator page: its charts, the series of a chosen area, where a figure comes from.
// Figures are those of the release's cells (data/<indicator>.js); none is computed here. Text
// reaches the page as text only, never as HTML.
(() => {
  "use strict";
  const { draw, language } = window.kinhbac;
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const words = JSON.parse(document.getElementById("page-words").textContent);
  const content = window.kinhbacCells;
  const at = language === "vi" ? 0 : 1;
  const numbers = new Intl.NumberFormat(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 6 });
  const root = document.body.dataset.root;
  const names = new Map();
  document.querySelectorAll("#area option").forEach((option) => names.set(option.value, option.textContent));

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

  const isNewDefinition = (cells, place) => place > 0 && cells.version[place] !== cells.version[place - 1];

  const rowsOf = (area) => {
    const cells = content.cells[area];
    let part = 0;
    return cells.period.map((label, place) => {
      // A gap ends a line, and so do another definition and the year of what is told to date.
      const begins = page.to_date && cells.start[place].endsWith("-01-01");
      if (cells.value[place] === null || isNewDefinition(cells, place) || begins) { part += 1; }
      const notes = [];
      if (cells.state[place]) notes.push(words.state[cells.state[place]]);
      if (cells.restated[place]) notes.push(words.indicator.restated);
      const status = cells.status[place] || "none";
      return {
        label, start: cells.start[place], value: cells.value[place], target: cells.target[place],
        part, status, status_label: words.status[status], revised: Boolean(cells.revised[place]),
        note: notes.join("; "),
      };
    });
  };

  const drawSeries = (area) => {
    const rows = rowsOf(area);
    const cells = rows.filter((row) => row.value !== null);
    const yearly = rows[0].label.length === 4;
    const targets = rows.filter((row) => row.target !== null)
      .map((row) => ({ start: row.start, value: row.target, part: yearly ? "" : row.start.slice(0, 4) }));
    const label = { yellow: words.indicator.legend_yellow, red: words.indicator.legend_red };
    // Without a figure there is nothing to set limits and borders beside.
    const beside = (marks) => (cells.length || targets.length ? marks : []);
    draw(document.querySelector('[data-chart="series"]'), {
      cells, targets, revised: cells.filter((row) => row.revised),
      limits: beside(page.limits.map((limit) => ({ ...limit, label: label[limit.colour] }))),
      borders: beside([
        ...page.borders.map((start) => ({ start, label: words.indicator.border_change })),
        ...content.cells[area].start.filter((_, place) => isNewDefinition(content.cells[area], place))
          .map((start) => ({ start, label: words.indicator.definition_change })),
      ]),
      forecast: area === page.home ? page.forecast : [],
    }, "series", timeAxis(rows));
    return cells;
  };

  const drawAll = () => {
    const cells = drawSeries(page.home);
    const spark = document.querySelector('[data-chart="spark"]');
    const last = cells.length - 1;
    draw(spark, { cells: cells.map((row, place) => ({ ...row, last: place === last })) });
    const bullet = document.querySelector('[data-chart="bullet"]');
    if (bullet && page.bullet) draw(bullet, page.bullet);
    const areas = page.compared.map((row) => {
      const status = row.status || "none";
      const area = language === "vi" ? row.name_vi : row.name_en;
      return {
        ...row, area, status, status_label: words.status[status],
        short: row.name_vi.replace(/^(Phường|Xã|Tỉnh) /, "").split(" ").map((word) => word[0]).join(""),
        href: `#${row.area}/${row.period}`,
      };
    });
    const known = areas.filter((row) => row.value !== null);
    const newest = cells[last];
    const ranked = document.querySelector('[data-chart="ranked"]');
    if (ranked) draw(ranked, { areas: known, whole: newest ? [{ value: newest.value }] : [] });
    for (const name of ["tiles", "tiles_by_value"]) {
      const tiles = document.querySelector(`[data-chart="${name}"]`);
      const middle = [...known].sort((one, other) => one.value - other.value)[Math.floor(known.length / 2)];
      if (tiles) draw(tiles, { areas: areas.filter((row) => row.tile_column !== null).map((row) => ({ ...row, dark: middle && row.value > middle.value })) });
    }
  };

  const element = (tag, text, attributes = {}) => {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  };
  const figure = (value, unit = "") => {
    if (value === null || value === undefined) return element("span", "–", { class: "absent" });
    const made = element("span");
    made.append(element("data", numbers.format(value), { value }), unit ? ` ${unit}` : "");
    return made;
  };
  const fact = (list, name, ...parts) => {
    const told = element("dd");
    told.append(...parts);
    list.append(element("dt", name), told);
  };

  const explain = () => {
    const [area, label] = decodeURIComponent(location.hash.slice(1)).split("/");
    const cells = content.cells[area];
    const place = cells ? cells.period.indexOf(label) : -1;
    const panel = document.getElementById("explanation");
    panel.hidden = place < 0;
    if (place < 0) return;
    const t = words.indicator;
    const unit = content.unit[at];
    const list = element("dl", null, { class: "facts" });
    fact(list, `${content.name[at]}, ${names.get(area)}, ${label}`, figure(cells.value[place], unit));
    fact(list, t.state, words.state[cells.state[place] || "value"], cells.restated[place] ? `; ${t.restated}` : "");
    if (cells.status[place]) fact(list, t.status, words.status[cells.status[place]]);
    if (cells.target[place] !== null) fact(list, t.target, figure(cells.target[place], unit));
    if (cells.holds[place]) fact(list, t.holds, cells.holds[place]);
    if (cells.last_good_value[place] !== null) {
      fact(list, t.last_good, figure(cells.last_good_value[place], unit), ` (${t.from_release} ${cells.last_good_release[place]})`);
    }
    fact(list, t.formula, element("span", document.querySelector(".formula").textContent, { class: "formula" }));
    for (const operand of content.operands.filter((one) => one.version === cells.version[place])) {
      const told = (cells.figures[operand.figure] || [])[place];
      const parts = [`${t[operand.role]}: `];
      if (operand.kind === "indicator") {
        const year = Number(label.slice(0, 4)) - operand.lag;
        const link = element("a", null, { href: `${root}indicators/${operand.key}.html#${area}/${year}${label.slice(4)}` });
        link.append(figure(told, operand.unit[at]));
        parts.push(link);
      } else {
        parts.push(figure(told, operand.unit[at]));
      }
      if (operand.coefficient !== 1) parts.push(` × ${numbers.format(operand.coefficient)}`);
      fact(list, operand.name[at] + (operand.lag ? ` (${t.a_year_before})` : ""), ...parts);
    }
    if (cells.numerator[place] !== null) fact(list, t.numerator, figure(cells.numerator[place]));
    if (cells.denominator[place] !== null) fact(list, t.denominator, figure(cells.denominator[place]));
    const files = element("ul", null, { class: "list" });
    for (const name of content.brought_by[cells.brought_by[place]] || []) {
      const [file, received, hash, source] = content.extracts[name] || [name, "", "", ""];
      files.append(element("li", `${source}: ${file}; ${t.received} ${received.split("-").reverse().join("/")}; ${t.hash} ${hash}…`));
    }
    fact(list, t.extracts, files.childElementCount ? files : "–");
    document.getElementById("explained").replaceChildren(list);
    panel.scrollIntoView({ block: "nearest" });
  };

  if (!content) return;
  document.getElementById("area")?.addEventListener("change", (event) => drawSeries(event.target.value));
  window.addEventListener("hashchange", explain);
  drawAll();
  explain();
})();
