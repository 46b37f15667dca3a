// The squares of a board, and every delivery of it when a reader opens its list (data/deliveries.js).
(() => {
  "use strict";
  const { amount, day, element, figure, named, period, row, svg, words } = window.kinhbac;
  const t = words.deliveries;
  const { fields, boards } = window.kinhbacDeliveries;
  const deliveries = new Map(Object.entries(boards).map(([kind, board]) => [kind, board.lines.map((values) => named(fields, values))]));

  const squareOf = (one) => {
    if (!one) return element("td", [], { class: "square none" });
    const mark = svg("svg", { class: "mark", "aria-hidden": "true", width: 13, height: 13 }, [svg("use", { href: `#to-${one.state}` })]);
    const told = [t[one.state], one.due_date && `${words.today.due} ${day(one.due_date)}`, one.days_late && `${one.days_late} ${t.days_late}`];
    return element("td", [mark, element("span", told.filter(Boolean).join(", "), { class: "visually-hidden" })], { class: `square ${one.state}` });
  };
  for (const body of document.querySelectorAll("[data-squares]")) {
    const kind = body.dataset.squares;
    const of = new Map(deliveries.get(kind).map((one) => [`${one.source} ${one.period_start}`, one]));
    for (const line of body.rows) line.append(...boards[kind].starts.map((start) => squareOf(of.get(`${line.id} ${start}`))));
    const board = body.closest(".scroll");
    board.scrollLeft = board.scrollWidth;  // where not all are seen, the newest are
  }
  // Whoever comes for one agency sees its list.
  const unfold = () => {
    const asked = document.getElementById(location.hash.slice(1));
    if (!asked?.matches("details")) return;
    asked.open = true;
    asked.scrollIntoView();
  };
  unfold();
  window.addEventListener("hashchange", unfold);
  for (const body of document.querySelectorAll("[data-board]")) {
    body.closest("details").addEventListener("toggle", () => {
      body.append(...deliveries.get(body.dataset.board).map((one) => row(
        document.getElementById(one.source).querySelector("a").textContent, period(one.period), t[one.state], day(one.due_date),
        day(one.received_on), words.sender_short[one.sender], amount(figure(one.days_late)), amount(figure(one.extracts)), amount(figure(one.refused_extracts)),
      )));
    }, { once: true });
  }
})();
