"""What is on the page: frozen tuples of texts and numbers, without a word on how they look.

Every text may be one that people wrote: the template escapes it, and what acts instead of showing is taken out when it
is written (``page``). The one thing that is markup is a :class:`Drawing`, which only ``svg.embedded`` makes.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, NamedTuple

from equitysim.figures.names import harmless, shorten

SHORT: Final = 60
"""Columns of a name before it is cut; the full one stays within reach."""

REACH: Final = 300
"""Characters of a name that are within reach where the whole stands elsewhere."""


class Name(NamedTuple):
    """A text as shown, and in full where that is longer (else empty)."""

    short: str
    full: str = ""


def named(text: str, columns: int = SHORT) -> Name:
    """A text on one line, cut where it is longer than so many columns."""
    whole = " ".join(harmless(text).split())
    # a wide character takes two columns at most, so that far more text never needs measuring
    short = shorten(whole[: 2 * columns + 1], columns)
    return Name(short, "" if short == whole else whole)


def brief(text: str, columns: int = SHORT) -> Name:
    """As :func:`named`, with no more than :data:`REACH` characters within reach: for a text that stands in full
    elsewhere on the page."""
    return named(f"{text[:REACH]}…" if len(text) > REACH else text, columns)


class Cell(NamedTuple):
    """A cell: what is read, the exact number behind it with its bounds (None: there is none), what stands under it in
    small print, and a word of judgement."""

    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    mark: str = ""


class Column(NamedTuple):
    """A heading. ``key``: the measure or quantity it shows, as tables and documents call it."""

    label: str
    unit: str = ""
    key: str = ""
    numeric: bool = True


class Row(NamedTuple):
    """A row: its name, one cell per column, and the place of its policy if it is about one."""

    name: Name
    cells: tuple[Cell, ...]
    policy: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a caption. Raises ValueError if a row has another number of cells than there are columns.

    ``wide``: it may scroll sideways within its own box on a narrow screen.
    """

    kind: ClassVar = "table"
    caption: str
    corner: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sortable: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{len(row.cells)} cells in {row.name.short!r} under {len(self.columns)} columns")


class Drawing(NamedTuple):
    """A drawing as harmless SVG markup, without its outermost element; made by ``svg.embedded`` only."""

    width: float
    height: float
    body: str

    def __html__(self) -> str:
        """The body, as templates ask for it: they do not escape it again."""
        return self.body


@dataclass(frozen=True)
class FigureCard:
    """A figure: its title, what it shows, the drawing, the same in words (``alt``) and in numbers (``data``)."""

    kind: ClassVar = "figure"
    title: str
    shows: str
    drawing: Drawing
    alt: str
    data: Table


class Fact(NamedTuple):
    """A term and what is to be said of it."""

    term: str
    text: Name


@dataclass(frozen=True)
class Facts:
    """Terms with what is to be said of each."""

    kind: ClassVar = "facts"
    rows: tuple[Fact, ...]


@dataclass(frozen=True)
class Prose:
    """Paragraphs."""

    kind: ClassVar = "prose"
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Notes:
    """A list of remarks."""

    kind: ClassVar = "notes"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """Lines to copy: a command, or a whole file."""

    kind: ClassVar = "listing"
    label: str
    text: str


@dataclass(frozen=True)
class Folded:
    """Blocks behind a line that opens them; on paper only if they are open."""

    kind: ClassVar = "folded"
    summary: str
    blocks: "tuple[Block, ...]"


class Policy(NamedTuple):
    """A policy as the switches name it; ``colour`` as in the figures."""

    name: Name
    colour: str
    baseline: bool


@dataclass(frozen=True)
class Switches:
    """A switch for each policy, in their order: it hides the policy's rows, and what belongs to it in figures.

    They show only where scripts run.
    """

    kind: ClassVar = "switches"
    policies: tuple[Policy, ...]


Block = Table | FigureCard | Facts | Prose | Notes | Listing | Folded | Switches


class Section(NamedTuple):
    """A part of the page under its own heading. ``anchor``: a word of ours for links, never one that people wrote."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


class VerdictCard(NamedTuple):
    """The answer: its status in a word, one sentence, and the numbers it rests on."""

    status: Literal["best", "tied", "undecided", "depends"]
    label: str
    text: Name
    facts: tuple[Fact, ...]


class Page(NamedTuple):
    """The whole page. ``scope``: whose numbers these are, over what time, from how many runs, in few words.
    ``question``: what it answers, after the name in the window's title; ``kicker``: the line above the name."""

    title: Name
    scope: tuple[str, ...]
    verdict: VerdictCard | None
    sections: tuple[Section, ...]
    made_by: str
    question: str = "which policy?"
    kicker: str = "Relationship equity: which policy, how sure, and why"
