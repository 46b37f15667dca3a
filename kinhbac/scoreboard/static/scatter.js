// Two indicators against each other, a dot an area (charts.py). Those that were chosen are named; names
// of others are told below the picture when a reader points at them, or walks through them by arrow.
// Not here: which indicators and areas (compare.js).
(() => {
  "use strict";
  const { absent, draw, number, words } = window.kinhbac;
  const [NEAR, LINE, LETTER, FEWEST] = [9, 15, 7.5, 3];

  // A long name in lines of so many letters.
  const broken = (text, most) => text.split(" ").reduce((lines, word) => {
    if (lines.length && `${lines.at(-1)} ${word}`.length <= most) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
    return lines;
  }, []);

  // Names of dots that lie close stand below one another and above the foot, each on the side on which
  // there is room and no other chosen dot.
  const apart = (spots, width, height) => {
    const placed = spots.map((one) => ({ ...one, line: one.y })).sort((one, other) => one.line - other.line);
    placed.forEach((one, at) => { if (at) one.line = Math.max(one.line, placed[at - 1].line + LINE); });
    placed.reduceRight((most, one) => { one.line = Math.min(one.line, most); return one.line - LINE; }, height - LINE / 2);
    return placed.map((one) => {
      const long = LETTER * one.name.length;
      const isOver = (other) => Math.abs(other.y - one.line) < LINE && other.x > one.x && other.x - one.x < long;
      return { ...one, side: one.x + long > width || placed.some(isOver) ? -1 : 1 };
    });
  };

  const tellOnDemand = (box, view, spots, told) => {
    const show = (found) => {
      view.signal("told", found.map((one) => one.name)).runAsync();
      told.textContent = found.length ? found.map((one) => `${one.name}: ${number(one.across)}; ${number(one.up)}`).join(" · ") : told.dataset.hint;
    };
    const point = ({ clientX, clientY }) => {
      const { left, top } = box.querySelector("svg").getBoundingClientRect();
      const [right, down] = view.origin();
      const far = (one) => Math.hypot(one.x + left + right - clientX, one.y + top + down - clientY);
      show(spots.filter((one) => far(one) < NEAR).sort((one, other) => far(one) - far(other)));
    };
    box.onpointermove = point;
    box.onpointerdown = point;
    let walked = -1;
    box.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      walked = Math.min(Math.max(walked + step, 0), spots.length - 1);
      show([spots[walked]]);
    };
  };

  // ``dots``: {name, across, up, own}; ``titles`` of both axes; ``told``: where names stand. The view
  // that the library has drawn; null where dots are too few.
  const scatter = async (box, dots, titles, told) => {
    told.dataset.hint ??= told.textContent;
    told.textContent = told.dataset.hint;
    box.dataset.named = titles.join(" × ");
    box.setAttribute("aria-label", box.dataset.named);
    if (dots.length < FEWEST) {
      box.replaceChildren(absent(words.compare.too_few));
      Object.assign(box, { onpointermove: null, onpointerdown: null, onkeydown: null });
      return null;
    }
    const own = dots.filter((one) => one.own);
    const most = Math.floor(box.clientWidth / LETTER);
    const [across, up] = titles.map((title) => ({ title: broken(title, most) }));
    const given = { areas: [...dots.filter((one) => !one.own), ...own], names: own.map((one) => ({ ...one, side: 1, edge: one.across, at: one.up })) };
    const { view } = await draw(box, given, "scatter", across, up);
    const [x, y] = ["x", "y"].map((of) => view.scale(of));
    const placedOf = (of) => of.map((one) => ({ ...one, x: x(one.across), y: y(one.up) })).sort((one, other) => one.x - other.x);
    const named = apart(placedOf(own), view.width(), view.height())
      .map((one) => ({ ...one, edge: x.invert(one.x + LETTER * one.side), at: y.invert(one.line) }));
    if (named.length) await view.data("names", named).runAsync();
    tellOnDemand(box, view, placedOf(dots), told);
    return view;
  };

  window.kinhbac = { ...window.kinhbac, scatter };
})();
