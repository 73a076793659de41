"""Score the frozen CDNOW scenario on the weeks that set none of its parameters, and draw the forecast.

    python tools/cdnow_forecast.py [--replications N] [--out DIR]

Prints how many of the recorded weeks 40 to 78 fall inside the 95 % predictive band of the baseline. The band holds the
luck of the cohort, not the uncertainty of the published parameters.
"""

import argparse
from pathlib import Path

import numpy as np
from cdnow import BASELINE, KNOWN_WEEKS, ROOT, SCENARIO, record, replications

from equitysim.figures import data, draw
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower

SEED = 78


def forecast(count: int) -> data.Forecast:
    """What the baseline predicts for every recorded week."""
    recorded = record().repeat_orders
    plan = lower(load(SCENARIO), BASELINE)
    simulated = np.array(list(replications(plan, SEED, count, len(recorded))))
    return data.forecast(simulated, recorded, known_weeks=KNOWN_WEEKS, title="CDNOW cohort of 1997: repeat orders")


def main() -> None:
    """Simulate, draw, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=100)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    arguments = parser.parse_args()
    drawn = forecast(arguments.replications)
    paths = draw.save(draw.forecast(drawn), arguments.out, "cdnow-forecast")
    print(data.forecast_text(drawn))
    whole = drawn.cumulative
    band = f"{whole.low[-1]:.0f} to {whole.high[-1]:.0f}"
    print(f"by week {drawn.weeks[-1]}: {whole.recorded[-1]:.0f} recorded, {whole.mean[-1]:.0f} expected ({band})")
    print(*paths, sep="\n")


if __name__ == "__main__":
    main()
