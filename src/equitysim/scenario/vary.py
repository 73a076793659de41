"""One scenario under several values of one key: what ``--vary path=a,b,c`` asks for."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from equitysim.errors import CapError, Fault, UsageError
from equitysim.scenario.compose import composed
from equitysim.scenario.load import SETTING, Settings, Source, check
from equitysim.scenario.schema import Scenario
from equitysim.scenario.words import quoted, visible

VARY = "--vary"

MOST_VARIED = 200
"""Values of one key: each is a comparison of its own, a row of the table and a point of the figure."""


class Variant(NamedTuple):
    """The scenario with one value of the key; ``text``: the value as it was written."""

    text: str
    scenario: Scenario


def check_variants(
    path: Source, key: str, values: str, *, layers: Sequence[Source] = (), settings: Settings | None = None
) -> tuple[tuple[Variant, ...], tuple[Fault, ...]]:
    """Read a scenario once for each value of a key, which is laid on last.

    ``key``: a dotted path as in ``settings``; ``values``: as in a YAML list, with or without its brackets. Returns no
    variants and all errors, the values counted as lines of ``--vary``; or one variant per value, and the warnings.
    Raises UsageError for fewer than two values or for text that is no list, CapError for more than :data:`MOST_VARIED`.
    """
    texts = listed(key, values)
    if len(texts) > MOST_VARIED:
        raise CapError(f"{VARY} {visible(key)}: {len(texts)} values are more than the cap of {MOST_VARIED}: list fewer")
    others = {place: text for place, text in (settings or {}).items() if place != key}
    variants: list[Variant] = []
    faults: list[Fault] = []
    for number, text in enumerate(texts, start=1):
        scenario, found = check(path, layers=layers, settings={**others, key: text})
        faults += [_placed(fault, len(others) + 1, number) for fault in found]
        if scenario is None:
            continue
        same = next((k for k, known in enumerate(variants, start=1) if known.scenario.hash == scenario.hash), None)
        if same is not None:
            message = f"{quoted(text)} says the same as {quoted(variants[same - 1].text)}"
            faults.append(Fault(VARY, number, 1, key, message, "leave one of them out"))
        variants.append(Variant(text, scenario))
    errors = tuple(dict.fromkeys(fault for fault in faults if fault.severity == "error"))
    return ((), errors) if errors else (tuple(variants), tuple(dict.fromkeys(faults)))


def _placed(fault: Fault, setting: int, number: int) -> Fault:
    """A fault of the varied value, said of its place among the values."""
    if fault.file != SETTING or fault.line != setting:
        return fault
    return replace(fault, file=VARY, line=number)


def listed(key: str, values: str) -> tuple[str, ...]:
    """The texts of the values: what stands between the commas of a YAML list, so that ``{mean: 9, spread: 30 %}`` is
    one value. Raises UsageError for what is no list of at least two."""
    line = f"[{' '.join(values.splitlines())}]"
    node, faults = composed(line, VARY)
    if faults or node is None or node.items is None:
        said = "; ".join(fault.message for fault in faults) or "is not a list"
        raise UsageError(f"{VARY} {visible(key)}: cannot read the values {quoted(values)}: {said}")
    items, end = node.items, len(line) - 1
    if len(items) == 1 and items[0].items is not None:
        items, end = items[0].items, len(line[:-1].rstrip()) - 1
    starts = [item.spot.column - 1 for item in items]
    if starts != sorted(set(starts)):
        raise UsageError(f"{VARY} {visible(key)}: cannot read the values {quoted(values)}: write aliases out")
    texts = tuple(_piece(line[start:stop]) for start, stop in itertools.pairwise([*starts, end]))
    if len(texts) < 2:
        raise UsageError(f"{VARY} {visible(key)} needs at least two values, such as {VARY} failure.per_order=2%,4%,6%")
    return texts


def _piece(text: str) -> str:
    return text.rstrip().removesuffix(",").rstrip()
