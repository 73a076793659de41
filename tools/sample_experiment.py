"""Ask of many firms drawn at random whether samples of them decide like them.

    PYTHONPATH=. python tools/sample_experiment.py [--count 1000] [--first 0]

Each firm has a policy with desks, budgets, rankings, fixed costs or costs per case, and some have crises, rivals and
channels with few leads. It is simulated whole and at a half, a tenth and a fiftieth of its people, or the smallest
larger size that stands for it. Counted are comparisons of figures per person, those that are off by more than chance
and what is allowed explain at a simultaneous error of 1 in 10 000 over all comparisons, and how many lie beyond 5 % and
1 % each. The figures of docs/validation.md come from here; tests/property/test_samples.py is a small version.
"""

import argparse
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from equitysim.errors import ScenarioError
from equitysim.scenario.load import load
from tests.property.firms import SHARES, Drawn, agreement, firm

SIMULTANEOUS = 1e-4


def main() -> None:
    """Run, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    begun, found, taken, invalid = time.perf_counter(), list[tuple[int, Drawn]](), Counter[str](), 0
    with TemporaryDirectory() as folder:
        file = Path(folder) / "firm.yaml"
        for seed in range(asked.first, asked.first + asked.count):
            file.write_text(yaml.safe_dump(firm(seed), sort_keys=False), encoding="utf-8")
            try:
                scenario = load(file)
            except ScenarioError as error:
                invalid += 1
                print(seed, error, flush=True)
                continue
            here = agreement(scenario)
            found += [(seed, one) for one in here]
            reduced = {one.share: one.taken for one in here}
            for share in SHARES:
                got = reduced.get(share)
                how = "whole or as before" if got is None else "as asked" if got == share else "larger"
                taken[f"{share:.2f} {how}"] += 1
            worst = min(here, key=lambda one: one.p, default=None)
            if worst is not None and worst.p < 1e-3:
                print(seed, worst, flush=True)
            if (seed + 1) % 10 == 0:
                report(seed + 1 - asked.first, found, taken, invalid, begun)
    report(asked.count, found, taken, invalid, begun)


def report(count: int, found: list[tuple[int, Drawn]], taken: Counter[str], invalid: int, begun: float) -> None:
    """One line on everything so far."""
    compared = max(len(found), 1)
    off = [(seed, one.what, one.share) for seed, one in found if one.p < SIMULTANEOUS / compared]
    beyond = [sum(one.p < level for _, one in found) / compared for level in (0.05, 0.01)]
    print(
        f"{count} firms ({invalid} invalid), {len(found)} comparisons; off: {len(off)} {off[:5]}; beyond 5 %: "
        f"{beyond[0]:.4f}, beyond 1 %: {beyond[1]:.4f}; {dict(sorted(taken.items()))}; "
        f"{time.perf_counter() - begun:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
