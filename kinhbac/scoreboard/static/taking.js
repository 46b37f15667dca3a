// What a reader takes along of whatever is drawn: the picture (SVG, PNG) and its figures (CSV, XLSX),
// made when somebody asks. Here: the picture of a part of the page as it stands, text as text, and
// the four buttons. Not here: pictures of the charting library (drawing.js), which brings its own.
(() => {
  "use strict";
  const { element, handOut, handOutWorkbook, released, save, words } = window.kinhbac;
  const SVG = "http://www.w3.org/2000/svg";
  const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "text-anchor", "font-size", "font-weight", "font-family"];
  const SEEN = /^(?!.*, 0\)$|transparent)/;  // a colour that is not wholly clear

  const made = (tag, attributes, parts = []) => {
    const one = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    one.append(...parts);
    return one;
  };
  // A drawing of the page, with its look written into it: elsewhere there is no style sheet.
  const copied = (svg, box) => {
    const copy = svg.cloneNode(true);
    const [own, others] = [[svg, ...svg.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
    own.forEach((one, at) => {
      const style = getComputedStyle(one);
      for (const key of LOOK) others[at].setAttribute(key, style.getPropertyValue(key));
    });
    for (const [key, value] of Object.entries(box)) copy.setAttribute(key, value);
    return copy;
  };
  // Lines of text as the page breaks them.
  const linesOf = (text) => {
    const range = document.createRange();
    const lines = [];
    for (const { 0: word, index } of text.data.matchAll(/\S+\s?/g)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.trimEnd().length);
      const box = range.getBoundingClientRect();
      const last = lines.at(-1);
      if (last && Math.abs(last.top - box.top) < 2) Object.assign(last, { said: last.said + word, right: box.right });
      else if (box.width) lines.push({ said: word, left: box.left, right: box.right, top: box.top, bottom: box.bottom });
    }
    return lines;
  };

  const pictureOf = (node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    const at = (box) => ({ x: box.left - left, y: box.top - top, width: box.width, height: box.height });
    const drawn = [made("rect", { width, height, fill: "#fff" })];
    const walk = (one) => {
      if (one.nodeType === Node.TEXT_NODE) {
        const style = getComputedStyle(one.parentElement);
        for (const line of linesOf(one)) {
          drawn.push(made("text", {
            x: line.left - left, y: line.bottom - top - (line.bottom - line.top) * 0.24, fill: style.color, textLength: line.right - line.left,
            "font-size": style.fontSize, "font-weight": style.fontWeight, "font-family": style.fontFamily,
          }, [line.said.trimEnd()]));
        }
        return;
      }
      if (one.nodeType !== Node.ELEMENT_NODE || one.matches(".take, .visually-hidden, button, template")) return;
      const style = getComputedStyle(one);
      const box = at(one.getBoundingClientRect());
      if (style.visibility === "hidden" || !box.width || !box.height) return;
      if (one.matches("svg")) return void drawn.push(copied(one, box));
      const edge = SEEN.test(style.borderTopColor) && parseFloat(style.borderTopWidth) ? style.borderTopColor : "none";
      if (SEEN.test(style.backgroundColor) || edge !== "none") {
        const whole = parseFloat(style.borderLeftWidth) > 0;
        if (SEEN.test(style.backgroundColor) || whole) drawn.push(made("rect", { ...box, fill: SEEN.test(style.backgroundColor) ? style.backgroundColor : "none", stroke: whole ? edge : "none" }));
        else drawn.push(made("path", { d: `M${box.x} ${box.y}h${box.width}`, stroke: edge }));
      }
      one.childNodes.forEach(walk);
    };
    walk(node);
    return made("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` }, drawn);
  };
  const writtenAs = (svg) => new XMLSerializer().serializeToString(svg);
  const painted = async (svg) => {
    const picture = new Image();
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(writtenAs(svg))}`;
    await picture.decode();
    const canvas = element("canvas", [], { width: 2 * picture.width, height: 2 * picture.height });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  };

  // The figures of a table of the page: numbers as numbers, texts as they are read.
  const figuresOf = (table) => {
    const text = (cell) => cell.innerText.replace(/\s+/g, " ").trim();
    const value = (cell) => (cell.matches(".number") && cell.querySelector("data") ? Number(cell.querySelector("data").value) : text(cell));
    return {
      heads: [...table.tHead.rows[0].cells].map(text),
      rows: [...table.tBodies].flatMap((body) => [...body.rows]).map((line) => [...line.cells].map(value)),
    };
  };

  // How each form is made: text of the picture, a canvas of it.
  const FORMS = {
    SVG: (make) => make().then((text) => [[text], "image/svg+xml"]),
    PNG: (make) => make().then((canvas) => new Promise((done) => { canvas.toBlob((blob) => done([[blob], "image/png"])); })),
  };

  // ``told()``: heads and rows for people; for programs ``columns`` and ``records``, where they are
  // others. ``drawing``: pictures of its own, else that of ``node`` as it stands.
  const offer = (node, name, told, { drawing = null, after = node } = {}) => {
    if (after.nextElementSibling?.matches(".take")) after.nextElementSibling.remove();
    const [title] = document.title.split(" · ");
    const file = (kind) => `${title} – ${name}.${kind}`;
    const button = (kind, what, make, said = kind) => {
      const one = element("button", said, { type: "button", class: "plain", "aria-label": `${what}: ${name}, ${said}` });
      if (make) one.addEventListener("click", async () => save(...await FORMS[kind](make), file(kind.toLowerCase())));
      return one;
    };
    const t = words.chart;
    const pictures = drawing ?? { svg: async () => writtenAs(pictureOf(node)), png: () => painted(pictureOf(node)) };
    const [xlsx, csv] = [["XLSX", t.for_people], ["CSV", t.for_programs]].map(([kind, said]) => button(kind, t.figures, null, said));
    const release = () => window.kinhbacRelease.release;
    handOut(csv, file("csv"), () => [...(told().columns ?? told().heads), "release"], () => (told().records ?? told().rows).map((one) => [...one, release()]));
    handOutWorkbook(xlsx, file("xlsx"), [32, 28, 16, 16, 16, 28], () => [...released(`${title} – ${name}`), told().heads.map((head) => ({ head })), ...told().rows]);
    after.after(element("details", [
      element("summary", t.take, { "aria-label": `${t.take}: ${name}` }),
      button("SVG", t.picture, pictures.svg), " ", button("PNG", t.picture, pictures.png), " ", xlsx, " ", csv,
    ], { class: "take screen-only" }));
  };
  const offerTable = (table, name) => offer(table, name, () => figuresOf(table), { after: table.closest(".scroll") ?? table });
  // Of the map of communes: each with its red matters and what they weigh.
  const offerTiles = () => {
    const tiles = document.querySelector(".tiles");
    if (tiles) offer(tiles, words.today.tiles, () => ({ heads: [words.area.area, words.today.reds_head, words.today.weight_head], rows: [...tiles.querySelectorAll("a")].map((one) => [one.title, Number(one.textContent), Number(one.dataset.weight ?? 0)]) }), { after: document.querySelector(".tiles + .key") });
  };

  window.kinhbac = { ...window.kinhbac, offer, offerTable, offerTiles };
})();
