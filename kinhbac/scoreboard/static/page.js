// What every page does: says its release, keeps the place when the language is switched, filters
// and sorts lists, searches, tells wide tables row by row on a phone. Not here: what scripts fill in (filling.js), charts (drawing.js).
// It runs after every other script of the page, so that lists are whole.
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

  // A box in the head of every page; what it looks in is fetched when somebody begins to search.
  const search = () => {
    const { search: label, searchNone: nothing, root, lang } = document.body.dataset;
    const stamp = document.querySelector(".top .stamp");
    if (!stamp || !label) return;
    const box = Object.assign(document.createElement("input"), { type: "search", id: "search", autocomplete: "off", placeholder: label });
    box.setAttribute("aria-label", label);
    const found = Object.assign(document.createElement("ul"), { className: "found", hidden: true });
    found.setAttribute("aria-live", "polite");
    const form = Object.assign(document.createElement("form"), { className: "search" });
    form.setAttribute("role", "search");
    form.append(box, found);
    stamp.before(form);
    let lines = null;
    const list = () => {
      if (!window.kinhbacSearch) return;
      lines ??= window.kinhbacSearch.lines.map(([kind, path, vi, en, also]) => ({
        path, name: lang === "en" ? en || vi : vi, names: fold(`${vi} ${en}`), text: fold(`${vi} ${en} ${also}`), also,
      }));
      const asked = fold(box.value.trim());
      const words = asked.split(/\s+/).filter(Boolean);
      // What was asked, and then the same in other words for it.
      const others = window.kinhbacSearch.synonyms.flatMap((group) => {
        const known = group.map(fold);
        const whole = ` ${words.join(" ")} `;
        return known.filter((one) => whole.includes(` ${one} `))
          .flatMap((one) => known.filter((word) => word !== one).map((word) => whole.replace(` ${one} `, ` ${word} `).trim().split(" ")));
      });
      const weigh = (one) => (fold(one.name) === asked ? 0 : one.names.startsWith(asked) ? 1 : one.names.includes(asked) ? 2 : words.every((word) => one.names.includes(word)) ? 3 : 4);
      const says = (one, all) => all.every((word) => one.text.includes(word));
      const fits = !words.length ? [] : lines.filter((one) => says(one, words) || others.some((all) => says(one, all)))
        .map((one) => [says(one, words) ? weigh(one) : 5, one]).sort(([one], [other]) => one - other).slice(0, 8);
      found.replaceChildren(...fits.map(([, one]) => {
        const link = Object.assign(document.createElement("a"), { href: `${root}${one.path}`, textContent: one.name });
        const line = document.createElement("li");
        line.append(link);
        // Why it was found, where its own name does not say so.
        const why = fold(one.name).includes(words[0]) || !says(one, words) ? null : one.also.split(" · ").find((text) => fold(text).includes(words[0]));
        if (why) line.append(Object.assign(document.createElement("span"), { className: "small", textContent: ` ${why}` }));
        return line;
      }));
      if (words.length && !fits.length) found.append(Object.assign(document.createElement("li"), { textContent: nothing }));
      found.hidden = !words.length;
    };
    const fetchOnce = () => {
      if (document.getElementById("search-lines")) return;
      window.kinhbacLoading.fetchFigures("search.js", list).id = "search-lines";
    };
    box.addEventListener("focus", fetchOnce);
    box.addEventListener("input", () => { fetchOnce(); list(); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      found.querySelector("a")?.click();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") found.hidden = true;
      const links = [...found.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      const to = { ArrowDown: links[at + 1], ArrowUp: at > 0 ? links[at - 1] : box }[event.key];
      if (to) { event.preventDefault(); to.focus(); }
    });
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) found.hidden = true; });
  };

  const filterLists = () => {
    for (const box of document.querySelectorAll("input[data-filters]")) {
      const list = document.getElementById(box.dataset.filters);
      const count = document.getElementById(box.dataset.count);
      const choices = [...document.querySelectorAll(`select[data-filters="${list.id}"]`)];
      const items = [...list.querySelectorAll("[data-text]")];
      const texts = items.map((item) => fold(`${item.textContent} ${item.dataset.text}`));
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

  // On a phone a table of many columns is told row by row, each figure after the head of its column;
  // scripts may fill it later. Without a script it is moved sideways.
  const tellRowByRow = () => {
    const phone = window.matchMedia("(max-width: 40rem)");
    const tell = (table) => {
      table.classList.toggle("row-by-row", phone.matches);
      if (!phone.matches) return;
      const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
      for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
        [...row.cells].forEach((cell, at) => { cell.dataset.head = heads[at] ? `${heads[at]}: ` : ""; });
      }
    };
    for (const table of document.querySelectorAll(".scroll > table:has(thead):not(.stacked, .board, .to-do)")) {
      tell(table);
      phone.addEventListener("change", () => tell(table));
      new MutationObserver(() => tell(table)).observe(table, { childList: true, subtree: true });
    }
  };

  sayRelease();
  search();
  keepPlaceWhenSwitching();
  filterLists();
  presetFilters();
  window.addEventListener("hashchange", presetFilters);
  sortTables();
  tellRowByRow();
})();
