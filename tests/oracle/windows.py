"""Measures that look through a window, beside what they come to on paper.

Nothing but leaving happens in these markets. Time runs in months of 365/12 days. A clock either begins at entry, in the
first week, or inside a life: entries are even over ten years before the start. Payment n of a contract falls n periods
after entry and is made by a share s of those who made the one before; without a contract people buy at rate λ and leave
at rate h = −ln(1 − the yearly chance). tests/oracle/test_windows.py asks a few of each, tools/windows_table.py more.
"""

import json
import math
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from equitysim.measures.values import denominators_of, measure
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.statistics.money import money
from equitysim.study.horizons import other_horizons
from equitysim.study.runs import compare
from tests.oracle.reductions import ENGINES, OFF, POLICY, SEED, merged

PEOPLE = 4_000
HISTORY = 120
"""Months."""

NEW: dict[str, Any] = {"cohorts": {"one week": {"start": "1997-01-01", "per_week": [PEOPLE]}}}
INSIDE: dict[str, Any] = {"existing": {"count": PEOPLE, "history": "10 years"}}
CLOCKS = {"from entry": NEW, "inside a life": INSIDE}

FEES: dict[str, Any] = {
    "programs": {
        "letter": {"when": {"every": "1 month"}, "cost": 1, "gain": 0, "weight": 0},
        "fee": {"when": "purchase", "cost": 1, "gain": 0, "weight": 0},
        "machine": {"when": {"every": "50 years"}, "cost": 0, "gain": 0, "weight": 0, "setup": 0},
    },
    "policies": {POLICY: [], "letters": ["letter"], "fees": ["fee"], "machine": ["machine"]},
}
"""A firm that pays 1 for each letter or purchase, and may buy a machine instead that saves it."""

ONE: dict[str, Any] = {
    "segments": {
        "one": {
            "occasions": {"mean": "1 per year", "spread": "0 %"},
            "order": {"mean": 1, "spread": "0 %"},
            "margin": "100 %",
        }
    }
}

WEEK_IN_MONTHS = 7.0 / (365.0 / 12.0)


def contract(period: str, leave: str) -> dict[str, Any]:
    """A market in which contracts are renewed."""
    return {"relationship": "contractual", "period": period, "equity": {"defection": leave}}


def buying(per_year: int, leave: str, **equity: Any) -> dict[str, Any]:
    """A market without contracts."""
    return {
        "segments": {"one": {"occasions": {"mean": f"{per_year} per year", "spread": "0 %"}}},
        "equity": {"defection": leave, **equity},
    }


def scenario_of(*changes: dict[str, Any]) -> Scenario:
    """The market without equity, changed."""
    whole = {"horizon": "3 years", "segments": None} | ONE
    for change in changes:
        whole = merged(whole, change)
    return Scenario.model_validate(merged(merged(OFF, {"segments": None}), whole))


def values(*changes: dict[str, Any]) -> dict[str, float]:
    """All measures of one run of the market that is changed so."""
    return _values(json.dumps(changes))


@cache
def _values(changes: str) -> dict[str, float]:
    plan = lower(scenario_of(*json.loads(changes)), POLICY)
    result = ENGINES["compiled"](plan, SEED, 0)
    return measure(result, plan, denominators_of(result, plan)).values


class Form(NamedTuple):
    """A figure on paper, what the simulator makes of it, and the standard error that it may have; 0 where chance has no
    part."""

    market: str
    quantity: str
    exact: float
    found: float
    error: float

    @property
    def distance(self) -> float:
        """In standard errors."""
        if math.isnan(self.found) and math.isnan(self.exact):
            return 0.0
        gap = abs(self.found - self.exact)
        return gap / self.error if self.error > 0.0 else 0.0 if gap <= 1e-9 * max(1.0, abs(self.exact)) else math.inf


# ----- what a person does from one month to another -----


