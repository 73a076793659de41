"""How long the command line takes to start: the best of several runs of each command, in milliseconds.

    python benchmarks/startup.py [--runs N]

The aims: ``--help`` under 150 ms, ``check`` on the CDNOW scenario under 500 ms, on a two-core machine.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMANDS = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "import equitysim": ([sys.executable, "-c", "import equitysim"], 100),
    "equitysim --help": ([str(Path(sys.executable).with_name("equitysim")), "--help"], 150),
    "equitysim check": ([str(Path(sys.executable).with_name("equitysim")), "check", "scenarios/cdnow-1997.yaml"], 500),
}


def milliseconds(command: list[str]) -> float:
    """Wall time of one run. Raises CalledProcessError if it fails."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return (time.perf_counter() - begun) * 1000.0


def main() -> None:
    """Time every command and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    for name, (command, aim) in COMMANDS.items():
        best = min(milliseconds(command) for _ in range(runs))
        print(
            f"{name:<20} {best:6.0f} ms"
            + ("" if aim is None else f"   aim {aim} ms: {'met' if best < aim else 'MISSED'}")
        )


if __name__ == "__main__":
    main()
