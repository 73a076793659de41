"""Whole scenarios, drawn at random: every trigger, limit and source, on a coarse grid of times so that ties abound."""

from typing import Any

from hypothesis import strategies as st

Draw = Any

DAYS = st.sampled_from(["7 days", "14 days", "28 days"])
SHARES = st.sampled_from(["10 %", "50 %", "100 %"])
POINTS = st.sampled_from([0, 3, 8, 20])


@st.composite
def triggers(draw: Draw, contractual: bool) -> Any:
    """One trigger in YAML's words."""
    kinds: list[Any] = [
        "lead",
        "first_purchase",
        "purchase",
        "known_failure",
        "complaint",
        "referral",
        "anniversary",
        {"every": draw(DAYS)},
        {"stage": draw(st.sampled_from(["loyalty", "lapsed", "connection"]))},
        {"silence": draw(st.sampled_from(["14 days", "2 usual gaps"]))},
        {"silence": "14 days", "again": "7 days"},
    ]
    if contractual:
        kinds.append("cancellation")
    return draw(st.sampled_from(kinds))


@st.composite
def audiences(draw: Draw) -> dict[str, Any]:
    """Who is meant, mostly everybody."""
    chosen: dict[str, Any] = draw(
        st.sampled_from(
            [
                {},
                {},
                {},
                {"best": draw(SHARES)},
                {"best": "50 %", "by": "recent_orders"},
                {"best": "50 %", "by": "heavy_use"},
                {"segments": ["a"]},
                {"share": "50 %"},
                {"orders": {"min": 2}},
                {"stages": ["connection", "loyalty", "lapsed"]},
                {"surveyed_equity": {"max": 20}},
            ]
        )
    )
    return chosen


@st.composite
def programs(draw: Draw, contractual: bool, desks: list[str]) -> dict[str, Any]:
    """One program: trigger, audience, treatment, limits."""
    when = draw(triggers(contractual))
    program: dict[str, Any] = {"when": when, "cost": 0.5, "gain": draw(POINTS)}
    failing = when in ("known_failure", "complaint")
    if when == "purchase":
        program["nth"] = draw(st.sampled_from([1, 3]))
    audience = draw(audiences())
    if audience and not (when in ("lead", "first_purchase") and {"best", "orders", "stages"} & set(audience)):
        program["audience"] = audience
    if draw(st.booleans()) and not (isinstance(when, dict) and "every" in when):
        program["delay"] = draw(st.sampled_from(["7 days", "3 days"]))
    if failing:
        program["restore"] = draw(SHARES)
    elif draw(st.integers(0, 3)) == 0:
        program["ask"] = "50 %"
    if draw(st.integers(0, 2)) == 0:
        program["invite"] = True
    if draw(st.booleans()):
        program["reward"] = {"value": 3, "redeemed": draw(SHARES)}
    if draw(st.integers(0, 3)) == 0:
        program["incentive"] = {"value": 2, "pull": draw(POINTS), "valid": draw(DAYS), "hangover": 3}
    if draw(st.integers(0, 2)) == 0:
        program["budget"] = draw(st.sampled_from(["3 per month", "20 per quarter"]))
    if draw(st.integers(0, 3)) == 0:
        program["at_most"] = "2 per year"
    if desks and draw(st.booleans()):
        program["desk"] = draw(st.sampled_from(desks))
    return program


@st.composite
def desk_plans(draw: Draw) -> dict[str, Any]:
    """One desk, slow enough to have a queue."""
    desk: dict[str, Any] = {
        "agents": draw(st.integers(1, 2)),
        "hours": draw(st.sampled_from(["2 per week", "168 per week"])),
        "handling": {
            "mean": draw(st.sampled_from(["1 hour", "1 day"])),
            "spread": draw(st.sampled_from(["0 %", "80 %"])),
        },
        "patience": draw(st.sampled_from(["3 days", "7 days", "100 days"])),
        "per_case": draw(st.sampled_from([0, 4])),
    }
    if draw(st.booleans()):
        desk |= {"order": "best first", "by": draw(st.sampled_from(["recent_margin", "heavy_use"]))}
    return desk


