"""Put whoever may listen there in the place of a Dask scheduler: does each end as workers that cannot be had?

    python -m tools.wrong_peers [--seconds DEADLINE]

Every peer must end with ``errors.WorkerError`` within the deadline and a second for each step, every scheduler file at
once. With the deadline of the package unless another is given.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from equitysim.errors import WorkerError
from equitysim.study.machines import cluster
from equitysim.study.machines.roll import ANSWER_SECONDS
from tests.unit.study.machines.wrong_peers import FILES, PEERS, listening

SLACK = 5.0
"""Seconds beyond the deadline, for a busy machine."""


def ended(address: str, deadline: float) -> str:
    """What came of an address: what it was refused with, or what was wrong with that."""
    begun = time.monotonic()
    try:
        with cluster.at(address, print)(1):
            found = "BROKEN: it was taken for a cluster"
    except WorkerError as error:
        found = str(error)
    except Exception as error:  # noqa: BLE001  # what is looked for
        found = f"BROKEN: {type(error).__name__}: {error}"
    took = time.monotonic() - begun
    return found if took <= deadline + SLACK else f"BROKEN: after {took:.1f} seconds: {found}"


def main() -> int:
    """The command line; 1 if any ended otherwise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=ANSWER_SECONDS)
    deadline = parser.parse_args().seconds
    vars(cluster)["ANSWER_SECONDS"] = deadline
    found: dict[str, str] = {}
    for name, peer in PEERS.items():
        with listening(peer) as port:
            found[name] = ended(f"tcp://127.0.0.1:{port}", deadline)
    for scheme in ("tls", "ws"):
        with listening(PEERS["silent"]) as port:
            found[f"silent, {scheme}"] = ended(f"{scheme}://127.0.0.1:{port}", deadline)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILES.items():
            file = Path(folder) / "scheduler.json"
            file.write_bytes(content)
            found[f"file: {name}"] = ended(str(file), deadline)
    for name, said in found.items():
        print(f"{name:>24}  {said}")
    broken = sum(said.startswith("BROKEN") for said in found.values())
    print(f"{len(found) - broken} of {len(found)} ended with WorkerError in time")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
