// The list of communes (data/areas.js): how many matters are red, ranks in composites, groups.
(() => {
  "use strict";
  const { amount, areas, element, figure, link, name, named, place, root, row, status, words } = window.kinhbac;
  const { fields, lines, roots, groupings } = window.kinhbacAreas;
  // As the selects above name it.
  const chosen = (kind, key) => document.querySelector(`#by-${CSS.escape(kind)} option[value="${CSS.escape(key)}"]`)?.textContent ?? "";
  const levelOf = (code) => {
    const made = status(code);
    made.querySelector(".status > span").textContent = words.area_level[code];
    return made;
  };

  document.getElementById("communes").append(...lines.map((values) => {
    const own = named(fields, values);
    const told = areas.get(own.area);
    const level = ["red", "yellow"].includes(own.level) ? own.level : "none";
    const line = row(
      link(`${root}areas/${own.area}.html`, name(told)), element("td", levelOf(level)), amount(figure(own.reds)),
      amount(figure(own.own_red)), amount(figure(own.own_yellow)),
      ...roots.map((key) => amount(own.ranks[key] ? element("a", figure(own.ranks[key][0]), { class: "cell", href: place("composites", key, own.area, own.ranks[key][1]) }) : figure(null))),
      ...groupings.map((key) => (own.groups[key] ? chosen(key, own.groups[key]) : "")),
    );
    Object.assign(line.dataset, { text: `${told.name_vi} ${told.name_en} ${own.code}`, level });
    for (const [key, value] of Object.entries(own.groups)) line.setAttribute(`data-${key}`, value);
    return line;
  }));
  window.kinhbac.offerTiles();
})();
