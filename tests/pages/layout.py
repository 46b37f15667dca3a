"""What is wrong with how a page is laid out, and pictures of every kind of page to look at.

Here: text that runs out of the page, is cut off, or lies over other text, as the browser draws it.
Run as a program (``make pages``): the same of the demonstration's pages, with a picture of each at
every width and on paper, how long each takes to be seen, which weigh too much, and what of Today
lies below the first screen.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from kinhbac.words.catalogue import CODES

WIDTHS = {"screen": (1366, 768), "tablet": (820, 1180), "phone": (390, 844)}
FAULTS = """() => {
  const scrolls = (one) => one.closest(".scroll, .top nav, .visually-hidden, .skip, .found, .chart, details:not([open]) > :not(summary)");
  const seen = [];
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const said = text.textContent.trim();
    const own = text.parentElement;
    if (!said || ["SCRIPT", "TEMPLATE", "NOSCRIPT", "OPTION", "TITLE"].includes(own.tagName) || own.tagName === "title") continue;
    if (scrolls(own) || getComputedStyle(own).clipPath !== "none" || !own.checkVisibility({ visibilityProperty: true })) continue;
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.height < 2) continue;
      if (box.right > document.documentElement.clientWidth + 1 || box.left < -1) faults.push(`runs out: ${said}`);
      // Lines of type touch; what lies over it by a third of its height cannot be read.
      const inner = { left: box.left + 1, right: box.right - 1, top: box.top + box.height / 4, bottom: box.bottom - box.height / 4, said };
      seen.push(inner);
    }
    const block = own.closest("p, li, td, th, h1, h2, h3, div, a");
    const style = block && getComputedStyle(block);
    if (style && style.overflowX === "hidden" && block.scrollWidth > block.clientWidth + 1) faults.push(`cut off: ${said}`);
  }
  seen.sort((one, other) => one.top - other.top);
  seen.forEach((one, at) => {
    for (let next = at + 1; next < seen.length && seen[next].top < one.bottom; next += 1) {
      const other = seen[next];
      if (other.left < one.right && one.left < other.right && other.top < one.bottom) faults.push(`overlaps: ${one.said} | ${other.said}`);
    }
  });
  return [...new Set(faults)];
}"""


def faults_of(page: Page) -> list[str]:
    """What runs out of the page, is cut off or overlaps, at the page's present width."""
    found: list[str] = page.evaluate(FAULTS)
    return found


def _kinds(site: Path) -> dict[str, str]:
    """One page of each kind of a site, whatever its province is."""
    kinds = {path.stem: path.name for path in sorted(site.glob("*.html"))}
    kinds |= {f"{folder}-list": f"{folder}/index.html" for folder in ("areas", "composites")}
    for folder in ("areas", "indicators", "composites", "agencies", "letters", "needs", "sources"):
        found = sorted(path for path in (site / folder).glob("*.html") if path.stem != "index")
        if found:
            longest = max(found, key=lambda path: path.stat().st_size)
            kinds[folder] = longest.relative_to(site).as_posix()
    return kinds


PAINTED = """() => new Promise((done) => {
  const told = (entries) => entries.filter((one) => one.name === "first-contentful-paint").forEach((one) => done(one.startTime));
  new PerformanceObserver((seen) => told(seen.getEntries())).observe({ type: "paint", buffered: true });
})"""
MOST_MILLISECONDS = 500
"""By when something of a page must be seen, opened from a folder."""
WHOLE_LISTS = ("catalogue", "dictionary")
"""Kinds of which the first screen is picture enough: hundreds of rows, each like the others."""
MOST_SHEETS = {
    "index": 1,
    "report": 9,
    "indicators": 4,
    "areas": 4,
    "composites": 4,
    "needs": 4,
    "agencies": 4,
    "sources": 4,
    "deliveries": 2,
    "quality": 2,
    "coverage": 3,
    "compare": 3,
}
"""On how many sheets of A4 a page is read, as long as its reader unfolded nothing."""
MOST_BYTES = 60_000
"""What a page may weigh beside its figures."""


def weight_of(page: Path) -> int:
    """Bytes of a page without what stands in its tables."""
    return len(re.sub(rb"<tbody.*?</tbody>", b"", page.read_bytes(), flags=re.DOTALL))


FIRST_SCREEN = {
    "screen": ("section:has(#trust)", ".today .side"),
    "phone": (".matter:nth-child(3)",),
}
"""What of Today must be seen without scrolling: whatever can be told of the day on a screen, three
matters on a phone."""


def below_the_first_screen(page: Page, width: str) -> list[str]:
    """What of Today ends below the first screen, and by how many pixels."""
    _, down = WIDTHS[width]
    ends = "(one, down) => Math.ceil(one.getBoundingClientRect().bottom + scrollY - down)"
    over = {
        part: page.locator(part).first.evaluate(ends, down)
        for part in FIRST_SCREEN.get(width, ())
        if page.locator(part).count()
    }
    return [f"below the first screen by {by} px: {part}" for part, by in over.items() if by > 0]


def first_paint_of(page: Page) -> float:
    """Milliseconds until the browser shows the first text of the page that it has opened: the least
    of five, as whatever else a machine does only adds to it."""
    told: list[float] = []
    for _ in range(5):
        page.reload()
        told.append(page.evaluate(PAINTED))
    return min(told)


def picture(site: Path, folder: Path) -> list[str]:
    """Write pictures of every kind of page; what is wrong with their layout, and which are seen late."""
    folder.mkdir(parents=True, exist_ok=True)
    faults = []
    with sync_playwright() as playwright:
        from shutil import which

        found = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for kind, path in _kinds(site).items():
            for language in CODES:
                page = browser.new_page()
                file = site / ("en" if language == "en" else "") / path
                if (weight := weight_of(file)) > MOST_BYTES:
                    faults.append(f"{kind}.{language}: {weight:,} bytes beside its figures")
                page.goto(file.as_uri())
                painted = first_paint_of(page)
                print(f"{kind}.{language}: first contentful paint after {painted:.0f} ms")
                if painted > MOST_MILLISECONDS:
                    faults.append(f"{kind}.{language}: seen only after {painted:.0f} ms")
                page.wait_for_timeout(500)
                for width, (across, down) in WIDTHS.items():
                    page.set_viewport_size({"width": across, "height": down})
                    name = f"{kind}.{width}.{language}"
                    page.screenshot(path=folder / f"{name}.png", full_page=kind not in WHOLE_LISTS)
                    faults += [f"{name}: {fault}" for fault in faults_of(page)]
                    if kind == "index":
                        faults += [
                            f"{name}: {fault}" for fault in below_the_first_screen(page, width)
                        ]
                page.pdf(
                    path=folder / f"{kind}.{language}.pdf",
                    prefer_css_page_size=True,
                    print_background=True,
                )
                sheets = len(PdfReader(folder / f"{kind}.{language}.pdf").pages)
                if sheets > MOST_SHEETS.get(kind, sheets):
                    faults.append(f"{kind}.{language}: {sheets} sheets of A4")
                page.close()
        browser.close()
    return faults


if __name__ == "__main__":
    told = picture(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
    print("\n".join(told) or "nothing runs out, is cut off or overlaps")
    sys.exit(bool(told))
