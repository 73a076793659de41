"""How long the README's first command takes once everything is downloaded: the comparison with nothing compiled yet.

    python benchmarks/quick_start.py

The aim: 120 seconds on a two-core machine.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
AIM = 120.0


def main() -> None:
    """Run the comparison with an empty cache into a folder that is thrown away."""
    command = [str(Path(sys.executable).with_name("equitysim")), "compare", "scenarios/cdnow-1997.yaml"]
    with TemporaryDirectory() as folder:
        begun = time.perf_counter()
        subprocess.run(
            [*command, "--replications", "10", "--quiet", "--out", f"{folder}/out"],
            cwd=ROOT,
            env=os.environ | {"EQUITYSIM_CACHE": f"{folder}/cache"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - begun
    verdict = "met" if seconds < AIM else "MISSED"
    print(f"compare, 7 policies, 10 replications, nothing compiled: {seconds:.0f} s   aim {AIM:.0f} s: {verdict}")


if __name__ == "__main__":
    main()
