"""Every law and every transition gives the same bits compiled as in plain Python, on random input.

This is what lets two engines share one source: libm is called alike, no expression is rewritten, no integer wraps
differently.
"""

import inspect
import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from equitysim import streams
from equitysim.jit import law
from equitysim.plan import Parameters
from equitysim.rules import account, birth, journal, laws, occasion, programs, stages
from equitysim.rules.journal import Journal
from equitysim.rules.state import Customer, record_type
from tests.contract.compiled_twin import journals, parameters_for_compiled, programs_capacity
from tests.contract.small_plan import small_parameters

DRAWS = 100_000
RANGES: dict[str, tuple[float, float]] = {
    "equity": (-100.0, 100.0),
    "intercept": (-8.0, 8.0),
    "log_hazard": (-8.0, 8.0),
    "slope": (-0.1, 0.1),
    "days": (0.0, 2000.0),
    "half_life": (0.5, 500.0),
    "forgetting": (1.0, 300.0),
    "forgiving": (1.0, 300.0),
    "tenure": (0.0, 2000.0),
    "u": (0.0, 1.0),
    "orders": (1.0, 400.0),
    "clock": (-2000.0, 2000.0),
    "day": (-2000.0, 2000.0),
}
SEASON = tuple(0.5 + k / 11 for k in range(12))
BEFORE = tuple(math.fsum(SEASON[:k]) for k in range(13))
FIXED: dict[str, Any] = {"season": SEASON, "season_before": BEFORE, "phase": 37.5, "shares": (0.2, 0.5, 1.0)}


def functions_of(module: Any) -> list[Callable[..., Any]]:
    """The public laws of a module, in order of their names."""
    return [
        function
        for name, function in sorted(vars(module).items())
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    ]


