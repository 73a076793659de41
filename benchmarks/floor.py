"""The floor under the compiled engine: a bare loop that makes the same draws and runs the same transitions, no more.

It is given what a schedule has to find out: the events of each customer in their order, from the log of a real run. It
looks for no next event, asks no program whether it is meant, keeps no copy, knows no queue, desk or budget, and walks
through the people once, in memory order. That it did the same work is checked: the running hash of every customer's
events must come out the same. What an engine spends on finding that nothing is to be done is not part of the floor.
"""

from typing import Any

import numpy as np

from equitysim.codes import Activity, Counter, Purpose, SourceKind, Status
from equitysim.engines.compiled.records import Records, desk_records, journal_record, parameters_record, people_type
from equitysim.jit import kernel
from equitysim.plan import Parameters, Plan
from equitysim.result import NOBODY, Result
from equitysim.rules.account import neglect
from equitysim.rules.birth import arrive, descend, enter
from equitysim.rules.journal import count, note
from equitysim.rules.laws import pick
from equitysim.rules.occasion import buy, close, commit, next_occasion, occasion
from equitysim.rules.programs import abandon, begin_service, close_item, deliver, handling_days, open_item
from equitysim.streams import identity_of, uniform

ENTRY = int(Activity.ENTRY)
TOUCH = int(Activity.TOUCH)
REFERRAL = int(Activity.REFERRAL)
NEGLECT = int(Activity.NEGLECT)
CASE_OPENED = int(Activity.CASE_OPENED)
CASE_STARTED = int(Activity.CASE_STARTED)
CASE_ABANDONED = int(Activity.CASE_ABANDONED)
REFUSED = int(Activity.REFUSED)
PURCHASE = int(Activity.PURCHASE)
OCCASIONS = (PURCHASE, Activity.CHOSE_ANOTHER, Activity.GAVE_UP, Activity.DEFECTION, Activity.CANCELLATION)
STEPS = (ENTRY, TOUCH, REFERRAL, NEGLECT, CASE_OPENED, CASE_STARTED, CASE_ABANDONED, REFUSED, *OCCASIONS)
C_REFUSED = int(Counter.REFUSED_BUDGET)
P_SEGMENT = int(Purpose.SEGMENT)
COLD = int(Status.COLD)
LOST = int(Status.LOST)

TAPE = np.dtype([("time", "f8"), ("step", "i8"), ("program", "i8"), ("child", "i8")])
SEEDS = np.dtype(
    [("stream", "i8"), ("buys", "i8"), ("cost", "f8"), ("equity", "f8"), ("oversell", "f8"), ("mix", "f8", (64,))]
)


def tape_of(result: Result, buys: Any) -> tuple[Records, Any]:
    """What happened to each customer in canonical order, one row per transition, and where each customer's rows begin.

    ``buys``: per source, whether its people enter by a purchase. Raises ValueError without a log of everybody.
    """
    if result.log is None:
        raise ValueError("the floor needs the log of everybody")
    log, people = result.log, result.customers
    order = np.argsort(people["identity"])
    owner = order[np.searchsorted(people["identity"], log["customer"], sorter=order)]
    wanted = np.isin(log["activity"], STEPS)
    after_entry = np.zeros(len(log), dtype=bool)
    after_entry[1:] = (log["activity"][1:] == PURCHASE) & (log["activity"][:-1] == ENTRY)
    wanted &= ~(after_entry & buys[people["source"][owner]])
    rows, owner = log[wanted], owner[wanted]
    tape = np.zeros(len(rows), dtype=TAPE)
    tape["time"], tape["step"], tape["program"] = rows["time"], rows["activity"], rows["program"]
    born = np.flatnonzero(people["generation"] > 0)
    parent = order[np.searchsorted(people["identity"], people["referrer"][born], sorter=order)]
    children = born[np.lexsort((people["number"][born], parent))]
    tape["child"][rows["activity"] == REFERRAL] = children
    return tape, np.searchsorted(owner, np.arange(len(people) + 1))


