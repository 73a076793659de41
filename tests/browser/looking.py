"""What can be seen of a page in a browser: each look returns what is wrong, nothing if all is well.

A page is a text; it is written to a file and opened from there, as a reader does.
"""

import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

PHONE = {"width": 400, "height": 800}
DESK = {"width": 1400, "height": 900}
CONTRAST = 4.5
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def without_policy(text: str) -> str:
    """The page without its content security policy, so that a planted fault can act."""
    return _POLICY.sub("", text, count=1)


def changed(text: str, old: str, new: str) -> str:
    """The page with a planted fault. Raises ValueError if there is nothing to change."""
    if old not in text:
        raise ValueError(f"the page has no {old!r}")
    return without_policy(text).replace(old, new)


@dataclass
class Seen:
    """An open page, and what it did while it was open."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Any) -> None:
        """Note what a dialog says, and close it."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@contextmanager
def opened(browser: Any, text: str, size: dict[str, int] = DESK, **options: Any) -> Iterator[Seen]:
    """The page in a window of this size. ``options``: of Playwright's contexts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(text, encoding="utf-8", newline="")
        context = browser.new_context(viewport=size, **options)
        try:
            page = context.new_page()
            seen = Seen(page)
            own = path.as_uri()
            page.on("request", lambda request: seen.requests.extend({request.url} - {own}))
            page.on("console", lambda said: seen.complaints.extend([said.text] * (said.type in ("error", "warning"))))
            page.on("pageerror", lambda error: seen.complaints.append(str(error)))
            page.on("dialog", seen.dismiss)
            page.goto(own, wait_until="load")
            yield seen
        finally:
            context.close()


def loaded(browser: Any, text: str) -> list[str]:
    """What the page asked for besides itself; addresses within the page (data:) are not asked of anybody."""
    with opened(browser, text) as seen:
        open_all(seen.page)
        seen.page.wait_for_timeout(100)
        return [url for url in seen.requests if not url.startswith("data:")]


def complaints(browser: Any, text: str) -> list[str]:
    """Errors and warnings in the console."""
    with opened(browser, text) as seen:
        seen.page.wait_for_timeout(100)
        return seen.complaints


def open_all(page: Any) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")


def below_the_first_screen(page: Any, selector: str) -> list[str]:
    """Parts that are not whole in the window without scrolling."""
    script = """selector => {
      const found = Array.from(document.querySelectorAll(selector));
      const out = found.filter(part => {
        const box = part.getBoundingClientRect();
        return box.height === 0 || box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth;
      }).map(part => part.textContent.trim().slice(0, 60));
      return found.length ? out : ['nothing matches ' + selector];
    }"""
    found: list[str] = page.evaluate(script, selector)
    return found


def sideways(page: Any) -> list[str]:
    """How much wider the page is than the window; wide tables and figures scroll within their own boxes."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"{wide} pixels wide in {room}"] if wide > room else []


_OVERLAPS = """() => {
  // the part of a box that can be seen: boxes that scroll cut what stands over their edge
  const visible = (node, box) => {
    let [l, t, r, b] = [box.left, box.top, box.right, box.bottom];
    for (let up = node; up && up.nodeType === 1; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.clipPath !== 'none' && style.position === 'absolute') { return null; }
      if (style.overflowX === 'auto') {
        const cut = up.getBoundingClientRect();
        [l, t, r, b] = [Math.max(l, cut.left), Math.max(t, cut.top), Math.min(r, cut.right), Math.min(b, cut.bottom)];
      }
    }
    return r - l > 0.5 && b - t > 0.5 ? {l, t, r, b} : null;
  };
  const meet = (a, b) => Math.min(a.r, b.r) - Math.max(a.l, b.l) > 1 && Math.min(a.b, b.b) - Math.max(a.t, b.t) > 1;
  const pairs = (boxes, where) => {
    const found = [];
    boxes.sort((a, b) => a.t - b.t);
    boxes.forEach((a, k) => {
      for (let n = k + 1; n < boxes.length && boxes[n].t < a.b; n++) {
        if (a.of !== boxes[n].of && meet(a, boxes[n])) { found.push(`${where}: ${a.name} / ${boxes[n].name}`); }
      }
    });
    return found;
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.textContent.trim() || node.parentElement.closest('script, style, svg')) { continue; }
    if (!node.parentElement.checkVisibility()) { continue; }
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const seen = visible(node.parentElement, box);
      // a line's box has room above and below its letters
      const lead = Math.min(4, box.height / 5);
      const name = node.textContent.trim().slice(0, 40);
      if (seen) { texts.push({...seen, t: seen.t + lead, b: seen.b - lead, of: node, name}); }
    }
  }
  const found = pairs(texts, 'page');
  document.querySelectorAll('figure svg').forEach((svg, k) => {
    const frame = svg.getBoundingClientRect();
    const labels = Array.from(svg.querySelectorAll('.text')).map((label, n) => {
      const box = label.getBoundingClientRect();
      return {l: box.left, t: box.top, r: box.right, b: box.bottom, of: label, name: `label ${n}`};
    }).filter(box => box.r > box.l);
    found.push(...pairs(labels, `figure ${k}`));
    labels.forEach(box => {
      const inside = Math.min(box.l - frame.left, frame.right - box.r, box.t - frame.top, frame.bottom - box.b);
      if (inside < -0.5) {
        found.push(`figure ${k}: ${box.name} is cut off`);
      }
    });
  });
  return found;
}"""


