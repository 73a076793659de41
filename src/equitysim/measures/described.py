"""How a table is described, and what several descriptions say alike."""

from typing import NamedTuple


class Description(NamedTuple):
    """What one row of a table is, and what each column means, in the order of the columns."""

    row: str
    columns: dict[str, str]


ALL_SEGMENTS = "all"
"""What stands in the segment column for everybody, so that no segment may be called so."""

POLICY = "Name of the policy."
BASELINE = "Name of the baseline policy."
REPLICATION = "Number of the replication, from 0. Equal numbers share their luck across policies."

HOW = {
    "seed": "Seed of the study.",
    "engine": "Engine that ran it.",
    "scheme": "Version of the draw scheme: runs of different schemes do not share their luck.",
    "events": "Model events, those of the history included.",
    "seed_persons": "Simulated people who entered other than by referral.",
}
MEASURED = {
    "segment": "Name of the segment; `all` for everybody.",
    "measure": "Name of the measure.",
    "value": "Its value in this run; empty where it is undefined. Over the runs a ratio is the ratio of the means.",
    "unit": "Its unit in words.",
    "window_days": "Days that the measure looks at.",
}
