// Two indicators against each other, a dot an area. Those that were chosen are named; names of others
// are told below the picture when a reader points at them, or walks through them by arrow. Not here:
// which indicators and areas (compare.js).
(() => {
  "use strict";
  const { number, svg } = window.kinhbac;
  const [NEAR, LINE, FOOT] = [9, 15, 296];

  const scaled = ([low, high], from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);

  // Names of dots that lie close stand below one another, and above the foot.
  const apart = (spots) => {
    const placed = spots.map((one) => ({ ...one, line: one.y })).sort((one, other) => one.line - other.line);
    placed.forEach((one, at) => { if (at) one.line = Math.max(one.line, placed[at - 1].line + LINE); });
    placed.reduceRight((most, one) => { one.line = Math.min(one.line, most); return one.line - LINE; }, FOOT);
    return placed;
  };

  const tellOnDemand = (drawn, spots, circles, told) => {
    told.dataset.hint ??= told.textContent;
    const show = (found) => {
      circles.forEach((circle, at) => circle.classList.toggle("told", found.includes(spots[at])));
      told.textContent = found.length ? found.map((one) => `${one.name}: ${one.values.map((value) => number(value)).join("; ")}`).join(" · ") : told.dataset.hint;
    };
    const point = ({ clientX, clientY }) => {
      const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(drawn.getScreenCTM().inverse());
      const far = (one) => Math.hypot(one.x - x, one.y - y);
      show(spots.filter((one) => far(one) < NEAR).sort((one, other) => far(one) - far(other)));
    };
    for (const kind of ["pointermove", "pointerdown"]) drawn.addEventListener(kind, point);
    let walked = -1;
    drawn.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      walked = Math.min(Math.max(walked + step, 0), spots.length - 1);
      show([spots[walked]]);
    });
  };

  // ``dots``: {name, values, own}; ``ends`` and ``titles`` of both axes; ``told``: where names stand.
  const scatter = ({ dots, ends: [xs, ys], titles: [left, top], width }, told) => {
    const right = width - 20;
    const [x, y] = [scaled(xs, 50, right), scaled(ys, 300, 20)];
    const text = (across, up, said, attributes = {}) => svg("text", { x: across, y: up, ...attributes }, [said]);
    const spots = dots.map((one) => ({ ...one, x: x(one.values[0]), y: y(one.values[1]) })).sort((one, other) => one.x - other.x);
    const circles = spots.map((one) => svg("circle", { class: one.own ? "own" : "other", cx: one.x, cy: one.y, r: one.own ? 5 : 4 }));
    // A name stands on the side on which there is room, and no other chosen dot.
    const placed = apart(spots.filter((one) => one.own));
    const isBeside = (one) => one.x + 8 * one.name.length > width || placed.some((other) => Math.abs(other.y - one.line) < LINE && other.x > one.x && other.x - one.x < 8 * one.name.length);
    const names = placed.flatMap((one) => {
      const side = isBeside(one) ? -1 : 1;
      return [
        ...(Math.abs(one.line - one.y) > 4 ? [svg("path", { class: "axis", d: `M${one.x} ${one.y}L${one.x + 7 * side} ${one.line}` })] : []),
        text(one.x + 8 * side, one.line + 4, one.name, { class: "own", "text-anchor": side > 0 ? "start" : "end" }),
      ];
    });
    const drawn = svg("svg", { class: "scatter", viewBox: `0 0 ${width} 340`, role: "img", tabindex: 0, "aria-label": `${left} × ${top}`, "aria-describedby": told.id }, [
      svg("path", { class: "axis", d: `M50 20V300H${right}` }), text(50, 318, number(xs[0])), text(right, 318, number(xs[1]), { "text-anchor": "end" }),
      text(44, 300, number(ys[0]), { "text-anchor": "end" }), text(44, 26, number(ys[1]), { "text-anchor": "end" }),
      text(right, 334, left, { "text-anchor": "end" }), text(50, 12, top),
      ...circles.filter((_, at) => !spots[at].own), ...circles.filter((_, at) => spots[at].own), ...names,
    ]);
    tellOnDemand(drawn, spots, circles, told);
    return drawn;
  };

  window.kinhbac = { ...window.kinhbac, scaled, scatter };
})();
