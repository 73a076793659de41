"""Print the table of docs/validation.md: every reduction with its figure, the estimate and the distance between them.

python -m tests.oracle.table [ENGINE]
"""

import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tests.oracle import closed_forms as theory
from tests.oracle import test_contracts as contracts
from tests.oracle import test_desks as desks
from tests.oracle import test_referrals as referrals
from tests.oracle import test_spend as spend
from tests.oracle.judge import Estimate, batched, mean, spread, variance
from tests.oracle.published import BG_NBD_MOMENTS, CDNOW_EXPECTED, MBG_NBD, PARETO_NBD, SBG, SBG_SURVIVAL, SPEND
from tests.oracle.reductions import purchases
from tests.oracle.test_account import balance_before_last_touch
from tests.oracle.test_cdnow_scenario import by_week
from tests.oracle.test_purchases import cdnow_sample, cumulative

WEEKS = (26, 39, 52)


class Row(NamedTuple):
    """One figure: what is published or follows in closed form, and what the simulator makes of it."""

    model: str
    quantity: str
    figure: float
    estimate: Estimate


def buying(engine: str) -> Iterator[Row]:
    """The models of buying until defection."""
    for case, name in (("BG/NBD", "BG/NBD"), ("BG/NBD, thinned", "BG/NBD, choice 50 % of twice the occasions")):
        repeats = purchases(engine, case)
        for weeks in WEEKS:
            average, deviation, zeros = BG_NBD_MOMENTS[weeks]
            counts = repeats.repeats_within(weeks)
            yield Row(name, f"mean repeat purchases in {weeks} weeks", average, mean(counts))
            yield Row(name, f"their standard deviation, {weeks} weeks", deviation, spread(counts))
            yield Row(name, f"share without one, {weeks} weeks", zeros, mean(counts == 0))
    for week, expected in CDNOW_EXPECTED.items():
        sample = cumulative(cdnow_sample(engine), week)
        yield Row("BG/NBD, CDNOW cohort", f"cumulative repeat orders, week {week}", expected, sample)
    for weeks in WEEKS:
        counts = purchases(engine, "MBG/NBD").repeats_within(weeks)
        figure = theory.mbg_nbd_mean(weeks, *MBG_NBD)
        yield Row("MBG/NBD", f"mean repeat purchases in {weeks} weeks", figure, mean(counts))
        yield Row(
            "MBG/NBD", f"share without one, {weeks} weeks", theory.mbg_nbd_zero(weeks, *MBG_NBD), mean(counts == 0)
        )
    for weeks in WEEKS:
        counts = purchases(engine, "Pareto/NBD").repeats_within(weeks)
        figure = theory.pareto_nbd_mean(weeks, *PARETO_NBD)
        yield Row("Pareto/NBD", f"mean repeat purchases in {weeks} weeks", figure, mean(counts))


def money(engine: str) -> Iterator[Row]:
    """Spend, contracts and lifetime value."""
    orders = spend.spending(engine, SPEND[2])
    first = orders.money[orders.first]
    yield Row("gamma–gamma", "mean order value", theory.gamma_gamma_mean(*SPEND), mean(first))
    for value in (10.0, 25.0, 60.0):
        figure = theory.gamma_gamma_below(value, *SPEND)
        yield Row("gamma–gamma", f"share of orders below {value:g}", figure, mean(first < value))
    signed = contracts.subscribers(engine, *SBG)
    for years in (1, 4, 8, 12):
        alive = mean(contracts.survivors(signed, years))
        yield Row("shifted-beta-geometric", f"survival after {years} renewals", SBG_SURVIVAL[years] / 100, alive)
    ltv = contracts.constant_retention(engine, "20 % per renewal").customers["ltv"]
    yield Row("constant retention 80 %, 12 %", "value in margins, from the end of period 1", 2.50, mean(ltv - 1))


def queues(engine: str) -> Iterator[Row]:
    """Desks."""
    for agents, load in desks.LOADS:
        waits = desks.queue(engine, agents, load)
        name = f"M/M/{agents}, load {load:g}"
        yield Row(name, "share that waits", theory.erlang_c(agents, load), batched(waits > 0))
        yield Row(name, "mean wait, in services", theory.mean_wait(agents, load), batched(waits))
        yield Row(name, "mean queue", load * theory.mean_wait(agents, load), batched(load * waits))
        yield Row(
            name, "share that waits longer than a service", theory.waits_longer(agents, load, 1), batched(waits > 1)
        )


def families(engine: str) -> Iterator[Row]:
    """Referrals."""
    result = referrals.families(engine, "20 % per purchase")
    sizes = referrals.progeny(result)
    chances = (referrals.REFER, referrals.LEAVE)
    yield Row("branching, ρ 0.1, q 0.2", "mean total progeny", theory.progeny_mean(*chances), mean(sizes))
    yield Row("branching, ρ 0.1, q 0.2", "its variance", theory.progeny_variance(*chances), variance(sizes))
    yield Row(
        "branching, ρ 0.1, q 0.2",
        "share that refers nobody",
        theory.refers_nobody(*chances),
        referrals.childless(result),
    )


def scenario() -> Iterator[Row]:
    """The CDNOW scenario as shipped, equity on."""
    for week, expected in CDNOW_EXPECTED.items():
        yield Row("cdnow-1997.yaml, policy today", f"cumulative repeat orders, week {week}", expected, by_week(week))


def main(engine: str) -> None:
    """Print the table as Markdown."""
    print("| model | quantity | figure | simulated | s.e. | distance in s.e. |\n|---|---|---|---|---|---|")
    rows = [*buying(engine), *money(engine), *queues(engine), *families(engine), *scenario()]
    for row in rows:
        digits = 1 if row.figure > 100 else 4
        value, error = row.estimate
        distance = row.estimate.distance(row.figure)
        numbers = " | ".join(f"{number:.{digits}f}" for number in (row.figure, value, error))
        print(f"| {row.model} | {row.quantity} | {numbers} | {distance:.1f} |")
    distances = np.array([row.estimate.distance(row.figure) for row in rows])
    print(
        f"\n{len(rows)} figures; {np.mean(distances <= 1):.0%} within 1 s.e., {np.mean(distances <= 2):.0%} within 2; ",
        end="",
    )
    print(f"the farthest is {distances.max():.1f} away.\n")
    print("| periodic touch: gain, every, half-life | fixed point | simulated |\n|---|---|---|")
    for gain, every, half_life in ((10, 30, 70), (5, 7, 70), (40, 90, 60)):
        found = balance_before_last_touch(engine, gain, every, half_life)
        expected = theory.periodic_touch_fixed_point(gain, every, half_life)
        print(f"| {gain}, {every} days, {half_life} days | {expected:.10f} | {found:.10f} |")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["simpy"]))
