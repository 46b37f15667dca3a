// Charts: draws a specification (charts.<language>.js) with figures that the page hands over.
// Nothing is computed: figures are shown as the release's tables hold them.
(() => {
  "use strict";

  const draw = (place, datasets, name = place.dataset.chart, timeAxis = null) => {
    const charts = window.kinhbacCharts;
    if (!charts || !window.vegaEmbed) return Promise.resolve();
    // A layer without data would only stretch the scales.
    const layer = structuredClone(charts[name].layer)
      .filter((one) => datasets[(one.data ?? charts[name].data)?.name]?.length !== 0);
    for (const { encoding } of layer) {
      if (timeAxis && encoding?.x?.axis) Object.assign(encoding.x.axis, timeAxis);
    }
    const spec = { ...charts[name], layer, datasets };
    delete place.dataset.empty;
    if (!layer.length) {
      place.dataset.empty = true;
      place.textContent = "–";
      return Promise.resolve();
    }
    const { rows, step } = spec.usermeta ?? {};
    if (rows) spec.height = step * Math.max(datasets[rows].length, 1);
    const locale = window.kinhbacLocale;
    return window.vegaEmbed(place, spec, {
      renderer: "svg", actions: false, ast: true, tooltip: { theme: "custom" },
      formatLocale: locale.number, timeFormatLocale: locale.time,
      loader: { target: "_self" },
    }).then((drawn) => {
      // The chart is described by its label and by the table beside it, not mark by mark.
      place.querySelector("svg")?.setAttribute("aria-hidden", "true");
      return drawn;
    });
  };

  window.kinhbac = { ...window.kinhbac, draw };
})();
