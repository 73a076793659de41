"""When things happen, in which order, and what limits them (model §4, §6, §7, §8, §11)."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from equitysim.codes import Activity, Counter
from equitysim.engines.contract import EVERYONE, Engine
from equitysim.errors import CapError
from equitysim.result import Result
from tests.contract.worlds import BUSY, CARE, lives, plan

DAY = 1.0
MONTH = 365 / 12


def rows(result: Result, activity: Activity, program: int | None = None) -> np.ndarray[Any, Any]:
    """Logged events of one activity, and of one program where given."""
    assert result.log is not None
    chosen = result.log["activity"] == activity
    if program is not None:
        chosen &= result.log["program"] == program
    table: np.ndarray[Any, Any] = result.log[chosen]
    return table


def only(program: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The busy scenario with one program, under test."""
    return {"programs": {"tested": program}, "policies": {"today": [], "everything": ["tested"]}} | more


COHORT = {"existing": None, "channels": None, "cohorts": {"one": {"start": "2027-01-01", "per_week": [40]}}}


def test_events_of_one_customer_are_in_time_order(simulate: Engine) -> None:
    log = simulate(plan(CARE), 5, 0, log=EVERYONE).log
    assert log is not None
    same = log["customer"][1:] == log["customer"][:-1]
    assert np.all(np.diff(log["time"])[same] >= 0.0)


def test_customers_are_in_canonical_order(simulate: Engine) -> None:
    people = simulate(plan(), 5, 0).customers
    referred = people["generation"] > 0
    last = np.where(referred, people["identity"], people["number"])
    order = np.lexsort((last, people["source"], people["entered"]))
    assert np.array_equal(order, np.arange(len(people)))
    assert referred.any()


def test_calendar_programs_act_after_the_review_of_the_same_moment(simulate: Engine) -> None:
    """On day 0 the best are ranked by the review of day 0; were the program first, it would find nobody ranked."""
    change = only({"when": {"every": "365 days"}, "audience": {"best": "20 %"}, "gain": 1})
    result = simulate(plan(change), 5, 0, log=EVERYONE)
    touched = rows(result, Activity.TOUCH)
    assert len(touched) > 0
    assert set(touched["time"]) == {0.0}


def test_the_best_are_a_fifth_of_those_ranked_rounded_down(simulate: Engine) -> None:
    change = only({"when": {"every": "365 days"}, "audience": {"best": "20 %"}, "gain": 1})
    result = simulate(plan(change), 5, 0, log=EVERYONE)
    active = int(result.series["active"][0])
    assert len(rows(result, Activity.TOUCH)) == active // 5


def test_every_fifth_purchase(simulate: Engine) -> None:
    result = simulate(plan(only({"when": "purchase", "nth": 5, "gain": 1}) | COHORT), 5, 0, log=EVERYONE)
    touches = {
        int(i): int(n)
        for i, n in zip(*np.unique(rows(result, Activity.TOUCH)["customer"], return_counts=True), strict=True)
    }
    for person in result.customers:
        assert touches.get(int(person["identity"]), 0) == person["orders"] // 5
    assert touches


def test_a_delay_is_kept_to_the_day(simulate: Engine) -> None:
    result = simulate(
        plan(only({"when": "first_purchase", "delay": "10 days", "gain": 1}) | COHORT), 5, 0, log=EVERYONE
    )
    first = {int(p["identity"]): float(p["first_order"]) for p in result.customers if 0.0 <= p["first_order"] < 355.0}
    touches = rows(result, Activity.TOUCH)
    assert len(touches) == len(first)
    assert all(row["time"] == first[int(row["customer"])] + 10.0 for row in touches)


def test_silence_acts_once_a_spell_when_it_has_lasted_long_enough(simulate: Engine) -> None:
    result = simulate(plan(only({"when": {"silence": "40 days"}, "gain": 1}) | COHORT), 5, 0, log=EVERYONE)
    assert result.log is not None
    expected = []
    for person in result.customers:
        mine = result.log[result.log["customer"] == person["identity"]]
        bought = [*mine["time"][mine["activity"] == Activity.PURCHASE].tolist(), float("inf")]
        expected += [t + 40.0 for t, after in pairwise(bought) if after - t >= 40.0 and t + 40.0 < 365.0]
    assert sorted(rows(result, Activity.TOUCH)["time"]) == sorted(expected)
    assert len(expected) > 20


def test_silence_acts_again(simulate: Engine) -> None:
    once = simulate(plan(only({"when": {"silence": "40 days"}, "gain": 1}) | COHORT), 5, 0)
    often = simulate(plan(only({"when": {"silence": "40 days", "again": "20 days"}, "gain": 1}) | COHORT), 5, 0)
    assert often.counts[:, Counter.TOUCHES].sum() > 2 * once.counts[:, Counter.TOUCHES].sum()


