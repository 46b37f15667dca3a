// The columns of the published tables (data/dictionary.js): a line each, found by its meaning in either language.
(() => {
  "use strict";
  const { element, named } = window.kinhbac;
  const { fields, lines } = window.kinhbacDictionary;
  const { lang } = document.body.dataset;

  document.getElementById("columns").append(...lines.map((values) => {
    const own = named(fields, values);
    const line = element("tr", [
      element("th", own.column_name, { scope: "row" }), element("td", own.table_name), element("td", own.data_type, { class: "small" }),
      element("td", own[`meaning_${lang}`]),
    ]);
    line.dataset.text = lang === "en" ? own.meaning_vi : own.meaning_en;
    return line;
  }));
})();
