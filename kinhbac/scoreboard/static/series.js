// The series of an indicator, out of data/indicators/<indicator>.js: a column is a list over periods,
// of all areas if they have the same, else of each; equal lists stand once in the file. Not here: the
// cells of an indicator's own page (cells.js).
(() => {
  "use strict";

  // Every file of figures assigns one name; each is taken before the next is fetched.
  const files = new Map();
  const fetched = (path, name) => {
    const before = files.get(path);
    if (before) return before;
    const made = [...files.values()].reduce((one, other) => one.then(() => other), Promise.resolve()).then(() => new Promise((done) => {
      window.kinhbacLoading.fetchFigures(path, () => done(window[name]), () => done(null));
    }));
    files.set(path, made);
    return made;
  };

  // Column → its list in an area, and what each operand was worth there; null where it has no cells.
  const columnsIn = (content, area) => {
    const at = content.areas.indexOf(area);
    if (at < 0) return null;
    const listOf = (places) => content.lists[Array.isArray(places) ? places[at] : places];
    const found = Object.fromEntries(content.columns.map((column, one) => [column, listOf(content.cells[one])]));
    return { ...found, status: found.status.map((code) => content.statuses[code] ?? null), worth: content.worth.map(listOf) };
  };
  // Every cell of an area, from the oldest to the newest.
  const seriesIn = (content, area) => {
    const found = columnsIn(content, area);
    return (found?.period ?? []).map((label, at) => ({
      ...Object.fromEntries(content.columns.map((column) => [column, found[column][at]])), label,
    }));
  };

  // Rows of columns, of which one that is no list is the same in all rows.
  const rowsIn = (columns) => columns.area.map((_, at) => Object.fromEntries(
    Object.entries(columns).map(([field, of]) => [field, Array.isArray(of) ? of[at] : of]),
  ));

  window.kinhbac = { ...window.kinhbac, columnsIn, fetched, rowsIn, seriesIn };
})();
