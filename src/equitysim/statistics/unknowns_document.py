"""What is not known as parts of a comparison's JSON document: plain values only, undefined is None."""

import math
from dataclasses import asdict
from typing import Any

from equitysim.statistics.meter import Advantage, Bar, End, Meter
from equitysim.statistics.unknowns import Correlation, Deciding, Figure, Share, Tipping, Worlds


def of_worlds(worlds: Worlds) -> dict[str, Any]:
    """The part ``worlds``."""
    return {
        **asdict(worlds.design),
        "measure": worlds.question.measure,
        "unit": worlds.question.unit,
        "baseline": worlds.question.baseline,
        "leader": worlds.leader,
        "runner_up": worlds.runner_up,
        "left_out": list(worlds.left_out),
        "noise": _number(worlds.noise),
        "clear": _number(worlds.clear),
        "policies": [
            {"name": found.name, "share_best": _share(found.share_best), "mean": _figure(found.mean)}
            for found in worlds.policies
        ],
        "unknowns": [_deciding(found) for found in worlds.unknowns],
        "worth_of_knowing": {
            **_figure(worlds.worth),
            "uncorrected": _number(worlds.worth_uncorrected),
            "total": worlds.worth_total,
            "unit": worlds.question.unit,
        },
    }


def of_meter(meter: Meter) -> dict[str, Any]:
    """The part ``assumptions``."""
    return {
        "counts": dict(meter.counts),
        "examined": meter.examined,
        "unmoved": meter.unmoved,
        "measure": meter.question.measure,
        "unit": meter.question.unit,
        "baseline": meter.question.baseline,
        "leader": meter.leader,
        "runner_up": meter.runner_up,
        "over_baseline": _number(meter.over_baseline),
        "over_runner_up": _number(meter.over_runner_up),
        "replications": meter.replications,
        "persons": meter.persons,
        "anchored": meter.anchored,
        "numbers": [_bar(bar) for bar in meter.bars],
    }


def _deciding(found: Deciding) -> dict[str, Any]:
    return {
        "path": found.path,
        "low": found.low_text,
        "high": found.high_text,
        "over_runner_up": _correlation(found.over_runner_up),
        "over_baseline": _correlation(found.over_baseline),
        "tipping": [_tipping(one) for one in found.tipping],
        "stays": found.stays,
        "worth_of_knowing": {**_figure(found.worth), "total": found.worth_total},
    }


def _tipping(one: Tipping) -> dict[str, Any]:
    return {
        "at": one.text,
        "low": one.low_text,
        "high": one.high_text,
        "below": one.below,
        "above": one.above,
        "open_low": one.open_low,
        "open_high": one.open_high,
    }


def _bar(bar: Bar) -> dict[str, Any]:
    return {
        "path": bar.path,
        "origin": bar.origin,
        "range_from": bar.range_from,
        "base": bar.base_text,
        "swing": _number(bar.swing),
        "within_noise": bar.within_noise,
        "low": _end(bar.low),
        "high": _end(bar.high),
    }


def _end(end: End) -> dict[str, Any]:
    return {
        "value": end.text,
        "lead": _advantage(end.lead),
        "rival": end.rival,
        "over_baseline": _advantage(end.over_baseline),
        "over_runner_up": _advantage(end.over_runner_up),
        "best": end.best,
        "turns": end.turns,
    }


def _advantage(found: Advantage) -> dict[str, Any]:
    return {name: _number(value) for name, value in found._asdict().items()}


def _figure(found: Figure) -> dict[str, Any]:
    return {"value": _number(found.value), "error": _number(found.error)}


def _share(found: Share) -> dict[str, Any]:
    return {name: _number(value) for name, value in found._asdict().items()}


def _correlation(found: Correlation) -> dict[str, Any]:
    return {name: _number(value) for name, value in found._asdict().items()}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
