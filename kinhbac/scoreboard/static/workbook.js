// A workbook for people (Office Open XML), made where the page is read: one sheet, numbers as
// numbers whatever the language of the spreadsheet, texts as texts and never a formula. Here: its
// parts, and the archive they lie in. Not here: what stands in it (indicator.js, area.js).
(() => {
  "use strict";
  const { digits, none, save } = window.kinhbac;
  const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
  const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const MOST = 6;  // decimals, as on pages
  const HEAD = MOST + 1;

  const written = (text) => String(text)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
  const letters = (column) => (column > 25 ? letters(Math.floor(column / 26) - 1) : "")
    + String.fromCharCode(65 + (column % 26));
  const text = (value, place, style) => `<c r="${place}" t="inlineStr"${style}><is><t xml:space="preserve">${written(value)}</t></is></c>`;
  const cell = (value, place) => {
    if (none(value) || value === "") return "";
    if (value.head) return text(value.head, place, ` s="${HEAD}"`);
    if (typeof value !== "number") return text(value, place, "");
    return `<c r="${place}" s="${digits(value)}"><v>${value}</v></c>`;
  };

  const sheet = (rows, widths) => {
    const lines = rows.map((values, position) => {
      const cells = values.map((value, column) => cell(value, `${letters(column)}${position + 1}`));
      return `<row r="${position + 1}">${cells.join("")}</row>`;
    });
    const columns = widths.map((width, column) => `<col min="${column + 1}" max="${column + 1}" width="${width}" customWidth="1"/>`);
    return `<worksheet xmlns="${MAIN}"><cols>${columns.join("")}</cols><sheetData>${lines.join("")}</sheetData></worksheet>`;
  };

  const styles = () => {
    const formats = Array.from({ length: HEAD }, (_, decimals) => `#,##0${decimals ? "." : ""}${"0".repeat(decimals)}`);
    const font = (bold) => `<font>${bold}<sz val="11"/><name val="Times New Roman"/></font>`;
    return `<styleSheet xmlns="${MAIN}"><numFmts count="${HEAD}">${formats.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${code}"/>`).join("")}</numFmts>`
      + `<fonts count="2">${font("")}${font("<b/>")}</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>`
      + `<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${HEAD + 1}">${formats.map((_, at) => `<xf numFmtId="${164 + at}" fontId="0" applyNumberFormat="1"/>`).join("")}<xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
  };

  const related = (type, target) => `<Relationships xmlns="${PACKAGE}/relationships">${[].concat(target).map((to, at) => `<Relationship Id="r${at + 1}" Type="${OFFICE}/${[].concat(type)[at]}" Target="${to}"/>`).join("")}</Relationships>`;
  const parts = (rows, widths) => ({
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/sheet.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`,
    "_rels/.rels": related("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="kinhbac" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": related(["worksheet", "styles"], ["sheet.xml", "styles.xml"]),
    "xl/styles.xml": styles(),
    "xl/sheet.xml": sheet(rows, widths),
  });

  // The check sum of the ZIP format (CRC-32).
  const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
    let left = byte;
    for (let bit = 0; bit < 8; bit += 1) left = left & 1 ? (left >>> 1) ^ 0xedb88320 : left >>> 1;
    return left;
  });
  const checked = (bytes) => ~bytes.reduce((left, byte) => (left >>> 8) ^ remainders[(left ^ byte) & 255], -1) >>> 0;

  const little = (...fields) => fields.flatMap(([size, value]) => Array.from({ length: size }, (_, at) => (value / 256 ** at) & 255));
  const joined = (pieces) => {
    const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  };
  const zipped = (files) => {
    const encoder = new TextEncoder();
    const local = [];
    const central = [];
    let offset = 0;
    for (const [path, content] of Object.entries(files)) {
      const name = encoder.encode(path);
      const bytes = encoder.encode(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${content}`);
      // Stored as it is; of 1 January 1980, the first day that the format knows.
      const about = [[2, 20], [2, 0], [2, 0], [2, 0], [2, 33], [4, checked(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]];
      local.push(little([4, 0x04034b50], ...about), name, bytes);
      central.push(little([4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name);
      offset += 30 + name.length + bytes.length;
    }
    const index = joined(central);
    const count = Object.keys(files).length;
    const end = little([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, index.length], [4, offset], [2, 0]);
    return joined([...local, index, end]);
  };

  // ``rows()``: texts, numbers and heads ({head: text}); widths of columns in characters.
  const handOutWorkbook = (button, file, widths, rows) => button?.addEventListener("click", () => {
    save([zipped(parts(rows(), widths))], `${TYPE}.sheet`, file);
  });

  window.kinhbac = { ...window.kinhbac, handOutWorkbook };
})();