def overlaps(page: Any) -> list[str]:
    """Texts that lie on each other, on the page and within figures, and labels that a figure's edge cuts."""
    found: list[str] = page.evaluate(_OVERLAPS)
    return found


_PALE = """least => {
  const channel = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(part => channel(Number(part) / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  document.querySelectorAll('figure svg').forEach((svg, k) => {
    const card = light(getComputedStyle(svg.closest('.card')).backgroundColor);
    svg.querySelectorAll('.text').forEach(label => {
      const ink = light(getComputedStyle(label).fill);
      const ratio = (Math.max(card, ink) + 0.05) / (Math.min(card, ink) + 0.05);
      if (ratio < least) { found.push(`figure ${k}: ${getComputedStyle(label).fill}, ${ratio.toFixed(2)}`); }
    });
  });
  return found;
}"""


def pale_labels(page: Any) -> list[str]:
    """Labels in figures with less contrast to the card than WCAG 2 asks of text (1.4.3, level AA)."""
    found: list[str] = page.evaluate(_PALE, CONTRAST)
    return found


def axe_findings(page: Any, *, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds that is serious or critical; ``rules``: only these."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    # the inside of a drawing is one picture to a reader; its labels are looked at by pale_labels
    report = page.evaluate("options => axe.run({exclude: [['figure svg > *']]}, options)", options)
    if not report["passes"] + report["violations"]:
        raise ValueError("axe has looked at nothing")
    return [
        f"{finding['id']}: {finding['nodes'][0]['html'][:120]}"
        for finding in report["violations"]
        if finding["impact"] in ("serious", "critical")
    ]


def printed(page: Any) -> str:
    """The text of the first and the last sheet of paper, in one line."""
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    return " ".join(f"{pages[0].extract_text()} {pages[-1].extract_text()}".split())


def column(page: Any, place: int) -> list[str]:
    """The texts of one column of the policies' table, as shown from top to bottom."""
    script = """place => Array.from(
      document.querySelectorAll('#policies table[data-sortable] tbody tr'),
      row => row.cells[place].firstChild.textContent.trim()
    )"""
    found: list[str] = page.evaluate(script, place)
    return found


def keyed(page: Any, place: int) -> list[float | None]:
    """The exact numbers of one column, from top to bottom; None where there is none."""
    script = """place => Array.from(
      document.querySelectorAll('#policies table[data-sortable] tbody tr'), row => {
      const value = row.cells[place].getAttribute('data-value');
      return value === null ? null : Number(value);
    })"""
    found: list[float | None] = page.evaluate(script, place)
    return found


def shown_policies(page: Any) -> dict[str, set[str]]:
    """Which policies can be seen: in tables (rows) and in figures (parts of drawings)."""
    script = """kind => Array.from(document.querySelectorAll(kind + '[data-policy]'))
      .filter(part => getComputedStyle(part).display !== 'none').map(part => part.dataset.policy)"""
    return {"tables": set(page.evaluate(script, "tr")), "figures": set(page.evaluate(script, "svg "))}