class Contract(NamedTuple):
    """Renewed every ``period`` months by a share ``stay``."""

    period: int
    stay: float

    @property
    def market(self) -> dict[str, Any]:
        """As a scenario states it."""
        return contract(f"{self.period} months", f"{100 * (1 - self.stay):g} % per renewal")

    def __str__(self) -> str:
        return f"contract of {self.period} months, {100 * self.stay:g} % renew"

    def payments(self, clock: str, begin: float, finish: float, yearly: float = 0.0) -> float:
        """Expected payments of a person in [begin, finish), months after the start, discounted to it. From entry, n
        periods after it: n·P lies in the window as entry is in the first week and windows end on multiples of it or
        between. Inside a life, of those at ages up to ten years the part whose payment n falls in the window."""
        total = 0.0
        for n in range(math.ceil((HISTORY + finish) / self.period) + 1):
            due = n * self.period
            if clock == "from entry":
                worth = _mean_worth(yearly, due, due + WEEK_IN_MONTHS)
                total += self.stay**n * worth * (begin <= due < finish)
                continue
            # At time t somebody is at age n·P who entered n·P − t months before the start.
            first, last = max(begin, due - HISTORY), min(finish, due)
            if first < last:
                total += self.stay**n * (last - first) / HISTORY * _mean_worth(yearly, first, last)
        return total

    def there(self, clock: str, month: float) -> float:
        """Share of people who are under contract then, a moment before what falls due. ``month``: whole."""
        if clock == "from entry":
            return self.stay ** (math.ceil(month / self.period) - 1) if month > 0 else 0.0
        total = 0.0
        for n in range(math.ceil((HISTORY + month) / self.period) + 1):
            least, most = max(n * self.period - month, 0.0), min((n + 1) * self.period - month, HISTORY)
            total += self.stay**n * max(most - least, 0.0) / HISTORY
        return total


def _mean_worth(yearly: float, first: float, last: float) -> float:
    """Of money paid evenly between two months, at the start."""
    rate = math.log1p(yearly) / 12.0
    return math.exp(-rate * first) * (-math.expm1(-rate * (last - first)) / (rate * (last - first)) if rate else 1.0)


class Hazard(NamedTuple):
    """Buys ``per_year`` times, and leaves with a constant yearly chance."""

    per_year: int
    leave: float

    @property
    def market(self) -> dict[str, Any]:
        """As a scenario states it."""
        return buying(self.per_year, f"{100 * self.leave:g} % per year")

    def __str__(self) -> str:
        return f"{self.per_year} purchases a year, {100 * self.leave:g} % leave"

    def payments(self, clock: str, begin: float, finish: float, yearly: float = 0.0) -> float:
        """Expected purchases in [begin, finish) months, discounted: the first at entry, then λ∫exp(−h·age)."""
        monthly, h = self.per_year / 12.0, -math.log1p(-self.leave) / 12.0
        rate = math.log1p(yearly) / 12.0
        both = h + rate
        if clock == "inside a life":
            alive = -math.expm1(-h * HISTORY) / (h * HISTORY)
            return alive * monthly * (math.exp(-both * begin) - math.exp(-both * finish)) / both
        total, steps = 0.0, 200
        for step in range(steps):  # entries within the first week
            entry = (step + 0.5) / steps * WEEK_IN_MONTHS
            least, most = max(begin - entry, 0.0), finish - entry
            total += (begin <= entry < finish) * math.exp(-rate * entry)
            total += math.exp(-rate * entry) * monthly * (math.exp(-both * least) - math.exp(-both * most)) / both
        return total / steps


Market = Contract | Hazard


def residual(market: Market, clock: str, months: int, yearly: float = 0.0, people: int = PEOPLE) -> Form:
    """Residual value beyond a horizon of so many months: what is paid in the half of it that follows, which belongs
    to it from its very beginning and without its very end."""
    changes = (market.market, CLOCKS[clock], {"horizon": f"{months} months", "discount": f"{yearly:.0%} per year"})
    scenario = scenario_of(*changes)
    made = other_horizons(scenario, compare(scenario, replications=2, seed=SEED))
    exact = market.payments(clock, months, 1.5 * months, yearly)
    most = 0.5 * months / market.period + 1 if isinstance(market, Contract) else 1 + months * market.per_year / 24
    chance = isinstance(market, Hazard) or market.stay < 1.0
    # People enter one by one: what is discounted differs from the integral over all of them.
    error = math.sqrt(exact * most / (2 * people)) if chance else 1e-6 * exact * (yearly > 0.0)
    found = made.residual.policies[0].value.mean
    told = f"residual value, {months} to {1.5 * months:g} months, {clock}{f', {yearly:.0%} discount' * bool(yearly)}"
    return Form(str(market), told, exact, found, error)


def saved_by(market: Market, clock: str, months: int) -> list[float]:
    """Letters of one a month (contract) or purchases per person in the first 0, 1, … months: a month holds what falls
    in [its start, its end)."""
    if isinstance(market, Contract):
        return [math.fsum(market.there(clock, m) for m in range(k)) for k in range(months + 1)]
    return [market.payments(clock, 0.0, k) if k else 0.0 for k in range(months + 1)]


