"""Find the one scale of ``scenarios/cdnow-1997.yaml``: what equity adds to published buying must be taken out again.

    python tools/cdnow_scale.py [--replications N]

BG/NBD describes buying as it was, relationships included. A simulated customer with those rates would buy more: clean
orders add equity, equity adds orders. The scale multiplies all rates so that the baseline's expected cumulative repeat
orders are those of the published curve, on the average of weeks 20 to 25. The curve's parameters were fitted to weeks 1
to 39, and nothing here reads a later week.

The expectation is estimated as the published figure plus the mean difference between the cohort with equity and the
same cohort, with the same luck, whose balances stay at 0: that cohort *is* BG/NBD, and the luck cancels.
"""

import argparse
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from cdnow import BASELINE, KNOWN_WEEKS, SCENARIO, Record, record, replications

from equitysim.scenario.load import load
from equitysim.scenario.lower import lower

SEED = 39
SCALE = "segments.buyers.occasions.scale"
NEUTRAL = {"equity.satisfaction": "0", "failure.per_order": "0 %", SCALE: "1"}
"""Nothing moves a balance."""

Floats = npt.NDArray[np.float64]


class Found(NamedTuple):
    """The scale, the mean deviation left, and the deviation per week with its standard error (shares of the curve)."""

    scale: float
    left: float
    deviation: Floats
    error: Floats


def cohort(settings: dict[str, str], count: int) -> Floats:
    """Replications × known weeks: cumulative repeat orders of the baseline with these settings."""
    cut = {"horizon": f"{KNOWN_WEEKS} weeks", "ltv_window": f"{KNOWN_WEEKS} weeks"}
    plan = lower(load(SCENARIO, settings=cut | settings), BASELINE)
    return np.array(list(replications(plan, SEED, count, KNOWN_WEEKS)), dtype=float)


def secant(miss: Callable[[float], float], low: float, high: float, within: float) -> float:
    """A root between two starting points. Raises ArithmeticError if it does not settle."""
    at_low, at_high = miss(low), miss(high)
    for _ in range(8):
        if abs(at_high) < within:
            return high
        low, high, at_low = high, high - at_high * (high - low) / (at_high - at_low), at_high
        at_high = miss(high)
    raise ArithmeticError(f"no scale between the starting points settles; the last was {high}")


def find(known: Record, count: int) -> Found:
    """The scale at which the baseline meets the published curve."""
    weeks = np.array(sorted(known.expected))
    published = np.array([known.expected[week] for week in weeks])
    neutral = cohort(NEUTRAL, count)[:, weeks - 1]

    def deviations(scale: float) -> Floats:
        added: Floats = cohort({SCALE: repr(round(scale, 4))}, count)[:, weeks - 1] - neutral
        return np.asarray(added / published)

    scale = round(secant(lambda s: float(deviations(s).mean()), 1.0, 0.9, 0.0005), 3)
    final = deviations(scale)
    return Found(scale, float(final.mean()), final.mean(axis=0), final.std(axis=0, ddof=1) / np.sqrt(count))


def main() -> None:
    """Find the scale and print it with what remains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=40)
    count = parser.parse_args().replications
    known = record()
    found = find(known, count)
    print(f"scale: {found.scale}   (mean deviation left in weeks 20-25: {found.left:+.2%}, {count} replications)")
    for week, deviation, error in zip(sorted(known.expected), found.deviation, found.error, strict=True):
        print(f"week {week}: published {known.expected[week]:8.1f}, baseline {deviation:+.2%} (s.e. {error:.2%})")


if __name__ == "__main__":
    main()
