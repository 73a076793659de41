"""The compiled engine: one replication of a plan, the same bytes as the model of record."""

import math
import time
from typing import Any

import numpy as np

from equitysim.codes import Counter, Trigger
from equitysim.edges import before, end, part_of
from equitysim.engines.caps import (
    refuse_events,
    refuse_memory,
    refuse_moments,
    refuse_too_many,
    slice_of,
    too_many_customers,
)
from equitysim.engines.compiled import boundaries
from equitysim.engines.compiled.agenda import SEEDS, Boundary, boundaries_of, entries
from equitysim.engines.compiled.records import (
    Ints,
    Records,
    desk_records,
    exported,
    journal_record,
    parameters_record,
    people_type,
    programs_capacity,
)
from equitysim.engines.compiled.schedule import advance
from equitysim.engines.compiled.state import (
    CASES,
    DESK_STATE,
    Shelf,
    Tables,
    Undo,
    clocks_type,
    program_index,
    run_record,
)
from equitysim.engines.contract import rankings_read, spent_so_far
from equitysim.measures.people import seed_persons
from equitysim.plan import Parameters, Plan
from equitysim.result import DESKS, EVERYONE, LOG, NOBODY, SERIES, Result, digest_of
from equitysim.streams import key_of

NAME = "compiled"
SPARE = 1024
REFERRED = 0.25
"""Places for the referred at the start, per seed person: memory is taken only when they are."""
NO_CRISIS = -1.0


def simulate(plan: Plan, seed: int, replication: int, *, log: int | None = None) -> Result:
    """Run one replication (``engines.contract.Engine``). A log is written by a second run, once its length is known."""
    refuse_too_many(plan)
    begun = time.perf_counter()
    key0, key1 = key_of(seed, replication)
    p = plan.parameters._replace(key0=key0, key1=key1)
    run = Run(plan, p, NOBODY, 0)
    run.to_the_end()
    if log is not None:
        people = run.people
        asked_for = people if log == EVERYONE else people[people["identity"] == log]
        rows = asked_for["events"].sum()  # integers
        refuse_memory(plan, "the log of events", int(rows) * LOG.itemsize)
        run = Run(plan, p, log, int(rows))
        run.to_the_end()
    return run.result(seed, replication, log, begun)


