"""Firms whose customers share something, drawn at random, and whether samples of them decide like them."""

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from equitysim.plan import Plan, Sample
from equitysim.scenario.lower import lower, sample_from
from equitysim.scenario.sample import TOLERANCE
from equitysim.scenario.schema import Scenario
from equitysim.study.gather import Job
from equitysim.study.runs import compare_plans
from equitysim.study.scope import scope_of

Floats = npt.NDArray[np.float64]

SHARES = (1 / 2, 1 / 10, 1 / 50)
MEASURES = ("net_value", "spend", "ltv")
"""Per person."""


class Drawn(NamedTuple):
    """One comparison of a sample with its firm: what was compared, by how much it is off beyond what is allowed, and
    how often chance alone is that far off."""

    share: float
    taken: float
    what: str
    off: float
    p: float


def firm(seed: int, people: tuple[int, int] = (1_500, 5_000)) -> dict[str, Any]:
    """A scenario of one or two policies with sources, desks, budgets, rankings, crises and costs of all kinds."""
    draw = np.random.default_rng((seed, 5))

    def one(*choices: Any) -> Any:
        return choices[int(draw.integers(len(choices)))]

    def often(chance: float) -> bool:
        return bool(draw.random() < chance)

    count = int(draw.integers(*people))
    data: dict[str, Any] = {
        "format": 1,
        "name": f"firm {seed}",
        "horizon": "1 year",
        "segments": {
            "everyone": {
                "occasions": {"mean": f"{one(4, 8, 16)} per year", "spread": "50 %"},
                "order": {"mean": 40, "spread": "30 %"},
                "margin": "50 %",
            }
        },
        "failure": {"per_order": one("3 %", "8 %"), "severity": 30},
    }
    kind = one("existing", "existing", "cohort", "channel", "mixed")
    if kind in ("existing", "mixed"):
        data["existing"] = {"count": count, "history": one("6 months", "1 year")}
    if kind == "cohort":
        data["cohorts"] = {"first": {"per_week": [count // 13] * 13}}
    if kind == "channel":
        data["channels"] = {"web": {"leads": f"{count / 12:.1f} per month", "cost": 3}}
    if kind == "mixed":
        data["cohorts"] = {"few": {"per_week": [1] * 40}}
        data["channels"] = {"rare": {"leads": f"{one(0.3, 5, 50)} per month", "cost": 3}}
    orders = count * {"4": 4, "8": 8, "16": 16}[data["segments"]["everyone"]["occasions"]["mean"].split()[0]] * 0.45
    programs: dict[str, Any] = {}
    if often(0.6):
        agents = one(1, 2, 5, 20, 60)
        failures = orders * float(data["failure"]["per_order"].split()[0]) / 100.0
        hours = one(20, 40, 168)
        # Handling such that agents are busy to a third, a half or nearly all of their hours.
        minutes = one(0.1, 0.3, 0.6, 0.9) * agents * hours * 52.0 * 60.0 / max(failures * 0.6, 1.0)
        data["desks"] = {
            "care": {
                "agents": agents,
                "hours": f"{hours} per week",
                "handling": {"mean": f"{min(max(minutes, 1.0), 600.0):.0f} minutes", "spread": one("0 %", "50 %")},
                "cost": f"{one(1, 5)} per hour",
                "per_case": one(0, 2),
                **one({}, {}, {"patience": "3 days"}),
                **one({}, {}, {"order": "best first", "by": "recent_orders"}),
            }
        }
        programs["make it good"] = {
            "when": one("complaint", "known_failure"),
            "restore": "90 %",
            "desk": "care",
            **one({}, {}, {"audience": {"best": "20 %"}}),
        }
        data["recovery"] = {"promptness": one("2 days", "30 days")}
    if often(0.6):
        when = one("purchase", "first_purchase", {"every": "90 days"}, {"silence": "60 days"}, "known_failure")
        touches = max(1, int(count * one(0.0005, 0.02, 0.2, 1.0)))
        programs["gift"] = {
            "when": when,
            "gain": 8,
            "cost": 2,
            **one({}, {"budget": f"{2 * touches} per {one('month', 'quarter', 'year')}"}),
            **one({}, {"at_most": "2 per year"}),
            **one({}, {"fixed": f"{count // 10} per year", "setup": count // 20}),
            **({"audience": one({"share": "50 %"}, {"best": "20 %"})} if when == "purchase" else {}),
        }
    if often(0.3) or not programs:
        programs["club"] = {
            "when": {"every": "90 days"},
            "audience": {"best": one("5 %", "20 %")},
            "gain": 10,
            "cost": 1,
            "reward": {"value": 3},
        }
    if often(0.3):
        data["crises"] = {"outage": {"at": "120 days", "share": one("5 %", "40 %"), "severity": 20}}
    if often(0.3):
        data["rivals"] = {"attack": {"from": "60 days", "until": "150 days", "pressure": 10, "reach": "50 %"}}
    data["programs"] = programs
    data["policies"] = {"today": [], "more": list(programs)}
    return data


def plans_of(scenario: Scenario, sample: Sample | None) -> dict[str, Plan]:
    """Every policy's plan, of a sample or of the whole firm."""
    return {name: lower(scenario, name, customers=sample) for name in scenario.policies}


def per_person(scenario: Scenario, plans: dict[str, Plan], replications: int, seed: int) -> dict[str, Floats]:
    """Measures per person, by replication: the baseline's levels and the other policy's differences."""
    made = compare_plans(scope_of(scenario), plans, Job("compiled", seed), replications=replications)
    today, more = (made.policy(name).values for name in ("today", "more"))
    levels = {f"{measure} today": np.asarray(today[measure]) for measure in MEASURES}
    return levels | {f"{measure} more": np.asarray(more[measure] - today[measure]) for measure in MEASURES}


def compared(whole: dict[str, Floats], part: dict[str, Floats], share: float, taken: float) -> list[Drawn]:
    """By Welch's t test. Beyond chance a limit may let programs do ``TOLERANCE`` more or less than in the firm: of what
    the policy spends and gains, and of nothing in the baseline, which has no programs."""
    size = sum(abs(float(np.nanmean(whole[f"{measure} more"]))) for measure in ("net_value", "spend"))
    found = []
    for name, ours in whole.items():
        theirs = part[name]
        ours, theirs = ours[~np.isnan(ours)], theirs[~np.isnan(theirs)]
        if len(ours) < 2 or len(theirs) < 2:
            continue
        allowed = TOLERANCE * size if name.endswith("more") else 0.0
        gap = abs(float(theirs.mean() - ours.mean()))
        off = max(0.0, gap - allowed - 1e-9 * abs(float(ours.mean())))
        one, two = ours.var(ddof=1) / len(ours), theirs.var(ddof=1) / len(theirs)
        error = math.sqrt(one + two)
        if error == 0.0:
            found.append(Drawn(share, taken, name, off, 0.0 if off > 0.0 else 1.0))
            continue
        degrees = (one + two) ** 2 / (one**2 / (len(ours) - 1) + two**2 / (len(theirs) - 1))
        found.append(Drawn(share, taken, name, off, float(2.0 * stats.t.sf(off / error, degrees))))
    return found


def agreement(scenario: Scenario, *, replications: int = 5, shares: tuple[float, ...] = SHARES) -> list[Drawn]:
    """The firm beside its samples, each of other people. A sample has more replications, so that it is known as well,
    up to eight times as many."""
    whole = per_person(scenario, plans_of(scenario, None), replications, seed=1)
    found, seen = [], set()
    for share in shares:
        sample = sample_from(scenario, share)
        if sample.share in seen or sample.share == 1.0:
            continue
        seen.add(sample.share)
        more = min(8 * replications, math.ceil(replications / sample.share))
        part = per_person(scenario, plans_of(scenario, sample), more, seed=2)
        found += compared(whole, part, share, sample.share)
    return found
