"""Every speed and memory target of the compiled engine as a ratio taken within one run: figure, aim, met or missed.

    python -m benchmarks.ratios [--runs N] [--million] [--cold]

Times are processor seconds, medians of several runs, so that other work on the machine disturbs them little.
``--million`` adds a million customers over three years (minutes, gigabytes), ``--cold`` a start with nothing compiled.
The peer's generator needs the ``peers`` extra. A figure, not a test: docs/performance.md says on what it was taken.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.engine import peak_bytes
from benchmarks.floor import Floor
from equitysim.engines.compiled.engine import simulate as compiled
from equitysim.engines.simpy.engine import simulate as simpy
from equitysim.plan import Plan
from equitysim.result import EVERYONE
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower
from equitysim.streams import key_of
from tests.oracle.reductions import BG_COIN, OFF, buys, cohort, merged
from tests.oracle.reductions import POLICY as REDUCED_POLICY

ROOT = Path(__file__).parents[1]
SEED = 1
POLICY = "all together"
MILLION = 1_000_000
BASE_MEMORY = 150 * 2**20


def plan_of(scenario: str, customers: int) -> Plan:
    """A scenario under the policy that does everything, with caps out of the way."""
    plan = lower(load(ROOT / "scenarios" / f"{scenario}.yaml"), POLICY, customers=customers)
    return plan._replace(max_customers=10 * MILLION, max_events=10_000 * MILLION)


def seconds(work: Callable[[], object], runs: int) -> float:
    """Median processor time."""
    taken = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return median(taken)


def say(what: str, figure: float, unit: str, aim: float, at_most: bool, detail: str) -> None:
    """One line of the table."""
    met = figure <= aim if at_most else figure >= aim
    bound = "at most" if at_most else "at least"
    print(f"{what:<44} {figure:9.2f} {unit:<8} {bound} {aim:g}: {'met' if met else 'MISSED'}   ({detail})", flush=True)


def against_the_floor(runs: int) -> None:
    """The whole of a run against the bare loop."""
    for scenario in ("corner-coffee", "cdnow-1997"):
        for customers in (5_000, 100_000):
            plan = plan_of(scenario, customers)
            key0, key1 = key_of(SEED, 0)
            recorded = compiled(plan, SEED, 0, log=EVERYONE)
            floor = Floor(plan, plan.parameters._replace(key0=key0, key1=key1), recorded)
            floor.run()
            bare = seconds(floor.run, runs)
            whole = seconds(lambda plan=plan: compiled(plan, SEED, 0), runs)  # type: ignore[misc]
            events = recorded.events
            say(
                f"{scenario}, {customers:,}: engine / floor",
                whole / bare,
                "times",
                2.0,
                True,
                f"{whole / events * 1e9:.0f} ns against {bare / events * 1e9:.0f} ns per event, {events:,} events",
            )


def against_simpy(runs: int) -> None:
    """Events per second against the model of record."""
    plan = plan_of("corner-coffee", 5_000)
    events = compiled(plan, SEED, 0).events
    fast = seconds(lambda: compiled(plan, SEED, 0), runs)
    slow = seconds(lambda: simpy(plan, SEED, 0), 1)
    say(
        "corner-coffee, 5,000: compiled / SimPy",
        slow / fast,
        "times",
        50.0,
        False,
        f"{events / fast:,.0f} against {events / slow:,.0f} events/s",
    )


def against_lifetimes(runs: int) -> None:
    """Customers per second on the BG/NBD model, against the generator of ``lifetimes``: a year of 20 000 customers."""
    try:
        from lifetimes.generate_data import beta_geometric_nbd_model
    except ImportError:
        print("BG/NBD against lifetimes: not measured, the peers extra is not installed")
        return
    people = 20_000
    case = merged(OFF, cohort(people, 52) | buys(0.243, "4.414 weeks") | {"equity": BG_COIN})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bg-nbd.yaml"
        path.write_text(json.dumps(case), "utf-8")
        plan = lower(load(path), REDUCED_POLICY)
    compiled(plan, SEED, 0)
    ours = seconds(lambda: compiled(plan, SEED, 0), runs)
    few = 2_000
    theirs = seconds(lambda: beta_geometric_nbd_model(52.0, 0.243, 4.414, 0.793, 2.426, size=few), runs)
    say(
        "BG/NBD: customers/s against lifetimes",
        (people / ours) / (few / theirs),
        "times",
        100.0,
        False,
        f"{people / ours:,.0f} against {few / theirs:,.0f} customers/s",
    )


def at_scale(customers: int) -> None:
    """One run in this process; prints processor seconds, events, customers and peak bytes for the parent to read."""
    plan = plan_of("corner-coffee", customers)
    compiled(plan_of("corner-coffee", 200), SEED, 0)
    begun, wall = time.process_time(), time.perf_counter()
    result = compiled(plan, SEED, 0)
    print(
        time.process_time() - begun,
        time.perf_counter() - wall,
        result.events,
        len(result.customers),
        peak_bytes(),
        len(plan.parameters.programs),
    )


def a_million() -> None:
    """Cost per event and memory per customer of a million customers over three years."""
    few, many = (measured(customers) for customers in (10_000, MILLION))
    say(
        "corner-coffee, 1,000,000 / 10,000: per event",
        (many[0] / many[2]) / (few[0] / few[2]),
        "times",
        1.3,
        True,
        f"{many[0] / many[2] * 1e9:.0f} ns against {few[0] / few[2] * 1e9:.0f} ns, {many[1]:.0f} s by the clock",
    )
    say(
        "memory per customer beyond 150 MiB",
        (many[4] - BASE_MEMORY) / many[3],
        "bytes",
        400 + 24 * many[5],
        True,
        f"{many[4] / 2**30:.1f} GiB for {many[3]:,.0f} customers",
    )


def measured(customers: int) -> list[float]:
    """What :func:`at_scale` prints, run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.ratios", "--at-scale", str(customers)]
    return [float(word) for word in subprocess.check_output(command, cwd=ROOT, text=True).split()]


def starts() -> None:
    """Wall seconds of a first run with nothing compiled, and of the next one."""
    command = [sys.executable, "-m", "benchmarks.ratios", "--at-scale", "500"]
    with TemporaryDirectory() as folder:
        for name, aim in (("nothing compiled", 20.0), ("compiled before", 1.0)):
            before, cpu = time.perf_counter(), os.times()
            subprocess.run(
                command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"EQUITYSIM_CACHE": folder}
            )
            after = os.times()
            spent = after.children_user + after.children_system - cpu.children_user - cpu.children_system
            detail = f"{time.perf_counter() - before:.1f} s by the clock; whole process, imports and two small runs"
            say(f"start, {name}", spent, "s", aim, True, detail)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--at-scale", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.at_scale:
        at_scale(arguments.at_scale)
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, policy '{POLICY}'")
    against_the_floor(arguments.runs)
    against_simpy(arguments.runs)
    against_lifetimes(arguments.runs)
    if arguments.million:
        a_million()
    if arguments.cold:
        starts()


if __name__ == "__main__":
    main()
