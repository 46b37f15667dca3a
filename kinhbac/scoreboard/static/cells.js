// The cells of one indicator in all areas, and what its operands were worth, out of
// data/indicators/<indicator>.js (series.js).
(() => {
  "use strict";
  const content = window.kinhbacFigures;
  const { columnsIn, named } = window.kinhbac;

  const series = new Map();
  const cellsOf = (area) => {
    if (!series.has(area)) series.set(area, columnsIn(content, area));
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

  // What an operand was worth in the cell of an area and a period.
  const worth = (operand, area, label) => {
    const cells = cellsOf(area);
    return cells.worth[content.operands.indexOf(operand)][cells.period.indexOf(label)];
  };

  window.kinhbac = { ...window.kinhbac, cellAt, cellsOf, monthsBefore, worth };
})();
