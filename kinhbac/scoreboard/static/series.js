// The series of an indicator that a reader chooses, out of data/indicators/<indicator>.js. Not here:
// the cells of an indicator's own page (cells.js).
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

  // Every cell of an area, from the oldest to the newest.
  const seriesIn = (content, area) => {
    const places = content.cells[area];
    if (!places) return [];
    const columns = content.columns.map((column, at) => [column === "period" ? "label" : column, content.lists[places[at]]]);
    return columns[0][1].map((_, at) => Object.fromEntries(columns.map(([column, list]) => [column, list[at]])));
  };

  window.kinhbac = { ...window.kinhbac, fetched, seriesIn };
})();
