// A strip: all that are compared as dots on one line, chosen ones dark. Not here: who is compared.
(() => {
  "use strict";
  const { reachOf, scaled, svg } = window.kinhbac;
  const [WIDTH, EDGE, MIDDLE, FEWEST] = [200, 6, 9, 3];

  // ``dots``: {value, own, said}; nothing where they are too few to be compared.
  const strip = (dots, label) => {
    if (dots.length < FEWEST) return "";
    const x = scaled(reachOf(dots.map((one) => one.value)), EDGE, WIDTH - EDGE);
    const drawn = [false, true].flatMap((own) => dots.filter((one) => one.own === own).map((one) => svg("circle", {
      class: own ? "own" : "other", cx: x(one.value).toFixed(1), cy: MIDDLE, r: own ? 4 : 2.5,
    }, [svg("title", {}, [one.said])])));
    return svg("svg", { class: "dots", viewBox: `0 0 ${WIDTH} ${2 * MIDDLE}`, role: "img", "aria-label": label }, drawn);
  };

  window.kinhbac = { ...window.kinhbac, strip };
})();