def test_anniversaries(simulate: Engine) -> None:
    change = only({"when": "anniversary", "gain": 1}) | COHORT | {"horizon": "3 years"}
    result = simulate(plan(change), 5, 0, log=EVERYONE)
    first = {int(p["identity"]): float(p["first_order"]) for p in result.customers if p["generation"] == 0}
    seen = [row for row in rows(result, Activity.TOUCH) if int(row["customer"]) in first]
    assert len(seen) == 2 * len(first)
    assert all((row["time"] - first[int(row["customer"])]) % 365.0 == pytest.approx(0.0, abs=1e-9) for row in seen)


def test_at_most_twice_a_year(simulate: Engine) -> None:
    result = simulate(plan(only({"when": "purchase", "gain": 1, "at_most": "2 per year"}) | COHORT), 5, 0, log=EVERYONE)
    _, counts = np.unique(rows(result, Activity.TOUCH)["customer"], return_counts=True)
    assert counts.max() == 2
    assert result.counts[:, Counter.REFUSED_AT_MOST].sum() > 0


def test_a_budget_is_never_overspent_and_runs_out(simulate: Engine) -> None:
    change = only({"when": "purchase", "gain": 1, "cost": 2, "budget": "50 per month"}) | COHORT
    result = simulate(plan(change), 5, 0, log=EVERYONE)
    touches = rows(result, Activity.TOUCH)
    spent = np.bincount(np.floor(touches["time"] / MONTH).astype(int), minlength=12) * 2
    assert spent.max() == 50
    assert result.counts[:, Counter.REFUSED_BUDGET].sum() > 0


def test_a_calendar_budget_serves_the_best_first(simulate: Engine) -> None:
    change = only(
        {"when": {"every": "90 days"}, "audience": {"best": "60 %"}, "gain": 1, "cost": 2, "budget": "10 per quarter"}
    )
    result = simulate(plan(change), 5, 0, log=EVERYONE)
    few = {int(i) for i in rows(result, Activity.TOUCH)["customer"]}
    best = only({"when": {"every": "90 days"}, "audience": {"best": "1 %"}, "gain": 1, "cost": 2})
    top = rows(simulate(plan(best), 5, 0, log=EVERYONE), Activity.TOUCH)
    assert int(top["customer"][0]) in few
    assert len(rows(result, Activity.TOUCH)[rows(result, Activity.TOUCH)["time"] == 0.0]) == 5


def test_a_desk_serves_in_turn_and_answers_with_the_real_wait(simulate: Engine) -> None:
    result = simulate(plan(CARE), 5, 0, log=EVERYONE)
    assert result.log is not None
    opened, started = rows(result, Activity.CASE_OPENED), rows(result, Activity.CASE_STARTED)
    abandoned, recovered = rows(result, Activity.CASE_ABANDONED), rows(result, Activity.RECOVERY)
    assert len(started) > 0
    assert len(abandoned) > 0
    assert len(recovered) <= len(started)
    assert len(started) + len(abandoned) <= len(opened)
    desk = result.desks[0]
    assert desk["served"] == np.sum(started["time"] >= 0.0)
    assert desk["abandoned"] == np.sum(abandoned["time"] >= 0.0)
    assert desk["work_micro"] <= 365 * 1_000_000


def test_patience_is_three_days_to_the_bit(simulate: Engine) -> None:
    log = simulate(plan(CARE), 5, 0, log=EVERYONE).log
    assert log is not None
    left = 0
    for customer in np.unique(log["customer"]):
        mine = log[log["customer"] == customer]
        opened = 0.0
        for row in mine:
            if row["activity"] == Activity.CASE_OPENED:
                opened = row["time"]
            elif row["activity"] == Activity.CASE_ABANDONED:
                assert row["time"] == opened + 3.0
                left += 1
    assert left > 0


def test_best_first_serves_the_ranked_before_the_rest(simulate: Engine) -> None:
    """With a long queue, more of the best are served than under first come, first served."""
    best = {"desks": {"care": {"order": "best first", "by": "recent_margin", "patience": "300 days"}}}
    turn = {"desks": {"care": {"patience": "300 days"}}}
    top: list[int] = []
    served = []
    for change in (best, turn):
        both = {"desks": {"care": CARE["desks"]["care"] | change["desks"]["care"]}, "programs": CARE["programs"]}
        result = simulate(plan(both), 5, 0, log=EVERYONE)
        ranks = result.customers["ranks"][:, 0]
        top = top or result.customers["identity"][(ranks >= 0) & (ranks < 20)].tolist()
        opened, started = (rows(result, a)["customer"] for a in (Activity.CASE_OPENED, Activity.CASE_STARTED))
        served.append(np.isin(started, top).sum() / np.isin(opened, top).sum())
    assert served[0] > served[1]


