"""How a table is described, and what several descriptions say alike."""

from typing import NamedTuple


class Description(NamedTuple):
    """What one row of a table is, and what each column means, in the order of the columns."""

    row: str
    columns: dict[str, str]


POLICY = "Name of the policy."
BASELINE = "Name of the baseline policy."
