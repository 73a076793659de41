"""How fast and how large a run is: events, seconds, events per second, peak memory, bytes per customer.

    python benchmarks/engine.py [SCENARIO] [--policy NAME] [--replications N]

Prints one line per replication; compiling the draws is timed apart. A figure, not a test: read it beside the
machine it was taken on.
"""

import argparse
import platform
import resource
import sys
import time
from pathlib import Path

from equitysim.engines.simpy.engine import simulate
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower

ROOT = Path(__file__).parents[1]


def peak_bytes() -> int:
    """Most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", type=Path, default=ROOT / "scenarios" / "corner-coffee.yaml")
    parser.add_argument("--policy", default="all together")
    parser.add_argument("--replications", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    plan = lower(load(arguments.scenario), arguments.policy)
    begun = time.perf_counter()
    simulate(plan._replace(parameters=plan.parameters._replace(horizon=30.0)), arguments.seed, 0)
    print(f"{platform.machine()}, Python {platform.python_version()}, {arguments.scenario.name}, {arguments.policy}")
    print(f"warm-up (a month, compiling the draws if they are not cached): {time.perf_counter() - begun:.2f} s")
    before = peak_bytes()
    for replication in range(arguments.replications):
        result = simulate(plan, arguments.seed, replication)
        held = peak_bytes()
        print(
            f"replication {replication}: {result.events:,} events, {result.seconds:.2f} s, "
            f"{result.events / result.seconds:,.0f} events/s, peak memory {held / 2**20:,.0f} MiB, "
            f"{(held - before) / len(result.customers):,.0f} bytes per customer beyond start-up "
            f"({len(result.customers):,} customers)"
        )


if __name__ == "__main__":
    main()
