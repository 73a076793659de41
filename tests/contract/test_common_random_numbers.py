"""The same customer meets the same luck whatever else the scenario holds (model §10)."""

from typing import Any

import pytest

from equitysim.engines.contract import EVERYONE, Engine
from tests.contract.worlds import BUSY, CARE, by_identity, lives, plan

TRAITS = ("entered", "rate", "spend", "own", "segment", "number")


def test_the_same_seed_gives_the_same_digest_and_another_does_not(simulate: Engine) -> None:
    first, again, other = (simulate(plan(CARE), seed, 0) for seed in (5, 5, 6))
    assert first.digest == again.digest
    assert first.digest != other.digest
    assert first.digest != simulate(plan(CARE), 5, 1).digest


def test_logging_changes_nothing(simulate: Engine) -> None:
    silent = simulate(plan(CARE), 5, 0)
    logged = simulate(plan(CARE), 5, 0, log=EVERYONE)
    assert silent.digest == logged.digest
    assert logged.log is not None
    assert len(logged.log) == logged.events == silent.events
    one = int(logged.customers["identity"][7])
    alone = simulate(plan(CARE), 5, 0, log=one).log
    assert alone is not None
    assert alone.tobytes() == logged.log[logged.log["customer"] == one].tobytes()


ADDITIONS: dict[str, dict[str, Any]] = {
    "a program nobody uses": {"programs": {"new": {"when": "purchase", "gain": 50}}},
    "a policy": {"policies": {"another": ["letter"]}},
    "a desk nobody uses": {"desks": {"idle": {"agents": 3, "hours": "40 per week", "handling": {"mean": "5 minutes"}}}},
    "a rival nobody hears": {
        "rivals": {"quiet": {"from": "2027-02-01", "until": "2027-03-01", "pressure": 50, "reach": "0 %"}}
    },
}  # fmt: skip


@pytest.mark.parametrize("change", ADDITIONS.values(), ids=ADDITIONS.keys())
def test_an_addition_that_reaches_nobody_changes_nobody(simulate: Engine, change: dict[str, Any]) -> None:
    assert lives(simulate(plan(change), 5, 0)) == lives(simulate(plan(), 5, 0))


def test_a_new_source_changes_nobody_else(simulate: Engine) -> None:
    before = lives(simulate(plan(), 5, 0))
    after = lives(simulate(plan({"channels": {"fair": {"leads": "9 per month"}}}), 5, 0))
    assert len(after) > len(before)
    assert {identity: after[identity] for identity in before} == before


def test_new_customers_change_nobody_else(simulate: Engine) -> None:
    weeks = {"cohorts": {"spring": {"start": "2027-03-01", "per_week": [5, 5]}}}
    more = {"cohorts": {"spring": {"start": "2027-03-01", "per_week": [5, 5, 7]}}}
    before, after = (lives(simulate(plan(change), 5, 0)) for change in (weeks, more))
    assert len(after) >= len(before) + 7
    assert {identity: after[identity] for identity in before} == before


def test_a_new_segment_at_the_end_changes_nobody_who_stays(simulate: Engine) -> None:
    """The last segment gives up some of its people; all others draw and live as before."""
    tourists = {
        "segments": {
            "light": {"share": "60 %"},
            "tourists": {"share": "10 %", "occasions": {"mean": "3 per year"}, "order": {"mean": 5}, "margin": "60 %"},
        },
        "referrals": {"homophily": "100 %"},
    }
    homophily = {"referrals": {"homophily": "100 %"}}
    before, after = (simulate(plan(change), 5, 0) for change in (homophily, tourists))
    moved = {int(i) for i in after.customers["identity"][after.customers["segment"] == 2]}
    families = {int(row["identity"]) for row in after.customers if int(row["root"]) in moved}
    old, new = lives(before), lives(after)
    stayed = set(old) & set(new) - families - moved
    assert moved
    assert len(stayed) > 100
    assert {i: new[i] for i in stayed} == {i: old[i] for i in stayed}


def test_a_program_for_one_segment_changes_nobody_in_the_other(simulate: Engine) -> None:
    change = {
        "programs": {"special": {"when": "purchase", "audience": {"segments": ["heavy"]}, "gain": 20}},
        "policies": {"everything": [*BUSY["policies"]["everything"], "special"]},
        "referrals": {"homophily": "100 %"},
    }
    homophily = {"referrals": {"homophily": "100 %"}}
    before, after = (simulate(plan(c), 5, 0) for c in (homophily, change))
    light = {int(i) for i in before.customers["identity"][before.customers["segment"] == 1]}
    old, new = lives(before), lives(after)
    assert {i: new[i] for i in light} == {i: old[i] for i in light}
    heavy = (set(old) & set(new)) - light
    assert any(new[i] != old[i] for i in heavy), "the program reached nobody"


def test_the_same_people_come_under_every_policy(simulate: Engine) -> None:
    """Seeds are the same; a referrer's k-th referral is the same person, born with the same traits."""
    today, everything = (by_identity(simulate(plan(policy=name), 5, 0)) for name in ("today", "everything"))
    seeds = {i for i, row in today.items() if row["generation"] == 0}
    assert seeds == {i for i, row in everything.items() if row["generation"] == 0}
    referred = {i for i, row in today.items() if row["generation"] > 0} & set(everything)
    assert referred
    for i in seeds:
        assert all(today[i][name].tobytes() == everything[i][name].tobytes() for name in TRAITS)
    for i in referred:
        assert all(
            today[i][name].tobytes() == everything[i][name].tobytes()
            for name in ("rate", "spend", "own", "number", "referrer")
        )


def test_a_variant_keeps_the_luck_of_its_base(simulate: Engine) -> None:
    variant = {"policies": {"everything": ["welcome", {"use": "letter", "as": "other letter"}]}}
    plain = {"policies": {"everything": ["welcome", "letter"]}}
    assert lives(simulate(plan(variant), 5, 0)) == lives(simulate(plan(plain), 5, 0))


def test_half_the_leads_are_among_all_the_leads(simulate: Engine) -> None:
    half = {
        "policies": {"everything": [*BUSY["policies"]["everything"], {"channel": "flyers", "leads": "3 per month"}]}
    }
    all_leads, fewer = (set(by_identity(simulate(plan(c), 5, 0))) for c in ({}, half))
    seeds = {int(i) for i in simulate(plan(half), 5, 0).customers["identity"]}
    assert fewer < all_leads | seeds
    assert len(fewer) < len(all_leads)


def test_a_queue_couples_customers(simulate: Engine) -> None:
    """The comparator can see a difference: where a desk is short, one more source makes others wait."""
    before = lives(simulate(plan(CARE), 5, 0))
    after = lives(simulate(plan(CARE | {"channels": {"fair": {"leads": "30 per month"}}}), 5, 0))
    assert {i: after[i] for i in before if i in after} != before
