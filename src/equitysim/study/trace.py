"""One customer's account statement, under one policy or two."""

import datetime
import math
from typing import NamedTuple

from equitysim.arguments import Whole, whole
from equitysim.codes import Activity, Kind, Status
from equitysim.measures.account import Entry, Statement
from equitysim.measures.notebook import Card, line, page, short
from equitysim.measures.tables import timestamp
from equitysim.measures.words import value
from equitysim.plan import Plan
from equitysim.result import Result
from equitysim.scenario.load import checked
from equitysim.scenario.lower import lower, sample_of
from equitysim.scenario.schema import Scenario
from equitysim.statistics.outcome import ScenarioInfo
from equitysim.study.engine import checked_customers, checked_seed, engine_named, simulate
from equitysim.study.history import settled
from equitysim.study.pick import MEANING, Pick, checked_customer, identity_of, own_value
from equitysim.study.runs import DEFAULT_SEED
from equitysim.study.scope import known_policy, scope_of

WORDS: dict[Activity, str] = {
    Activity.ENTRY: "enters the books",
    Activity.CHOSE_ANOTHER: "buys elsewhere",
    Activity.GAVE_UP: "gives up on us",
    Activity.PURCHASE: "buys",
    Activity.DEFECTION: "leaves for good, unseen",
    Activity.CANCELLATION: "cancels",
    Activity.FAILURE: "is let down",
    Activity.COMPLAINT: "complains",
    Activity.NOTICED: "we notice the failure",
    Activity.TOUCH: "is touched by",
    Activity.OPT_OUT: "opts out of marketing after",
    Activity.RECOVERY: "is recovered by",
    Activity.NEGLECT: "got no answer in time",
    Activity.CASE_OPENED: "case opened for",
    Activity.CASE_STARTED: "service begins for",
    Activity.CASE_ABANDONED: "leaves the queue of",
    Activity.REFUSED: "limits refuse",
    Activity.REFERRAL: "refers someone",
    Activity.WON_BACK: "is won back by",
    Activity.HANGOVER: "redeems an incentive, and learns to wait for the next",
    Activity.OVERSELL_PAID_BACK: "finds that the promise was too big",
}
"""What happened, in words; where a program did it, its name follows."""

STANDING: dict[Status, str] = {
    Status.PROSPECT: "never bought",
    Status.COLD: "gave up on us",
    Status.CUSTOMER: "customer",
    Status.LOST: "lost",
}


class Trace(NamedTuple):
    """One customer under one policy, or the same customer under two.

    ``customer``: identity. ``picked``: how they were chosen, in words. ``source``: where they come from; ``segment``:
    its name. ``baseline``: the scenario's. ``horizon``, and the half-lives ``forgetting`` and ``forgiving`` of balances
    above and below 0: days.
    """

    scenario: ScenarioInfo
    seed: int
    replication: int
    customer: int
    picked: str
    segment: str
    source: str
    currency: str
    baseline: str
    horizon: float
    forgetting: float
    forgiving: float
    statements: tuple[Statement, ...]

    def card(self) -> Card:
        """How the customer stands under each policy, for a notebook."""
        rows = tuple(
            (
                one.policy,
                one.status,
                f"{one.balance:.1f}",
                value(one.own, self.currency),
                value(one.referred, self.currency),
                str(len(one.entries)),
            )
            for one in self.statements
        )
        return Card(
            heading=f"Trace of customer {self.customer} in {short(self.scenario.name)!r}: {self.picked}",
            columns=("policy", "at the end", "equity", f"own, {self.currency}", f"referred, {self.currency}", "events"),
            rows=rows,
        )

    def __repr__(self) -> str:
        return line(self.card().heading)

    def _repr_html_(self) -> str:
        return page(self.card())


def trace(
    scenario: Scenario,
    policy: str,
    customer: Whole | Pick,
    *,
    against: str | None = None,
    seed: Whole = DEFAULT_SEED,
    replication: Whole = 0,
    customers: Whole | None = None,
    engine: str = "auto",
) -> Trace:
    """The account statement of one customer of one replication.

    ``customer``: an identity, or one of the words of ``pick.MEANING``, judged under ``policy``. ``against``: another
    policy, for the statement of the same customer there. Raises ``errors.UsageError`` for an unknown policy, engine
    or customer, or if nobody fits.
    """
    scenario, customers = checked(scenario), checked_customers(customers)
    replication, customer = whole("replication", replication), checked_customer(customer)
    scope = scope_of(scenario)
    names = [known_policy(scope, name) for name in (policy, against) if name is not None]
    sample = sample_of(scenario, customers)
    plans = [settled(lower(scenario, name, customers=sample)) for name in names]
    name, seed = engine_named(engine), checked_seed(seed)
    everybody = simulate(name, plans[0], seed, replication).customers
    identity = identity_of(everybody, customer, policy)
    person = everybody[everybody["identity"] == identity][0]
    results = [(simulate(name, plan, seed, replication, log=identity), plan) for plan in plans]
    return Trace(
        scenario=scope.info,
        seed=seed,
        replication=replication,
        customer=identity,
        picked=MEANING.get(str(customer), "asked for by identity"),
        segment=plans[0].names.segments[int(person["segment"])],
        source="referred" if person["generation"] > 0 else plans[0].names.sources[int(person["source"])],
        currency=scope.currency,
        baseline=scope.baseline,
        horizon=plans[0].parameters.horizon,
        forgetting=plans[0].parameters.forgetting,
        forgiving=plans[0].parameters.forgiving,
        statements=tuple(_statement(result, plan, identity, scenario.start) for result, plan in results),
    )


def _statement(result: Result, plan: Plan, identity: int, start: datetime.date) -> Statement:
    customers = result.customers
    found = customers[customers["identity"] == identity]
    if found.size == 0:
        return Statement(result.policy, False, (), "does not exist here", 0.0, {}, 0.0, 0.0)
    person = found[0]
    descended = customers[(customers["root"] == identity) & (customers["identity"] != identity)]
    return Statement(
        policy=result.policy,
        met=True,
        entries=_entries(result, plan, start),
        status=STANDING[Status(int(person["status"]))],
        balance=float(person["equity"]),
        ledger={kind.name.lower(): float(person["ledger"][kind]) for kind in Kind if person["ledger"][kind] != 0.0},
        own=float(own_value(found)[0]),
        referred=math.fsum(own_value(descended).tolist()),
    )


def _entries(result: Result, plan: Plan, start: datetime.date) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    account = 0.0
    for event in [] if result.log is None else result.log:
        # A cost of nothing is booked as -0.0, which adding 0.0 makes plain.
        day, money, program = float(event["time"]), float(event["money"]) + 0.0, int(event["program"])
        what = Activity(int(event["activity"]))
        # Money counts from t = 0; what the history shows was earned before.
        account += money if day >= 0.0 else 0.0
        entries.append(
            Entry(
                day=day,
                date=timestamp(start, day),
                event=what,
                activity=WORDS[what],
                program="" if program < 0 else plan.names.programs[program],
                points=float(event["points"]),
                balance=float(event["balance"]),
                money=money,
                account=account,
            )
        )
    return tuple(entries)
