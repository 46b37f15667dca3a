// Charts: draws a specification (charts.<language>.js) with figures that the page hands over.
// Nothing is computed: figures are those of the release's tables, at the six decimals that hints
// show, half up (filling.js): the library itself would round their binary tails.
(() => {
  "use strict";

  const shown = (one) => Object.fromEntries(Object.entries(one).map(
    ([key, value]) => [key, typeof value === "number" ? window.kinhbac.rounded(value, 6) : value],
  ));
  // From the lowest to the highest figure with some room, and no further than figures may lie; never
  // so narrow that a hundredth looks like a fall, and from nothing where nothing is near. The rule of
  // chart_images.py (a test compares both).
  const domainOf = (given, least = null, most = null) => {
    const ends = Object.values(given).flat().flatMap((one) => [one.value, one.low, one.high])
      .filter((one) => typeof one === "number");
    if (!ends.length) return null;
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    const room = Math.max((high - low) * 0.08, Math.max(Math.abs(low), Math.abs(high)) * 0.01, 1e-9);
    const bottom = low >= 0 && low < high / 3 ? 0 : Math.max(low - room, low >= 0 ? 0 : -Infinity);
    return [Math.max(bottom, Math.min(least ?? -Infinity, low)), Math.min(high + room, Math.max(most ?? Infinity, high))];
  };
  // A chart as a picture, made when somebody asks for it.
  const PICTURES = new Set(["series", "years", "bullet", "ranked", "tiles", "tiles_by_value", "funnel", "parts", "intervals"]);
  // What the marks of a chart tell: which data set they are, and the columns that a reader knows.
  const TOLD = ["years", "cells", "areas", "ranks", "parts", "value"];
  const headsOf = (t) => ({
    area: t.area, name: t.component, label: t.period, value: t.value, value_low: t.value_low, value_high: t.value_high, interval: t.interval, denominator: t.cases, rank: t.rank,
    rank_low: t.rank_low, rank_high: t.rank_high, weight: t.weight, status_label: t.status, note: t.note,
  });
  const tableOf = (given) => {
    const rows = given[TOLD.find((key) => given[key]?.length)] ?? [];
    const columns = Object.keys(headsOf({})).filter((column) => rows.some((one) => (one[column] ?? "") !== ""));
    return [columns, rows.map((one) => columns.map((column) => one[column] ?? null))];
  };
  const picturesOf = (view) => ({ svg: () => view.toSVG(), png: () => view.toCanvas(2) });
  const takeAlong = (place, name, view, given) => {
    const { offer, words } = window.kinhbac;
    const told = () => {
      const [columns, rows] = tableOf(given);
      const t = words.chart;
      const heads = headsOf(t);
      const unit = place.dataset.unit ?? "";
      const told = rows.map((one) => [...one, unit]);
      return { columns: [...columns, "unit"], heads: [...columns.map((column) => heads[column]), words.indicator.unit], rows: told };
    };
    offer(place, place.dataset.named || name, told, {
      drawing: picturesOf(view), after: place.closest(".scroll") ?? place,
    });
  };
  // ``axis``: what is said otherwise of the axis along the foot; ``upright``: title and domain of the other.
  const draw = (place, given, name = place.dataset.chart, axis = null, upright = null) => {
    const charts = window.kinhbacCharts;
    if (!charts || !window.vegaEmbed) return Promise.resolve();
    const datasets = Object.fromEntries(Object.entries(given).map(([key, rows]) => [key, rows.map(shown)]));
    // A layer without data would only stretch the scales.
    const layer = structuredClone(charts[name].layer)
      .filter((one) => datasets[(one.data ?? charts[name].data)?.name]?.length > 0);
    for (const { encoding } of layer) {
      if (axis && encoding?.x?.axis) Object.assign(encoding.x.axis, axis);
      if (upright && encoding?.y?.field) {
        if (upright.domain) encoding.y.scale = { domain: upright.domain, zero: false, nice: true };
        encoding.y.title = upright.title;
      }
    }
    const spec = { ...charts[name], layer, datasets };
    // On a phone the room for names beside a chart is what they need, and no more; its legend, which
    // would be cut, stands below it.
    if (spec.padding && place.clientWidth < 420) {
      spec.padding = { ...spec.padding, right: 0.7 * spec.padding.right };
      for (const { encoding } of layer) for (const kind of ["color", "shape"]) if (encoding?.[kind]?.legend) encoding[kind].legend = null;
    }
    delete place.dataset.empty;
    if (!layer.length) {
      place.dataset.empty = true;
      place.textContent = "–";
      return Promise.resolve();
    }
    const { rows, step } = spec.usermeta ?? {};
    if (rows) spec.height = step * Math.max(datasets[rows].length, 1);
    const locale = window.kinhbacLocale;
    place.dataset.named ??= place.getAttribute("aria-label") ?? "";
    return window.vegaEmbed(place, spec, {
      renderer: "svg", actions: false, ast: true, tooltip: { theme: "custom" },
      formatLocale: locale.number, timeFormatLocale: locale.time,
      loader: { target: "_self" },
    }).then((drawn) => {
      // The chart is described by its label and by the table beside it, not mark by mark.
      place.querySelector("svg")?.setAttribute("aria-hidden", "true");
      // The library calls every chart «Vega visualization».
      place.setAttribute("aria-label", place.dataset.named);
      place.setAttribute("role", "img");
      place.removeAttribute("aria-roledescription");
      if (PICTURES.has(name)) takeAlong(place, name, drawn.view, given);
      return drawn;
    });
  };

  window.kinhbac = { ...window.kinhbac, domainOf, draw, picturesOf };
})();
