"""Pages of decisions with made-up numbers, and their HTML taken apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from equitysim.figures import data, draw
from equitysim.report.background import Assumption, Source
from equitysim.report.compose import page_of
from equitysim.report.page import html
from equitysim.report.view import Page
from tests.unit.figures.made_comparison import NAMES
from tests.unit.report.made_decision import PATHS, made_decision

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


@cache
def drawings(names: tuple[str, ...], paths: tuple[str, ...] = PATHS) -> dict[str, str]:
    """The figures of a made decision, drawn once."""
    made = made_decision(names, paths=paths)
    return {kind: draw.svg_without_heading(draw.figure(drawn)) for kind, drawn in data.of_decision(made).items()}


def made_page(
    names: Sequence[str] = NAMES[:4], *, source: Source = SOURCE, title: str = "Coffee", paths: Sequence[str] = PATHS
) -> Page:
    """A page with everything on it."""
    made = made_decision(names, title=title, paths=paths)
    return page_of(made, drawings(tuple(names), tuple(paths)), source)


def hostile_html() -> str:
    """A page on which every text that people write is meant to do harm."""
    harm = HOSTILE[0]
    source = Source(
        tuple(Assumption(text, text, text, "given", text) for text in HOSTILE), "\n".join(HOSTILE), " ".join(HOSTILE)
    )
    return html(made_page(HOSTILE, source=source, title=harm, paths=HOSTILE))


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
    """The page as a tree, without the places at which a name may break. Raises ValueError where tags do not nest."""
    reader = _Reader()
    reader.feed(text.replace("<wbr>", ""))
    reader.close()
    return reader.open[0]
