// The row of an interval: a scale, on it a span that something may take, what is likely of it, marks
// and the figure itself. Figures are those given.
(() => {
  "use strict";
  const [EDGE, MIDDLE] = [8, 24];
  const { scaled, svg } = window.kinhbac;

  // ``spans``: {low, high, class}; ``marks``: {value, text, class}, told above; ``ends``: texts below.
  const intervalRow = ({ from, to, spans, marks = [], at = null, ends = [], label, width = 320 }) => {
    const x = scaled([from, to], EDGE, width - EDGE);
    const anchor = (place) => (place < width / 4 ? "start" : place > (3 * width) / 4 ? "end" : "middle");
    const text = (place, y, said, kind = "") => svg("text", { x: place, y, "text-anchor": anchor(place), class: kind }, [said]);
    return svg("svg", { class: "interval", viewBox: `0 0 ${width} ${ends.length ? 46 : 34}`, role: "img", "aria-label": label }, [
      svg("path", { class: "scale", d: `M${EDGE} ${MIDDLE}H${width - EDGE}` }),
      ...spans.map((one) => svg("rect", { class: one.class, x: x(one.low), width: Math.max(x(one.high) - x(one.low), 2), y: MIDDLE - 6, height: 12 })),
      ...marks.flatMap((one) => [svg("path", { class: one.class, d: `M${x(one.value)} ${MIDDLE - 10}V${MIDDLE + 10}` }), text(x(one.value), 11, one.text, one.class)]),
      ...(at === null ? [] : [svg("circle", { class: "at", cx: x(at), cy: MIDDLE, r: 4.5 })]),
      ...ends.map(([value, said]) => text(x(value), 44, said)),
    ]);
  };

  window.kinhbac = { ...window.kinhbac, intervalRow };
})();
