// What a page loads: figures of the release it belongs to, then scripts. Not here: what they do.
//
// A page may be read while another release comes into force. Whatever it loads lies under the hash of
// its content; which figures are the release's own stands in release.js, and so does the mark of each
// of its pages. A page that carries another mark, or meets an address at which nothing lies any more,
// is of a release that is no longer in force: it shows no figure and asks for itself anew.
(() => {
  "use strict";
  const release = window.kinhbacRelease;
  const { data, page, mark } = document.body.dataset;

  // Once: what a second reading does not mend is said, and left to the reader.
  const startAgain = () => {
    if (performance.getEntriesByType("navigation")[0]?.type === "reload") {
      document.getElementById("superseded").hidden = false;
    } else {
      location.reload();
    }
  };
  const append = (address, loaded, failed) => {
    const script = Object.assign(document.createElement("script"), { src: address, async: false });
    script.addEventListener("load", loaded);
    script.addEventListener("error", failed);
    document.head.append(script);
    return script;
  };
  // Figures that the release does not have at all are absent; those that it has and that are not
  // found have gone with it.
  const fetchFigures = (path, loaded = () => {}, absent = () => {}) => {
    const own = release.figures[`data/${path}`];
    if (!own) return absent();
    return append(`${data}${path.replace(/\.\w+$/, (ending) => `.${own}${ending}`)}`, loaded, startAgain);
  };

  if (release?.pages[page] !== mark) {
    startAgain();
    return;
  }
  window.kinhbacLoading = { fetchFigures };
  for (const { content } of document.querySelectorAll("meta[name=figures]")) content.split(" ").forEach((path) => fetchFigures(path));
  for (const { href } of document.querySelectorAll("link[rel=preload][as=script]")) append(href, () => {}, startAgain);
})();
