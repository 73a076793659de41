"""The documentation page on tables and measures, made from the descriptions that the code itself uses."""

from equitysim.measures.registry import MEASURES, Window
from equitysim.measures.tables import TABLES

WINDOWS = {
    Window.HORIZON: "horizon",
    Window.LTV: "`ltv_window`",
    Window.YEAR: "12 months",
}

INTRODUCTION = """\
# Tables and measures

`run`, `compare`, `analyse` and `optimise` write each table as `TABLE.csv` into the output folder, `ledger` and `events`
on request; so does `sweep`, whose `study_runs` and `study_values` are named `runs.csv` and `values.csv`.
In Python, `comparison.frame("values")` gives the same rows as a data frame, and
`es.customers(scenario)` gives `customers`, which no command writes.

Tables are tidy: one observation per row, replications as rows. Files are UTF-8 with a header line; numbers read back
as the numbers they were; what is undefined is an empty cell (`null` in JSON).

In a text cell, characters that act instead of showing (control characters, changes of direction) are replaced by `�`,
white space of any kind by a blank. A text that a spreadsheet would take for a formula, since it begins with `=`, `+`,
`-`, `@` or one of their full-width variants, gets an apostrophe in front, and so does such a piece behind a semicolon,
which separates cells in some countries. This cannot be undone with certainty: who needs the names as they were written
reads the data frames or JSON.

With `--customers`, tables of people (`series`, `stages`, `ledger`, `customers`, `events`) hold those simulated;
measures that are totals are scaled back.
"""

FORMATS = """\
## Further formats

`--also parquet` writes `TABLE.parquet` beside each CSV file (`pip install 'equitysim[parquet]'`), with the same rows
and texts, but typed: whole numbers, floats, names as categories, times as timestamps, null where a number is
undefined. The metadata of the file and of each column hold its description and, where it has one, its unit.

`--also excel` writes `tables.xlsx` (`pip install 'equitysim[excel]'`): a sheet that says what was computed and what
every column means, then one sheet per table. `ledger` and `events` are not in it, because they may have more than
the 1,048,575 rows that a sheet holds below its headings; a table beyond that is left out as well, and the first sheet
says so. Numbers are numbers, undefined cells are empty, and a text is a text whatever it begins with, without the
apostrophe of the CSV files. Whole numbers beyond 2⁵³ are written as text, since Excel would round them.

## Process mining

`events.csv` is an event log. Its `case_id` joins policy, replication and customer, so that the same person's lives
under several policies do not run together; to follow one person across policies, use `customer`. The rows of a case
are in the order of its events, some of which share a second: a tool that sorts must keep the order of equal times.

    import pandas as pd
    import pm4py

    log = pd.read_csv("events.csv", parse_dates=["timestamp"])
    log = pm4py.format_dataframe(log, case_id="case_id", activity_key="activity", timestamp_key="timestamp")
    pm4py.discover_dfg(log[log["policy"] == "today"])

In Disco, open the file and mark `case_id` as case, `activity` as activity, `timestamp` as timestamp with the pattern
`yyyy-MM-dd HH:mm:ss` ([its manual](https://fluxicon.com/book/read/import/)).
"""

MEASURES_HEAD = """\
## Measures

Money is discounted to the start unless a measure says otherwise. *Per seed person* divides by everybody who entered
other than by referral, bought or not, and always by the baseline's number of them, since a policy may switch
sources. *Better*: + more is better, − less is better, empty neither by itself. *Segment*: also given by segment.

| measure | unit | better | segment | looks at | meaning |
|---|---|---|---|---|---|
"""

CHOICES = """\
## Choices

The model leaves some things open. Ours, with their reasons:

- **Spend** is per seed person like net value, so that a return is the ratio of two differences in one column.
- **Lifetime value** divides by the baseline's seed persons whose window fits; the others could not have been seen.
- **Active customers at the end** is a number of people, so that referrals show in it.
- **The best 20 %** are of those who bought from the start on, at least one person, by margin and premium; a partner
  on the ladder is by recent margin, of those active, as programs rank.
- **Segments**: a family belongs to the segment of its seed person, a referral to the referrer's, everything else to
  the customer's own. What a policy owes as a whole belongs to no segment, so net value and spend have none.
- **Over replications** a measure is averaged over those in which it is defined. A share, mean or rate that is a part of
  a whole of its own run is the ratio of the two means, so that a run with much to say counts for more. So are return on
  spend and cost per value, which are undefined where spend did not rise, or where what they are divided by is not clear
  of 0: leaving out such replications would flatter the rest.
- **Claims** are judged in the direction that is better: for costs, waits and complaints less is. `matters` is in the
  unit of the decision measure; in any other measure every difference is material.
- **Traces**: *typical* is the lower median of net value, own and referred, of seed persons with two orders or more;
  *best* is the highest of all seed persons; *lost* is the one of those who left who had brought the most margin.
  Ties go to the first in canonical order. Cost to serve has no line of its own in a statement, because it runs on
  between orders; the sums below the lines hold it.
"""


def page() -> str:
    """The whole page as Markdown."""
    measures = MEASURES_HEAD + "".join(map(_measure, MEASURES))
    return "\n".join([INTRODUCTION, *map(_table, TABLES), FORMATS, measures, CHOICES])


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
