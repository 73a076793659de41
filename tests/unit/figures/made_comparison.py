"""A comparison with made-up numbers: as many policies, of whatever names, as a test asks for."""

from collections.abc import Sequence

import numpy as np

from equitysim.measures.registry import MEASURES, units
from equitysim.result import SERIES
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import claim_outcome, paired
from equitysim.statistics.outcome import Claim, Context, PolicyOutcome, Provenance, ScenarioInfo
from tests.unit.measures.made_books import made_books, net_of

LONG = " with a name that goes on and on about $what$ it does_to {the} customers and why"
NAMES = (
    "today",
    "reward the best",
    "recover everyone",
    "recover the best",
    "win them back",
    "all together",
    "welcome and thank",
    "only acquire",
    "no price promotion",
    "double desk",
    "thank-you notes",
    "survey and ask",
)


SEED_PERSONS = 6000


def made_comparison(
    names: Sequence[str] = NAMES[:3],
    replications: int = 10,
    title: str = "Corner coffee",
    segments: tuple[str, ...] = ("heavy", "light"),
) -> Comparison:
    """Policies of these names, the first the baseline, each with its own level plus luck that all share. Books and net
    value agree; a desk is in use under all but the baseline."""
    luck = np.random.default_rng(7)
    shared = luck.normal(0, 1, replications)
    policies = tuple(
        _outcome(name, k, shared, np.random.default_rng(100 + k), segments) for k, name in enumerate(names)
    )
    context = Context(
        scenario=ScenarioInfo(title, "corner-coffee.yaml", "0" * 64),
        engine="simpy",
        seed=1,
        replications=replications,
        confidence=0.95,
        measure="net_value",
        matters=0.2,
        currency="EUR",
        horizon_days=1095.0,
        ltv_window_days=547.5,
        segments=segments,
        units=units("EUR"),
        directions={name: measure.better for name, measure in MEASURES.items()},
        customers=None,
        scale=1.0,
        provenance=Provenance("0.1.0", "philox4x32-10/1", "3.11", "2.4", "test"),
    )
    claims: tuple[Claim, ...] = ()
    if len(names) > 1:
        estimate = paired(policies[1].values["net_value"], policies[0].values["net_value"], 0.95)
        text = f"{names[1]} is better than {names[0]} in net_value"
        claims = (Claim(text, "net_value", estimate, 0.0, claim_outcome(estimate, matters=0.2)),)
    return Comparison(context, names[0], policies, claims)


def _outcome(
    name: str, place: int, shared: np.ndarray, own: np.random.Generator, segments: tuple[str, ...]
) -> PolicyOutcome:
    count = len(shared)
    level = {"share": 0.4, "points": 8.0, "customers": 4200.0, "referrals": 310.0, "per 100 orders": 1.8}
    values = {}
    for measure, known in MEASURES.items():
        base = level.get(known.unit, 20.0)
        values[measure] = base * (
            1 + 0.01 * shared + 0.02 * own.normal() * (place > 0) + 0.001 * own.normal(size=count)
        )
        if known.against_baseline and place == 0:
            values[measure] = np.full(count, np.nan)
    values["source_more_purchases"] = (place % 3 - 1.0) + 0.1 * shared
    books = tuple(made_books(own, segments=segments, desk=place > 0, people=SEED_PERSONS) for _ in range(count))
    values["net_value"] = np.array([net_of(one) / SEED_PERSONS for one in books])
    return PolicyOutcome(
        name=name,
        digest="1" * 64,
        digests=("1" * 64,) * count,
        events=(1000,) * count,
        seconds=(0.1,) * count,
        seed_persons=(SEED_PERSONS,) * count,
        values=values,
        by_segment={},
        series=tuple(_series(place, shift, own.normal()) for shift in shared),
        stages=np.zeros((count, 7), dtype=np.int64),
        rungs=np.zeros((count, 6), dtype=np.int64),
        books=books,
    )


def _series(place: int, shift: float, own: float) -> np.ndarray:
    table = np.zeros(37, dtype=SERIES)
    table["day"] = np.linspace(0, 1095, 37)
    years = table["day"] / 365
    table["equity_mean"] = 8 + 0.3 * place * (1 - np.exp(-years)) * (-1) ** place + 0.1 * shift + 0.02 * own
    table["active"] = (4000 + 20 * shift + 300 * years + 60 * place * years).astype(np.int64)
    table["spent"] = 5000.0 * years * (1 + 0.2 * place) + 50 * shift * years
    table["value"] = 100_000.0 * years * (1 + 0.01 * place) - 3000.0 * place * (1 - np.exp(-4 * years))
    return table