class Run:
    """One run in progress: the tables that the kernels work on, and where it stands."""

    def __init__(self, plan: Plan, p: Parameters, only: int, log_rows: int) -> None:
        self.plan = plan
        self.p = p
        self.slice = slice_of(plan)
        self.moments = 0
        self.seeds = entries(plan, p)
        self.next_seed = 0
        self.series: list[tuple[Any, ...]] = []
        self.shelf = Shelf(parameters_record(p), journal_record(p, only), program_index(p), run_record(plan))
        places = min(int(len(self.seeds) * (1.0 + REFERRED)), plan.max_customers) + SPARE
        self.refuse_memory(places, 0)
        self.tables = Tables(
            people=np.zeros(places, dtype=people_type(p)),
            clocks=np.zeros(places, dtype=clocks_type(programs_capacity(p))),
            nexts=np.full(places, -math.inf),
            cases=np.zeros(SPARE, dtype=CASES),
            desks=desk_records(plan.desks),
            desk_state=np.zeros(len(plan.desks) + 1, dtype=DESK_STATE),
            log=np.zeros(log_rows, dtype=LOG),
        )
        self.undo = Undo(
            customer=np.zeros(1, dtype=self.tables.people.dtype),
            clocks=np.zeros(1, dtype=self.tables.clocks.dtype),
            counts=np.zeros(len(Counter), dtype=np.int64),
        )
        self.streams = np.array([source.stream for source in plan.sources], dtype=np.int64)
        self.mixes = np.array([source.mix for source in plan.sources])
        self.balance = np.array([(source.equity, source.oversell) for source in plan.sources])

    @property
    def count(self) -> int:
        """How many people there are."""
        return int(self.shelf.r["people"][0])

    @property
    def people(self) -> Records:
        """They, in canonical order up to the last boundary."""
        people: Records = self.tables.people[: self.count]
        return people

    def to_the_end(self) -> None:
        """All boundaries in turn, and the horizon."""
        if before(self.p.start, self.p.horizon):
            for boundary in boundaries_of(self.plan, self.p):
                self.advance_to(boundary.time)
                self.hold(boundary)
            self.advance_to(end(self.p.horizon))
        self.check_events(self.p.horizon)
        boundaries.close_all(self.tables, self.shelf)
        self.series.append(self.row(self.p.horizon))

    def advance_to(self, until: float) -> None:
        """Everybody alone or in the common queue up to ``until``, exclusive; newcomers are put in order."""
        before = self.count
        self.let_in(until)
        done = False
        while not done:
            self.make_room(0)
            self.shelf.r["left"] = self.slice
            done = advance(self.tables, self.shelf, self.undo, until)
            self.count_moments(until)
        self.refuse_customers(0, until)
        self.sort_newborn(before)

    def count_moments(self, t: float) -> None:
        """Look at the caps after a slice; signals have been looked at on the way here."""
        self.moments += self.slice - int(self.shelf.r["left"][0])
        if self.moments > self.plan.max_events:
            self.check_events(t)
            refuse_moments(self.plan, t, self.moments)

    def refuse_customers(self, newcomers: int, t: float) -> None:
        """Raise ``CapError`` if with so many newcomers there are more people than the plan allows."""
        if self.count + newcomers > self.plan.max_customers:
            raise too_many_customers(self.plan, t)

    def refuse_memory(self, places: int, held: int) -> None:
        """Raise ``CapError`` if there is no memory for so many places, of which so many are held already."""
        each = people_type(self.p).itemsize + clocks_type(programs_capacity(self.p)).itemsize + 8
        refuse_memory(self.plan, f"{places} customers", (places - held) * each)

    def let_in(self, until: float) -> None:
        """Prepare the seed persons who enter before ``until``."""
        last = int(np.searchsorted(self.seeds["entered"], until, side="left"))
        rows = self.seeds[self.next_seed : last]
        self.next_seed = last
        self.refuse_customers(len(rows), until)
        self.make_room(len(rows))
        for begin in range(0, len(rows), self.slice):
            some = rows[begin : begin + self.slice]
            entered, ranks, numbers = (np.ascontiguousarray(some[name]) for name in SEEDS.names or ())
            boundaries.settle(self.tables, self.shelf, entered, ranks, numbers, self.streams, self.mixes, self.balance)

    def make_room(self, newcomers: int) -> None:
        """Larger tables, unless these hold so many newcomers and have some places to spare."""
        people = enlarged(len(self.tables.people), self.count + newcomers + SPARE, self.plan.max_customers + SPARE)
        if people > len(self.tables.people):
            self.refuse_memory(people, len(self.tables.people))
        cases = int(self.shelf.r["cases"][0]) + self.shelf.e["opening"].shape[1] + SPARE
        self.tables = self.tables._replace(
            people=grown(self.tables.people, people),
            clocks=grown(self.tables.clocks, people),
            nexts=grown(self.tables.nexts, people, -math.inf),
            cases=grown(self.tables.cases, enlarged(len(self.tables.cases), cases)),
        )

    def sort_newborn(self, before: int) -> None:
        """Put those who entered since the last boundary into the canonical order (model §11)."""
        people, clocks, nexts = (table[: self.count] for table in self.tables[:3])
        newborn = people[before:]
        last = np.where(newborn["generation"] > 0, newborn["identity"], newborn["number"])
        order = np.lexsort((last, newborn["source"], newborn["entered"]))
        if np.array_equal(order, np.arange(len(order))):
            return
        for table in (people, clocks, nexts):
            moved_rows = words(table)[before:]
            moved_rows[:] = moved_rows[order]
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order)) + before
        open_cases = self.tables.cases[: int(self.shelf.r["cases"][0])]
        moved = open_cases["customer"] >= before
        open_cases["customer"][moved] = place[open_cases["customer"][moved] - before]

    def hold(self, boundary: Boundary) -> None:
        """A boundary: crises, then the review, then calendar programs as declared (model §11)."""
        t = boundary.time
        for k in boundary.crises:
            crisis = self.plan.crises[k]
            self.act(boundaries.struck(self.tables, self.shelf, t, k, crisis.share), k, t, crisis.severity)
        if boundary.review is not None:
            self.review(boundary.review, t)
        for k, round_ in boundary.programs:
            self.act(self.turn(k, t, round_), k, t)

    def act(self, turn: Ints, k: int, t: float, severity: float = NO_CRISIS) -> None:
        """Program k, or a crisis of this severity, on these people in this order."""
        served = 0
        while served < len(turn):
            self.make_room(0)
            self.shelf.r["left"] = self.slice
            served = boundaries.in_turn(self.tables, self.shelf, turn, served, k, t, severity)
            self.count_moments(t)

    def review(self, n: int, t: float) -> None:
        """The firm looks at its books (model §6)."""
        if n == 0:
            boundaries.start_clocks(self.tables, self.shelf)
        if n >= 0:
            self.series.append(self.row(t))
        self.check_events(t)
        self.rank(t)
        staged = [k for k, program in enumerate(self.p.programs) if program.trigger == Trigger.STAGE]
        if staged:
            entered = boundaries.stages_entered(self.tables, self.shelf, t)
            for i in np.flatnonzero(entered >= 0):  # no edge
                for k in staged:
                    if self.p.programs[k].trigger_stage == entered[i]:
                        self.act(np.array([i]), k, t)

    def rank(self, t: float) -> None:
        """Rank those who ordered within ``recency`` by whatever will be asked before the next review (model §6)."""
        read = rankings_read(self.plan, t)
        if not read:
            return
        ranked = 0
        for by in sorted(read):
            who, values = boundaries.standings(self.tables, self.shelf, t, by)
            places = np.flatnonzero(who)
            order = places[np.argsort(-values[places], kind="stable")]
            self.people["ranks"][:, by] = -1
            self.people["ranks"][order, by] = np.arange(len(order))
            ranked = len(order)
        for k, program in enumerate(self.p.programs):
            best = max(1, part_of(ranked, program.best_share)) if program.best_by >= 0 else 0
            self.shelf.j["cut"][0, k] = best

    def turn(self, k: int, t: float, round_: int) -> Ints:
        """Whom a calendar program serves, in turn (model §6)."""
        meant, draws = boundaries.wanted_by(self.tables, self.shelf, k, t, round_)
        who: Ints = np.flatnonzero(meant)
        program = self.p.programs[k]
        if program.budget_micro < 0:
            return who
        by = self.people["ranks"][who, program.best_by] if program.best_by >= 0 else draws[who]
        return who[np.argsort(by, kind="stable")]

    def check_events(self, t: float) -> None:
        """Raise ``CapError`` if more model events have happened than the plan allows."""
        refuse_events(self.plan, t, int(self.people["events"].sum()), self.count)  # integers

    def row(self, t: float) -> tuple[Any, ...]:
        """One row of ``result.SERIES``."""
        counts = self.shelf.j["counts"][0]
        bought, living, lost, recruited, equity, value = boundaries.stock(self.tables, self.shelf, t)
        return (
            t,
            self.count - bought,
            living,
            bought,
            lost,
            int(counts[:, Counter.ORDERS].sum()),  # integers
            int(counts[:, Counter.REFERRALS].sum()),  # integers
            recruited,
            int(counts[:, Counter.COMPLAINTS].sum()),  # integers
            equity / living if living else math.nan,
            value,
            spent_so_far(counts[:, Counter.SPENT_MICRO].tolist()),
        )

    def result(self, seed: int, replication: int, log: int | None, begun: float) -> Result:
        """What the run leaves behind."""
        customers = exported(self.people, len(self.p.programs))
        self.tables = self.tables._replace(clocks=None, nexts=None)  # half as much again: not needed any more
        counts = np.ascontiguousarray(self.shelf.j["counts"][0][: len(self.p.segments)])
        desks = np.zeros(len(self.plan.desks), dtype=DESKS)
        for name in DESKS.names or ():
            desks[name] = self.tables.desk_state[name][: len(desks)]
        series = np.array(self.series, dtype=SERIES)
        return Result(
            policy=self.plan.policy,
            engine=NAME,
            seed=seed,
            replication=replication,
            customers=customers,
            counts=counts,
            series=series,
            desks=desks,
            seed_persons=int(np.count_nonzero(seed_persons(customers, self.plan))),
            events=int(customers["events"].sum()),  # integers
            digest=digest_of(customers, counts, series, desks),
            seconds=time.perf_counter() - begun,
            log=None if log is None else in_canonical_order(self.tables.log, customers),
        )


def enlarged(rows: int, needed: int, most: float = math.inf) -> int:
    """How many rows a table of so many shall have that needs so many: half as many again, so that it is seldom made
    larger, but no more than can ever be of use.
    """
    return rows if needed <= rows else max(needed, int(min(1.5 * rows, most)))


def grown(table: Any, rows: int, fill: float = 0.0) -> Any:
    """The table with so many rows; ``fill``: what new rows hold. It grows in place: a copy would take as much again."""
    before = len(table)
    if rows > before:
        table.resize(rows, refcheck=False)  # nobody keeps a view of it
        if fill:
            table[before:] = fill
    return table


def words(table: Records) -> Ints:
    """A table as rows of 64-bit words: numpy copies these many times as fast as records."""
    return table.view(np.int64).reshape(len(table), -1)


def in_canonical_order(log: Records, customers: Records) -> Records:
    """Customers in canonical order, each one's events in their order."""
    order = np.argsort(customers["identity"], kind="stable")
    place: Ints = order[np.searchsorted(customers["identity"], log["customer"], sorter=order)]
    sorted_log: Records = log[np.argsort(place, kind="stable")]
    return sorted_log
