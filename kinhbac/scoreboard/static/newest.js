// The newest figures of an area, out of those of all areas (data/latest/<sector>.js). A column of an
// indicator is a list over areas; equal lists stand once in a file.
(() => {
  "use strict";

  // Indicator → its cell, in the order of the file.
  const cellsIn = (file, area) => {
    const found = new Map();
    for (const [indicator, places] of Object.entries(file.cells)) {
      const columns = places.map((place) => file.lists[place]);
      const position = columns[file.columns.indexOf("area")].indexOf(area);
      if (position < 0) continue;
      const cell = Object.fromEntries(file.columns.map((column, one) => [column, columns[one][position]]));
      found.set(indicator, { indicator, ...cell });
    }
    return found;
  };

  // The same over all sectors, in the order in which a reader meets indicators.
  const newestOf = (area) => {
    const found = new Map(Object.values(window.kinhbacLatest).flatMap((file) => [...cellsIn(file, area)]));
    return [...window.kinhbac.indicators.keys()].filter((key) => found.has(key)).map((key) => found.get(key));
  };

  window.kinhbac = { ...window.kinhbac, cellsIn, newestOf };
})();
