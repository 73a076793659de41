"""Ask every measure of a window what it comes to on paper, over many markets.

    PYTHONPATH=. python tools/windows_table.py [--all]

Prints by measure how many figures were compared and the farthest of them, with --all each of them, and ends with 1 if
one lies beyond what chance explains. The figures of docs/validation.md come from here; tests/oracle/test_windows.py
asks a few of each kind.
"""

import argparse
import sys
from collections.abc import Iterator
from itertools import product

from tests.oracle.windows import (
    CLOCKS,
    MONTH,
    Contract,
    Form,
    Hazard,
    Market,
    active,
    lifetime,
    paybacks,
    residual,
    retention,
    second,
)

CONTRACTS: list[Market] = [Contract(period, stay) for period in (1, 3, 12, 24) for stay in (0.6, 0.9, 0.98, 1.0)]
BUYERS: list[Market] = [Hazard(per_year, leave) for per_year in (1, 4, 12, 60) for leave in (0.1, 0.35, 0.7)]
MARKETS = CONTRACTS + BUYERS
FARTHEST = 4.5
"""Standard errors: a false alarm in 150 000 figures; about five thousand are compared."""


def forms() -> Iterator[tuple[str, Form]]:
    """All of them, by measure."""
    for market, clock in product(MARKETS, CLOCKS):
        yield "retention_12m", retention(market, clock)
        for months in (6, 12, 24):
            yield "residual value", residual(market, clock, months)
        yield "residual value", residual(market, clock, 12, yearly=0.1)
        for after in (3.5, 6.5, 12.5):
            for form in paybacks(market, clock, after):
                yield "month of payback" if form.quantity.startswith(MONTH) else "course of a payback", form
    for market in MARKETS:
        yield "second_purchase_rate", second(market)
        for months in (1, 6, 7, 12, 13, 24):
            yield "ltv", lifetime(market, months)
    for per_year in (1, 2, 4, 12):
        yield "active_end", active(per_year)


def main() -> int:
    """Compare, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="print each figure")
    every = parser.parse_args().all
    found: dict[str, list[Form]] = {}
    for measure, form in forms():
        found.setdefault(measure, []).append(form)
        if every or form.distance > FARTHEST:
            print(f"{measure}: {form.distance:.1f} s.e.: {form}", flush=True)
    print("| measure | figures | exact ones | farthest, in s.e. |\n|---|---|---|---|")
    for measure, these in found.items():
        exact = sum(form.error == 0.0 for form in these)
        print(f"| {measure} | {len(these)} | {exact} | {max(form.distance for form in these):.1f} |")
    return int(any(form.distance > FARTHEST for these in found.values() for form in these))


if __name__ == "__main__":
    sys.exit(main())