def test_a_crisis_strikes_active_buyers_at_once(simulate: Engine) -> None:
    change = {"crises": {"recall": {"at": "2027-07-01", "share": "50 %", "severity": 30}}}
    result = simulate(plan(change), 5, 0, log=EVERYONE)
    struck = rows(result, Activity.FAILURE)
    struck = struck[struck["time"] == 181.0]
    apologies = rows(result, Activity.RECOVERY)
    assert len(struck) > 20
    assert np.sum(apologies["time"] == 181.0) == len(struck)


def test_all_policies_branch_from_the_same_history(simulate: Engine) -> None:
    past = []
    for policy in ("today", "everything"):
        log = simulate(plan(policy=policy), 5, 0, log=EVERYONE).log
        assert log is not None
        before = log[log["time"] < 0.0]
        past.append([before[name].tobytes() for name in ("time", "customer", "activity", "points", "balance")])
        assert len(before) > 500
    assert past[0] == past[1]


def test_money_counts_from_the_start(simulate: Engine) -> None:
    """Nobody who was lost before t = 0 (at their last coin) and never came back has booked anything."""
    people = simulate(plan(policy="today"), 5, 0).customers
    gone = people[(people["coin_at"] < 0.0) & (people["last_order"] < 0.0) & (people["status"] == 3)]
    assert len(gone) > 3
    assert not gone["ledger"][:, 0].any()


def test_a_contract_renews_by_the_period_and_cancels_visibly(simulate: Engine) -> None:
    change = {
        "relationship": "contractual",
        "period": "30 days",
        "existing": None,
        "channels": None,
        "cohorts": {"one": {"start": "2027-01-01", "per_week": [60]}},
        "equity": {"defection": {"at_0": "5 % per renewal", "at_100": "1 % per renewal"}},
        "programs": {
            "letter": None, "apology": None, "loyal": None, "back": None,
            "come back": {"when": "cancellation", "delay": "60 days", "invite": True, "gain": 30},
        },
        "policies": {"today": ["welcome"], "everything": ["welcome", "come back"]},
        "survey": None,
    }  # fmt: skip
    result = simulate(plan(change), 5, 0, log=EVERYONE)
    assert result.log is not None
    first = {int(p["identity"]): float(p["first_order"]) for p in result.customers}
    renewals = [(r["time"] - first[int(r["customer"])]) / 30.0 for r in rows(result, Activity.PURCHASE)]
    assert np.allclose(renewals, np.round(renewals), atol=1e-9)
    cancelled, invited = rows(result, Activity.CANCELLATION), rows(result, Activity.TOUCH, 1)
    assert len(cancelled) > 10
    due = {(int(r["customer"]), float(r["time"]) + 60.0) for r in cancelled}
    assert len(invited) > 0
    assert {(int(r["customer"]), float(r["time"])) for r in invited} <= due
    assert result.counts[:, Counter.WON_BACK].sum() > 0


EMPTY: dict[str, dict[str, Any]] = {
    "no customers": {"existing": None, "channels": None},
    "no occasions": {"segments": {name: {"occasions": {"mean": "0 per year"}} for name in ("heavy", "light")}},
    "all lost on day one": {"equity": {"defection": "100 % per year"}, "existing": None},
    "a horizon of nothing": {"horizon": "0 days", "existing": None, "ltv_window": "0 days"},
}


@pytest.mark.parametrize("change", EMPTY.values(), ids=EMPTY.keys())
def test_an_empty_world_is_a_valid_run(simulate: Engine, change: dict[str, Any]) -> None:
    result = simulate(plan(change), 5, 0, log=EVERYONE)
    assert len(result.digest) == 64
    assert result.series["day"][-1] == plan(change).parameters.horizon


def test_runaway_referrals_end_with_the_cap_named(simulate: Engine) -> None:
    change = {"equity": {"referral": "90 %"}, "referrals": {"circle": "off"}, "limits": {"customers": 500}}
    with pytest.raises(CapError, match=r"cap of 500 customers.*limits\.customers"):
        simulate(plan(change), 5, 0)


def test_too_many_events_end_with_the_cap_named(simulate: Engine) -> None:
    with pytest.raises(CapError, match=r"cap of 1000 events.*limits\.events"):
        simulate(plan({"limits": {"events": 1000}}), 5, 0)


def test_replications_differ_and_policies_of_one_share_their_people(simulate: Engine) -> None:
    today, everything = (simulate(plan(policy=name), 5, 0) for name in ("today", "everything"))
    assert today.seed_persons == everything.seed_persons
    assert lives(today) != lives(everything)
    assert set(BUSY["policies"]) == {"today", "everything"}
