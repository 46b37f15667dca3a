// What every page does: says its release, keeps the place when the language is switched, filters
// and sorts lists, prints. Not here: what scripts fill in (filling.js), charts (drawing.js).
// It begins when every script of the page has run, so that lists are whole.
(() => {
  "use strict";

  const sayRelease = () => {
    const release = window.kinhbacRelease || {};
    for (const place of document.querySelectorAll("[data-release]")) {
      place.textContent = release[place.dataset.release] ?? "–";
    }
  };

  const keepPlaceWhenSwitching = () => {
    const link = document.querySelector("[data-language-switch]");
    const follow = () => { link.hash = location.hash; };
    window.addEventListener("hashchange", follow);
    follow();
  };

  // «Đình Bảng», «dinh bang» and «DINH BANG» are found alike.
  const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");

  const filterLists = () => {
    for (const box of document.querySelectorAll("input[data-filters]")) {
      const list = document.getElementById(box.dataset.filters);
      const count = document.getElementById(box.dataset.count);
      const choices = [...document.querySelectorAll(`select[data-filters="${list.id}"]`)];
      const items = [...list.querySelectorAll("[data-text]")];
      const texts = items.map((item) => fold(item.dataset.text));
      const apply = () => {
        const words = fold(box.value).split(/\s+/).filter(Boolean);
        let shown = 0;
        items.forEach((item, place) => {
          const fits = words.every((word) => texts[place].includes(word))
            && choices.every((choice) => !choice.value || item.dataset[choice.name] === choice.value);
          item.hidden = !fits;
          shown += fits;
        });
        if (count) count.textContent = shown;
      };
      box.addEventListener("input", apply);
      choices.forEach((choice) => choice.addEventListener("change", apply));
      apply();
    }
  };

  // catalogue.html#sector=health&q=giường: another page has chosen what to show. What no select
  // offers (a source) is looked for in the lines themselves.
  const presetFilters = () => {
    const box = document.querySelector("input[data-filters]");
    if (!box || !location.hash.includes("=")) return;
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      const select = document.querySelector(`select[data-filters][name="${CSS.escape(name)}"]`);
      if (select) select.value = value;
      else box.value = value;
    }
    box.dispatchEvent(new Event("input"));
  };

  const sortTables = () => {
    for (const head of document.querySelectorAll("table[data-sortable] thead th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const upward = head.getAttribute("aria-sort") !== "ascending";
        const body = head.closest("table").tBodies[0];
        const key = (row) => {
          const cell = row.cells[head.cellIndex];
          const figure = cell.querySelector("data");
          if (head.dataset.sort === "number") return figure ? Number(figure.value) : null;
          return cell.textContent.trim();
        };
        const rows = [...body.rows].map((row) => [key(row), row]);
        rows.sort(([one], [other]) => {
          if (one === null || other === null) return (one === null) - (other === null);
          const order = typeof one === "number" ? one - other : one.localeCompare(other, "vi");
          return upward ? order : -order;
        });
        body.append(...rows.map(([, row]) => row));
        head.parentElement.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", upward ? "ascending" : "descending");
      });
    }
  };

  // A printed page shows what a reader could have opened.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([data-not-printed])").forEach((part) => { part.open = true; });
  });

  document.addEventListener("DOMContentLoaded", () => {
    sayRelease();
    keepPlaceWhenSwitching();
    filterLists();
    presetFilters();
    window.addEventListener("hashchange", presetFilters);
    sortTables();
  });
})();
