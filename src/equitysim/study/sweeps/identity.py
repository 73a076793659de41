"""What a store is told of its study, and what must stay the same for its runs to be comparable."""

import hashlib
import json
from typing import Any

from equitysim.scenario.lower import lower, sample_of
from equitysim.study.engine import provenance
from equitysim.study.sweeps.factors import Drawn, Levels, Range, Spread
from equitysim.study.sweeps.store import SOURCES, Identity
from equitysim.study.sweeps.study import Study
from equitysim.study.sweeps.tasks import layout_of
from equitysim.units import write_share

SIGNATURE_BYTES = 16


def identity_of(study: Study) -> Identity:
    """What makes a study's runs comparable.

    A policy's runs stand beside each other as long as its plan and the baseline's are the same, and seed, people,
    version, source files and draw scheme: so policies, points and replications can be added, and texts and claims be
    changed.
    """
    sample = sample_of(study.scenario, study.customers)
    plans = {name: repr(lower(study.scenario, name, customers=sample)) for name in study.policies}
    segments = tuple(study.scenario.segments)
    layout = layout_of(segments)
    computed = provenance()
    facts = {
        "the seed": str(study.seed),
        "--customers": "the scenario's own number" if study.customers is None else str(study.customers),
        "equitysim": computed.equitysim,
        SOURCES: computed.sources,
        "the draw scheme": computed.scheme,
        "the scenario": study.scenario.hash[:12],
    }
    shared = [plans[study.scenario.baseline], *(facts[name] for name in facts if name != "the scenario"), *layout]
    signatures = {name: _signature([plan, *shared]) for name, plan in plans.items()}
    return Identity(signatures, facts, study.paths, layout)


def _signature(said: list[Any]) -> bytes:
    text = json.dumps(said, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=SIGNATURE_BYTES).digest()


def document_of(study: Study, identity: Identity) -> dict[str, Any]:
    """What the store says of its study, so that it can be read without the study file."""
    return {
        "name": study.name,
        "file": study.file,
        "hash": study.hash,
        "scenario": study.scenario.hash,
        "scenario_file": study.scenario.file,
        "baseline": study.scenario.baseline,
        "policies": study.policies,
        "factors": [
            {"parameter": factor.path, "role": factor.role, "values": said_of(factor.spread), **_exactly(factor.spread)}
            for factor in study.factors
        ],
        "design": {"kind": study.design[0], "value": study.design[1]},
        "replications": study.replications,
        "seed": study.seed,
        "customers": study.customers,
        "paths": identity.paths,
        "facts": identity.facts,
        "layout": identity.layout._asdict(),
    }


def _exactly(spread: Spread | None) -> dict[str, Any]:
    """What the words do not say beyond doubt: the items of a list in their order, and in which unit a range, or the
    mean of a distribution, was written."""
    if spread is None:
        return {}
    if isinstance(spread, Levels):
        return {"levels": spread.texts}
    scale = spread.scale
    ends: tuple[float, ...] = (scale.low, scale.high)
    if isinstance(spread, Drawn) and spread.distribution.kind == "gamma":
        ends = (spread.distribution.centre,)
    return {"ends": [scale.text(end) for end in ends]}


def said_of(spread: Spread | None) -> str:
    """A factor's values in words."""
    if spread is None:
        return "from the file of points"
    if isinstance(spread, Levels):
        return ", ".join(spread.texts)
    text = spread.scale.text
    ends = f"{text(spread.scale.low)} to {text(spread.scale.high)}"
    if isinstance(spread, Range):
        return ends
    found = spread.distribution
    if found.kind == "gamma":
        return f"mean {text(found.centre)}, spread {write_share(found.spread)}"
    return f"{ends}, likeliest {text(found.centre)}"
