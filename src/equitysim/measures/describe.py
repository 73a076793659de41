"""The documentation page on tables and measures, made from the descriptions that the code itself uses."""

from equitysim.measures.registry import MEASURES, Window
from equitysim.measures.tables import TABLES

WINDOWS = {
    Window.HORIZON: "horizon",
    Window.EARLY: "two thirds of the horizon",
    Window.LTV: "`ltv_window`",
    Window.YEAR: "12 months",
}

INTRODUCTION = """\
# Tables and measures

`run` and `compare` write each table as `TABLE.csv` into the output folder, `ledger` and `events` on request. In
Python, `comparison.frame("values")` gives the same rows as a data frame.

Tables are tidy: one observation per row, replications as rows. Files are UTF-8 with a header line; numbers read back
as the numbers they were; what is undefined is an empty cell (`null` in JSON). In a text cell, characters that act
instead of showing are replaced, and a text that a spreadsheet would take for a formula starts with an apostrophe;
data frames hold the names as they were written.

With `--customers`, tables of people (`series`, `stages`, `ledger`, `events`) hold those simulated; measures that are
totals are scaled back.
"""

MEASURES_HEAD = """\
## Measures

Money is discounted to the start unless a measure says otherwise. *Per seed person* divides by everybody who entered
other than by referral, bought or not, and always by the baseline's number of them, since a policy may switch
sources. *Better*: + more is better, − less is better, empty neither by itself. *Segment*: also given by segment.

| measure | unit | better | segment | looks at | meaning |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join(
        [INTRODUCTION, *(_table(name) for name in TABLES), MEASURES_HEAD + "".join(map(_measure, MEASURES))]
    )


def _table(name: str) -> str:
    description = TABLES[name]
    rows = "".join(f"| `{column}` | {meaning} |\n" for column, meaning in description.columns.items())
    return f"## {name}\n\n{description.row}\n\n| column | meaning |\n|---|---|\n{rows}"


def _measure(name: str) -> str:
    measure = MEASURES[name]
    better = {1: "+", -1: "−", 0: ""}[measure.better]
    segment = "yes" if measure.by_segment else ""
    unit = measure.unit.replace("{currency}", "EUR")
    return f"| `{name}` | {unit} | {better} | {segment} | {WINDOWS[measure.window]} | {measure.meaning} |\n"
