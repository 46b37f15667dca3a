// A sparkline that a reader chose: a figure over its periods, dark, above that of the whole, grey; limits
// dashed, the newest figure as a dot of its level. Not here: those of pages that come whole
// (sparkline.html), which share its look.
(() => {
  "use strict";
  const { scaled, svg } = window.kinhbac;
  const [WIDTH, HEIGHT, EDGE] = [200, 56, 6];

  // A running total begins anew in January: its line does too.
  const isNewYear = (one, before) => one.start.slice(0, 4) !== before.start.slice(0, 4);

  // ``now``, ``before``: points {label, start, value}; ``labels``: of the axis of time, ``domain``: of
  // figures; ``label``: what the picture tells.
  const sparkline = ({ now, before, toDate, labels, domain, level, limits, label }) => {
    const x = scaled([0, Math.max(labels.length - 1, 1)], EDGE, WIDTH - EDGE);
    const y = scaled(domain, HEIGHT - EDGE, EDGE);
    const place = (one) => [x(labels.indexOf(one.label)), y(one.value)].map((of) => of.toFixed(1));
    const path = (points) => points.map((one, at) => {
      const begins = at === 0 || (toDate && isNewYear(one, points[at - 1]));
      return `${begins ? "M" : "L"}${place(one).join(" ")}`;
    }).join("");
    const within = limits.filter((one) => one.value >= domain[0] && one.value <= domain[1]);
    const [cx, cy] = now.length ? place(now.at(-1)) : [];
    return svg("svg", { class: "spark multiple", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, [
      ...within.map((one) => svg("path", { class: `limit ${one.colour}`, d: `M${EDGE} ${y(one.value)}H${WIDTH - EDGE}` })),
      svg("path", { class: "before", d: path(before) }),
      svg("path", { class: "now", d: path(now) }),
      ...(now.length ? [svg("circle", { class: `end ${level ?? "none"}`, cx, cy, r: 4 })] : []),
    ]);
  };

  window.kinhbac = { ...window.kinhbac, sparkline };
})();
