// Cards of the six words: the figures of each line to take along. Not here: the cards themselves.
(() => {
  "use strict";
  const { offer, words } = window.kinhbac;
  for (const line of document.querySelectorAll(".spark")) {
    const card = line.closest(".card");
    const name = card.querySelector("h2").textContent;
    offer(card, name, () => ({
      heads: [words.quality.word, words.indicator.period, words.quality.value, words.chart.median],
      rows: JSON.parse(line.dataset.told).map((one) => [name, ...one]),
    }), { after: line });
  }
})();