@kernel
def replay(
    people: Records,
    seeds: Records,
    entered: Any,
    source: Any,
    number: Any,
    tape: Records,
    first: Any,
    desks: Records,
    p_: Any,
    j_: Any,
) -> None:
    """Live through the tape, one customer after another."""
    p, j = p_[0], j_[0]
    referred = len(seeds)
    for i in range(len(people)):
        c = people[i]
        due = -np.inf
        cost = 0.0
        buys = 0
        if source[i] < referred:
            origin = seeds[source[i]]
            identity = identity_of(origin.stream, number[i])
            segment = pick(uniform(p.key0, p.key1, identity, P_SEGMENT, 0), origin.mix)
            arrive(c, p, entered[i], identity, source[i], number[i], segment, origin.equity, origin.oversell)
            cost = origin.cost
            buys = origin.buys
        for row in range(first[i], first[i + 1]):
            step = tape[row].step
            t = tape[row].time
            k = tape[row].program
            if step == ENTRY:
                enter(c, p, j, t, cost)
                if buys:
                    buy(c, p, j, t, 1.0)
            elif step == TOUCH:
                deliver(c, p, j, k, t, 0.0)
                if p.programs[k].desk >= 0:
                    close_item(c, p, k)
            elif step == REFERRAL:
                descend(people[tape[row].child], p, t, c, identity_of(c.identity, c.referrals - 1), referred)
                commit(c, p, j, t)
            elif step == NEGLECT:
                neglect(c, p, j, t, c.grievance_at)
            elif step == CASE_OPENED:
                open_item(c, p, k)
                note(c, j, t, CASE_OPENED, k, 0.0, 0.0)
            elif step == CASE_STARTED:
                desk = desks[p.programs[k].desk]
                begin_service(c, p, j, k, t, desk.cost_per_case)
                handling_days(c, p, k, c.pending[k], desk.handling_mean, desk.handling_shape)
            elif step == CASE_ABANDONED:
                abandon(c, p, j, k, t)
            elif step == REFUSED:
                count(c, j, t, C_REFUSED)
                note(c, j, t, REFUSED, k, 0.0, 0.0)
            else:
                while due < t:
                    due = next_occasion(c, p)
                occasion(c, p, j, t)
        if c.status != LOST and c.status != COLD:
            while due < p.horizon:
                due = next_occasion(c, p)
        close(c, p, p.horizon)


class Floor:
    """A recorded run, ready to be lived through again."""

    def __init__(self, plan: Plan, p: Parameters, result: Result) -> None:
        self.result = result
        self.p = parameters_record(p)
        self.j = journal_record(p, NOBODY)
        self.kind = people_type(p)
        self.desks = desk_records(plan.desks)
        self.seeds = np.zeros(len(plan.sources), dtype=SEEDS)
        for rank, source in enumerate(plan.sources):
            row = self.seeds[rank]
            row["stream"], row["cost"] = source.stream, source.cost
            row["equity"], row["oversell"] = source.equity, source.oversell
            row["buys"] = source.kind != SourceKind.CHANNEL
            row["mix"] = 1.0
            row["mix"][: len(source.mix)] = source.mix
        self.tape, self.first = tape_of(result, np.append(self.seeds["buys"] == 1, False))
        self.columns = [np.ascontiguousarray(result.customers[name]) for name in ("entered", "source", "number")]

    def run(self) -> None:
        """Live through it. Raises ValueError where any customer's events come out otherwise than recorded."""
        people = np.zeros(len(self.result.customers), dtype=self.kind)
        entered, source, number = self.columns
        replay(people, self.seeds, entered, source, number, self.tape, self.first, self.desks, self.p, self.j)
        wrong = np.flatnonzero(people["trail"] != self.result.customers["trail"])
        if len(wrong):
            raise ValueError(f"{len(wrong)} of {len(people)} customers lived otherwise than recorded")