def paybacks(market: Market, clock: str, after: float, months: int = 24, cost: float = 1.0) -> Iterator[Form]:
    """The course of a machine that saves ``cost`` for each letter or purchase, and the month in which it has paid back.
    It costs at once what is saved in ``after`` months; of the month that is begun the part. Where chance may move the
    month, only the course is asked."""
    saved = [cost * one for one in saved_by(market, clock, months)]
    whole = int(after)
    setup = saved[whole] + (after - whole) * (saved[min(whole + 1, months)] - saved[whole])
    setup = round(setup, 6)
    baseline = "letters" if isinstance(market, Contract) else "fees"
    changes = {
        "horizon": f"{months} months",
        "compare": {"baseline": baseline},
        "programs": {"machine": {"setup": setup * PEOPLE}, "letter": {"cost": cost}, "fee": {"cost": cost}},
    }
    scenario = scenario_of(FEES, market.market, CLOCKS[clock], changes)
    made = compare(scenario, replications=2, seed=SEED, policies=[baseline, "machine"])
    payback = money(made).payback("machine")
    assert payback is not None
    chance = isinstance(market, Hazard) or market.stay < 1.0
    most = [k if isinstance(market, Contract) else 1 + k * market.per_year / 12 for k in range(months + 1)]
    errors = [math.sqrt(cost * saved[k] * most[k] / (2 * PEOPLE)) * chance for k in range(months + 1)]
    for k in range(months + 1):
        yield Form(str(market), f"saved in {k} months, {clock}", saved[k], payback.course[k].mean + setup, errors[k])
    if all(abs(saved[k] - setup) >= CLEAR * errors[k] for k in range(months + 1)):
        month = next((float(k) for k in range(months + 1) if saved[k] >= setup - 1e-9), math.nan)
        found = math.nan if payback.month is None else payback.month
        yield Form(str(market), f"{MONTH} {setup:.6g} is paid back, {clock}", month, found, 0.0)


CLEAR = 5.0
"""Standard errors that the course must be away from 0 at each month, if the month of payback is to be told for sure."""

MONTH = "month in which"


# ----- the other measures of a window -----


def retention(market: Market, clock: str) -> Form:
    """``retention_12m``: the renewals that fall due within 12 months, or 1 − the yearly chance, of those who are there
    when their clock begins."""
    new, alive = clock == "from entry", 1.0
    if isinstance(market, Hazard):
        exact = 1.0 - market.leave
        spent = -math.log1p(-market.leave) / 12.0 * HISTORY
        alive = 1.0 if new else -math.expm1(-spent) / spent
    elif new:
        exact = market.stay ** (12 // market.period)
    else:
        alive = market.there(clock, 0)
        exact = market.there(clock, 12) / alive
    found = values(market.market, CLOCKS[clock])["retention_12m"]
    error = math.sqrt(exact * (1.0 - exact) / (alive * PEOPLE))
    return Form(str(market), f"retention after 12 months, {clock}", exact, found, error)


def lifetime(market: Market, months: int) -> Form:
    """``ltv`` of so many months from entry: the first payment and those that fall due before they are over."""
    if isinstance(market, Contract):
        due = range(-(-months // market.period))
        exact, most = math.fsum(market.stay**n for n in due), float(len(due))
    else:
        h = -math.log1p(-market.leave) / 12.0
        exact = 1.0 + market.per_year / 12.0 / h * -math.expm1(-h * months)
        most = 1.0 + market.per_year * months / 12.0
    found = values(market.market, NEW, {"ltv_window": f"{months} months"})["ltv"]
    chance = isinstance(market, Hazard) or market.stay < 1.0
    error = math.sqrt(exact * most / PEOPLE) if chance else 0.0
    return Form(str(market), f"lifetime value of {months} months, from entry", exact, found, error)


def second(market: Market) -> Form:
    """``second_purchase_rate``: the first renewal, if it is due before 12 months are over; else an occasion within a
    year (rate λ) and before the leaving (hazard h): λ/(λ + h)·(1 − e^{−(λ+h)})."""
    if isinstance(market, Contract):
        exact = market.stay if market.period < 12 else 0.0
    else:
        both = market.per_year - math.log1p(-market.leave)
        exact = market.per_year / both * -math.expm1(-both)
    found = values(market.market, NEW)["second_purchase_rate"]
    return Form(str(market), "second purchases, from entry", exact, found, math.sqrt(exact * (1.0 - exact) / PEOPLE))


def active(per_year: int) -> Form:
    """``active_end`` per person: at rate λ a year and nobody leaving 1 − e^{−λ} have bought within 12 months."""
    exact = -math.expm1(-per_year)
    market = Hazard(per_year, 0.0)
    found = values(market.market, NEW)["active_end"] / PEOPLE
    return Form(str(market), "active at the end, from entry", exact, found, math.sqrt(exact * (1.0 - exact) / PEOPLE))
