// The columns of the published tables (data/dictionary.js): a line each, in the language of their meanings.
(() => {
  "use strict";
  const { element, named } = window.kinhbac;
  const { fields, lines } = window.kinhbacDictionary;

  document.getElementById("columns").append(...lines.map((values) => {
    const own = named(fields, values);
    const line = element("tr", [
      element("th", own.column_name, { scope: "row" }), element("td", own.table_name), element("td", own.data_type, { class: "small" }),
      element("td", own.meaning, { lang: "en" }),
    ]);
    line.dataset.text = "";
    return line;
  }));
})();