def same_bits(left: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> bool:
    """Equal shape, type and bytes: NaN equals the same NaN, and 0.0 does not equal -0.0."""
    return left.shape == right.shape and left.dtype == right.dtype and left.tobytes() == right.tobytes()


def test_same_bits_tells_one_ulp_and_the_sign_of_zero() -> None:
    values = np.linspace(0.0, 3.0, 50)
    assert same_bits(values, values.copy())
    nudged = values.copy()
    nudged[7] = np.nextafter(nudged[7], 9.0)
    assert not same_bits(values, nudged)
    signed = values.copy()
    signed[0] = -0.0
    assert not same_bits(values, signed)
    assert not same_bits(values, values[:-1])


def test_a_rewritten_power_would_be_seen() -> None:
    """The planted fault: a cube by `**`, which compiled code multiplies out, differs from Python's in some of so many
    draws.
    """

    def cube(x: float) -> float:
        return x**3

    draws = np.random.default_rng(1).uniform(-100, 100, DRAWS)
    compiled = numba.njit(cube)
    assert not same_bits(np.array([cube(x) for x in draws.tolist()]), np.array([compiled(x) for x in draws.tolist()]))


@pytest.mark.parametrize("function", functions_of(laws), ids=lambda f: f.__name__)
def test_laws(function: Callable[..., Any]) -> None:
    random = np.random.default_rng(20_270_101)
    names = list(inspect.signature(function).parameters)
    columns = [FIXED.get(name, random.uniform(*RANGES.get(name, (0.0, 3.0)), DRAWS)) for name in names]
    if "orders" in names:
        columns[names.index("orders")] = np.floor(columns[names.index("orders")]).astype(np.int64)
    compiled = numba.njit(function)
    rows = [column.tolist() if isinstance(column, np.ndarray) else [column] * DRAWS for column in columns]
    plain = np.array([function(*row) for row in zip(*rows, strict=True)])
    assert len(set(plain.tolist())) > 1, "the input does not exercise the law"
    assert same_bits(plain, np.array([compiled(*row) for row in zip(*rows, strict=True)]))


@law
def born(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    birth.arrive(c, p, t - 400.0, 1_000 + i * 7_919, i % 3, i, i % 2, (i % 190) - 95.0, (i % 3) * 10.0)
    birth.enter(c, p, j, t - 400.0, 2.5)
    return c.rate + c.spend


@law
def had_a_life(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    done = 0
    for _ in range(3 + i % 5):
        when = occasion.next_occasion(c, p)
        if c.status != occasion.LOST and c.status != occasion.COLD and when < t:
            done += occasion.occasion(c, p, j, when)
    return float(done)


@law
def choosing(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    return occasion.choice_argument(c, p, t) + account.leaving_chance(c, p, t, c.equity) + account.live_pull(c, t)


@law
def touched(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    programs_flags = programs.act(c, p, j, i % 5, t + 1.0)
    return float(programs_flags + programs.act(c, p, j, (i + 1) % 5, t + 1.5))


@law
def failed(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    k = 3
    account.fail(c, p, j, t + 2.0, 20.0)
    flags = account.speak(c, p, j, t + 2.0, (i % 97) / 97.0, (i % 89) / 89.0)
    if c.pending[k] <= 0:
        programs.open_item(c, p, k)
    if i % 3 == 0:
        account.fail(c, p, j, t + 3.0, 20.0)
    if i % 4 == 1:
        account.neglect(c, p, j, t + 4.0, c.grievance_at)
    if i % 5 == 0 and programs.impatient(c, p, k):
        programs.abandon(c, p, j, k, t + 5.0)
    else:
        programs.begin_service(c, p, j, k, t + 5.0, 1.25)
        flags += programs.deliver(c, p, j, k, t + 6.0 + programs.handling_days(c, p, k, c.pending[k], 0.1, 4.0), 1.25)
        programs.close_item(c, p, k)
    return float(flags)


@law
def served(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    flags = occasion.service_failure(c, p, j, t + 8.0)
    if occasion.crisis_hits(c, p, 0, 0.5):
        flags += occasion.crisis_failure(c, p, j, t + 9.0, 0, 15.0)
    return float(flags) + occasion.next_service_failure(c, p, t)


@law
def invited(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    return float(programs.deliver(c, p, j, 4, t + 10.0, 0.0) + programs.deliver(c, p, j, 2, t + 10.5, 0.0))


@law
def looked_at(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    when = t + 11.0
    seen = programs.observed_stage(c, p, when) * 10 + stages.rung(c, c.equity, i % 2) + stages.active(c, p, when)
    total = seen + programs.survey_equity(c, p, when) + stages.equity_now(c, p, when)
    for by in range(3):
        total += programs.standing(c, p, when, by)
    if c.orders > 0:
        total += programs.silent_until(c, p, 4) + programs.repeat_after(c, p, 4) + stages.own_gap(c, p)
    return total


@law
def referred(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    c.referrals += 1
    number = c.referrals - 1
    if i % 2:
        birth.descend(c, p, t + 12.0, c, streams.identity_of(c.identity, number), 3)
    occasion.commit(c, p, j, t + 12.0)
    return float(c.segment) + c.equity + c.own[1]


@law
def closed(c: Customer, p: Parameters, j: Journal, i: int, t: float) -> float:
    if c.equity_at <= 0.0 and c.coin_at <= 0.0:  # nothing of what a clock begins with lies after it
        programs.start_clock(c, p)
    occasion.close(c, p, t + 500.0)
    return c.value + c.ltv


STEPS = [born, had_a_life, choosing, touched, failed, served, invited, looked_at, referred, closed]


def people(count: int, programs_count: int) -> tuple[list[Customer], np.ndarray[Any, Any]]:
    """So many blank customers as objects and as records."""
    table = np.zeros(count, dtype=record_type(programs_count))
    nested = {name for name in Customer.__slots__ if table.dtype[name].shape}
    blank = {name: table[name][0].tolist() for name in Customer.__slots__}
    objects = []
    for _ in range(count):
        customer = Customer()
        for name, value in blank.items():
            setattr(customer, name, list(value) if name in nested else value)
        objects.append(customer)
    return objects, table


@pytest.mark.parametrize("relationship", ["noncontractual", "contractual"])
def test_transitions(relationship: str) -> None:
    p = small_parameters(contractual=relationship == "contractual")
    compiled_p = parameters_for_compiled(p)
    shared = journals(p)
    draws = DRAWS if relationship == "noncontractual" else DRAWS // 5
    objects, table = people(draws, programs_capacity(p))
    times = np.random.default_rng(7).uniform(-200.0, 900.0, draws)
    for step in STEPS:

        @numba.njit
        def over_all(table: Any, p: Any, j: Any, times: Any, out: Any, step: Any = step) -> None:
            for i in range(len(table)):
                out[i] = step(table[i], p[0], j[0], i, times[i])

        compiled = np.zeros(draws)
        over_all(table, compiled_p, shared.compiled, times, compiled)
        plain = np.array(
            [step(c, p, shared.python, i, t) for i, (c, t) in enumerate(zip(objects, times.tolist(), strict=True))]
        )
        assert len(set(plain.tolist())) > 1, f"the input does not exercise '{step.__name__}'"
        assert same_bits(plain, compiled), step.__name__
    for name in Customer.__slots__:
        fields = np.array([getattr(c, name) for c in objects], dtype=table[name].dtype)
        assert same_bits(fields, np.ascontiguousarray(table[name])), name
    assert shared.python.counts == shared.compiled["counts"][0].tolist()
    assert shared.python.spent == shared.compiled["spent"][0].tolist()


def test_every_transition_is_exercised() -> None:
    """A new transition must join a step above; helpers that only others call are covered through them."""
    source = "".join(inspect.getsource(module) for module in (account, birth, journal, occasion, programs, stages))
    source += "".join(inspect.getsource(step) for step in STEPS)
    missing = [
        f"{module.__name__}.{function.__name__}"
        for module in (account, birth, journal, occasion, programs, stages)
        for function in functions_of(module)
        if source.count(f"{function.__name__}(") < 2
    ]
    assert missing == []
