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

  // What an operand was worth in an area in a period, or some years before it.
  const worth = (operand, area, start) => {
    const found = content.figures[operand.key][area];
    if (!found) return null;
    const [starts, values] = found.map((list) => content.lists[list]);
    const then = `${Number(start.slice(0, 4)) - operand.lag}${start.slice(4)}`;
    return values[starts.indexOf(operand.lag % 4 ? then.replace("-02-29", "-02-28") : then)];
  };

  window.kinhbac = { ...window.kinhbac, cellAt, cellsOf, worth };
})();
