// The cells of one indicator in all areas, and what its operands were worth, out of
// data/indicators/<indicator>.js. A column of an area is a list; equal lists stand once in the file.
(() => {
  "use strict";
  const content = window.kinhbacFigures;
  const { named } = window.kinhbac;

  // Column → its list.
  const series = new Map();
  const cellsOf = (area) => {
    if (!series.has(area)) {
      const columns = content.columns.map((column, position) => [column, content.lists[content.cells[area][position]]]);
      series.set(area, Object.fromEntries(columns));
    }
    return series.get(area);
  };
  const cellAt = (area, label) => {
    const cells = cellsOf(area);
    const position = cells.period.indexOf(label);
    return named(content.columns, content.columns.map((column) => cells[column][position]));
  };

  // The day so many months before another; a 29th of February may be a 28th.
  const monthsBefore = (day, months) => {
    const [year, month, date] = day.split("-").map(Number);
    const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
    return new Date(Date.UTC(year, month - 1 - months, Math.min(date, last))).toISOString().slice(0, 10);
  };

  // What an operand was worth in an area in a period, or some months before it.
  const worth = (operand, area, start) => {
    const found = content.figures[operand.span ? `${operand.key} ${operand.span}` : operand.key][area];
    if (!found) return null;
    const [starts, values] = found.map((list) => content.lists[list]);
    return values[starts.indexOf(monthsBefore(start, operand.lag))];
  };

  window.kinhbac = { ...window.kinhbac, cellAt, cellsOf, monthsBefore, worth };
})();