@st.composite
def whole_scenarios(draw: Draw) -> dict[str, Any]:
    """A scenario in YAML's words, small enough to run in a moment."""
    contractual = draw(st.booleans())
    desks = {name: draw(desk_plans()) for name in draw(st.sampled_from([[], ["care"], ["care", "sales"]]))}
    named = {f"p{index}": draw(programs(contractual, list(desks))) for index in range(draw(st.integers(1, 5)))}
    today = draw(st.lists(st.sampled_from(sorted(named)), unique=True, max_size=2))
    tested: list[Any] = sorted(named)
    if draw(st.integers(0, 3)) == 0:
        tested[0] = {"use": tested[0], "as": "variant", "gain": 5}
    if draw(st.integers(0, 3)) == 0:
        tested.append({"channel": "leads", "leads": "3 per month"})
    occasions = {
        "mean": draw(st.sampled_from(["12 per year", "50 per year"])),
        "spread": draw(st.sampled_from(["0 %", "80 %"])),
    }
    order = {"mean": 9, "spread": draw(st.sampled_from(["0 %", "30 %"]))}
    unit = draw(st.sampled_from(["per year", "per renewal" if contractual else "per purchase"]))
    scenario: dict[str, Any] = {
        "format": 1,
        "name": "drawn",
        "start": "2027-01-01",
        "horizon": draw(st.sampled_from(["26 weeks", "1 year"])),
        "ltv_window": "3 months",
        "relationship": "contractual" if contractual else "noncontractual",
        "cohorts": {
            "one": {"start": "2027-01-01", "per_week": [draw(st.integers(0, 20)), 3]},
            "two": {"start": "2027-01-01", "per_week": [draw(st.integers(0, 20))]},
        },
        "channels": {"leads": {"leads": "6 per month", "cost": 2, "oversell": draw(POINTS)}},
        "segments": {
            "a": {"share": "40 %", "occasions": occasions, "order": order, "risk": draw(POINTS)},
            "b": {"share": "60 %", "occasions": {"mean": "20 per year"}, "order": {"mean": 7}},
        },
        "equity": {
            "defection": {"at_0": f"30 % {unit}", "at_100": f"10 % {unit}"},
            "referral": draw(st.sampled_from(["0 %", "10 %"])),
            "granted": draw(st.sampled_from(["off", 5])),
        },
        "contact": {"opt_out": "20 %"},
        "failure": {
            "per_order": draw(st.sampled_from(["0 %", "30 %"])),
            "patience": draw(st.sampled_from(["3 days", "7 days"])),
        },
        "survey": {"noise": draw(st.sampled_from([0, 10]))},
        "service": {"per_year": draw(st.sampled_from([0, 12])), "saving": "20 %"},
        "desks": desks,
        "programs": named,
        "policies": {"today": today, "tested": tested},
        "compare": {"baseline": "today"},
    }
    if contractual:
        scenario["period"] = draw(DAYS)
        scenario["failure"]["per_year"] = draw(st.sampled_from([0, 4]))
    if draw(st.booleans()):
        scenario["existing"] = {
            "count": draw(st.integers(1, 15)),
            "history": draw(st.sampled_from(["26 weeks", "1 year"])),
        }
    if draw(st.integers(0, 2)) == 0:
        scenario["crises"] = {"recall": {"at": "2027-02-19", "share": draw(SHARES), "severity": 30}}
    if draw(st.integers(0, 2)) == 0:
        scenario["rivals"] = {
            "sale": {"from": "2027-02-01", "until": "2027-05-01", "pressure": 15, "reach": draw(SHARES)}
        }
    if draw(st.integers(0, 3)) == 0:
        scenario["seasonality"] = [0.5, 0.5, 1, 1, 1, 1, 2, 2, 1, 1, 1, 0]
    return scenario
