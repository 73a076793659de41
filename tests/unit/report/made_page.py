"""Pages of comparisons with made-up numbers, and their HTML taken apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Literal

from equitysim.figures import data, draw
from equitysim.report.background import Assumption, Source
from equitysim.report.compose import page_of
from equitysim.report.page import html
from equitysim.report.view import Page
from equitysim.statistics.comparison import Comparison
from tests.unit.figures.made_comparison import NAMES, made_comparison

Status = Literal["best", "tied", "undecided"]
VOID = {"input", "link", "meta"}
HOSTILE = (
    "</style><script>document.title='run'</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x=\'',
    "line\nbreak\r\n\ttab",
    "\u202eright to left\u2066 \u200f",
    "{{ 7 * 7 }}{% raw %}",
    "--><script>alert(1)</script><!--",
    "x" * 10_000,
    "W" * 200 + " " + "م" * 3000,
)
SOURCE = Source(
    (
        Assumption("horizon", "3 years", "duration", "given", ""),
        Assumption("equity.forgetting", "10 weeks", "half-life", "judgement", ""),
        Assumption("failure.severity", "20", "points", "published", "Smith, Bolton & Wagner 1999"),
    ),
    "format: 1\nname: Corner coffee\n",
    "equitysim compare corner-coffee.yaml --seed 1 --replications 10",
)


@dataclass(frozen=True)
class MadeVerdict:
    """A verdict as ``report.verdict`` takes one."""

    status: Status
    best: str | None
    set: tuple[str, ...]
    text: str
    needed: int | None = None
    measure: str = "net_value"
    matters: float = 0.2
    confidence: float = 0.95
    procedure: str = "Nelson & Matejcik 1995, first stage of 10 replications"


def made_verdict(comparison: Comparison, status: Status = "best") -> MadeVerdict:
    """A verdict for the last policy, of the length that real ones have."""
    names = tuple(outcome.name for outcome in reversed(comparison.policies))
    text = (
        f"Choose '{names[0]}': it is 1.63 EUR per person better than '{names[-1]}' and 0.50 than the next, "
        f"'{names[1]}', in net value over 3 years, with 95 % confidence."
    )
    remain = names[:1] if status == "best" else names
    return MadeVerdict(status, names[0], remain, text, 140 if status == "undecided" else 10)


@cache
def drawings(names: tuple[str, ...]) -> dict[str, str]:
    """The figures of a made comparison, drawn once."""
    comparison = made_comparison(names)
    return {kind: draw.svg_without_heading(draw.figure(data.of_comparison(comparison, kind))) for kind in data.KINDS}


def made_page(
    names: Sequence[str] = NAMES[:4], *, source: Source = SOURCE, status: Status | None = "best", title: str = "Coffee"
) -> Page:
    """A page with everything on it."""
    comparison = made_comparison(names, title=title)
    verdict = None if status is None else made_verdict(comparison, status)
    return page_of(comparison, drawings(tuple(names)), source, verdict)


def hostile_html() -> str:
    """A page on which every text that people write is meant to do harm."""
    harm = HOSTILE[0]
    source = Source(
        tuple(Assumption(text, text, text, "given", text) for text in HOSTILE), "\n".join(HOSTILE), " ".join(HOSTILE)
    )
    return html(made_page(HOSTILE, source=source, title=harm))


@dataclass
class Element:
    """An element: its name, attributes, children and text."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    own: list[str] = field(default_factory=list)

    def all(self, tag: str = "") -> Iterator["Element"]:
        """The elements below it, of one kind or of any."""
        for child in self.children:
            if tag in ("", child.tag):
                yield child
            yield from child.all(tag)

    @property
    def text(self) -> str:
        """All text below it, in one line."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        yield from self.own
        for child in self.children:
            yield from child._texts()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> ends <{self.open[-1].tag}>")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].own.append(data)


def read(text: str) -> Element:
    """The page as a tree. Raises ValueError where tags do not nest."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.open[0]
