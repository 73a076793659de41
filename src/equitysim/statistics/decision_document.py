"""What stands beside a comparison, as parts of its JSON document: plain values only, undefined is None."""

from collections.abc import Sequence
from typing import Any

from equitysim.statistics.desks import DeskNote, OverrunDesk, UnusedHours
from equitysim.statistics.document import interval
from equitysim.statistics.horizons import Horizons, of_horizons
from equitysim.statistics.meter import Meter
from equitysim.statistics.money import Money
from equitysim.statistics.unknowns import Worlds
from equitysim.statistics.unknowns_document import of_meter, of_worlds
from equitysim.statistics.why import Part, Why


def beside(
    horizons: Horizons | None, why: Why | None, money: Money, meter: Meter | None, worlds: Worlds | None
) -> dict[str, Any]:
    """All parts; None for what there is not."""
    elsewhere = {"horizons": None, "residual": None} if horizons is None else of_horizons(horizons)
    return {
        **elsewhere,
        "why": None if why is None else of_why(why),
        "money": of_money(money),
        "assumptions": None if meter is None else of_meter(meter),
        "worlds": None if worlds is None else of_worlds(worlds),
    }


def of_why(why: Why) -> dict[str, Any]:
    """The part ``why``: the difference in net value between two policies, split in three ways."""
    return {
        "policy": why.policy,
        "against": why.against,
        "unit": why.unit,
        "net_value": interval(why.total),
        "waterfall": [_part(bar) for bar in why.bars],
        "sources": [_part(source) for source in why.sources],
        "of_nobody": interval(why.shared),
        "gains": [
            {
                "grouping": gain.grouping,
                "group": gain.group,
                "people": gain.people,
                "moved": gain.moved.mean,
                **interval(gain.estimate),
            }
            for gain in why.gains
        ],
    }


def of_money(money: Money) -> dict[str, Any]:
    """The part ``money``: what extra spending brings, when it pays back, spend by quarter, desks and limits."""
    return {
        "currency": money.currency,
        "unit": money.unit,
        "returns": [
            {
                "policy": found.policy,
                "spend": interval(found.spend),
                "net_value": interval(found.net_value),
                "roi": interval(found.roi),
                "cost_per_value": interval(found.cost_per_value),
                "efficient": found.efficient,
            }
            for found in money.returns
        ],
        "payback": [
            {"policy": found.policy, "month": found.month, "sure_month": found.sure, "share_of_runs": found.share}
            for found in money.paybacks
        ],
        "quarters": [
            {
                "policy": policy,
                "quarter": quarter.number,
                "spend": interval(quarter.spend),
                "extra": interval(quarter.extra),
            }
            for policy, quarters in money.quarters.items()
            for quarter in quarters
        ],
        "desks": [
            {
                "policy": use.policy,
                "desk": use.desk,
                "cases": interval(use.cases),
                "utilisation": interval(use.utilisation),
                "wait_days": interval(use.wait),
                "abandoned": interval(use.abandoned),
                "longest": interval(use.longest),
            }
            for use in money.desks
        ],
        "refused": [
            {
                "policy": row.policy,
                "segment": row.segment,
                "budget": interval(row.budget),
                "at_most": interval(row.at_most),
            }
            for row in money.refused
        ],
    }


def of_desks(notes: Sequence[DeskNote]) -> list[dict[str, Any]]:
    """The part ``verdict.desks``: desks that decide, or whose policy cannot be judged by them."""
    return [_unused(note) if isinstance(note, UnusedHours) else _overrun(note) for note in notes]


def _unused(note: UnusedHours) -> dict[str, Any]:
    return {
        "kind": "unused_hours",
        "policy": note.policy,
        "desks": list(note.desks),
        "text": note.text,
        "against": note.against,
        "unit": note.unit,
        "cost": note.cost,
        "difference": interval(note.difference),
        "difference_without": interval(note.without),
    }


def _overrun(note: OverrunDesk) -> dict[str, Any]:
    return {"kind": "overrun", "policy": note.policy, "desks": [note.desk], "text": note.text}


def _part(part: Part) -> dict[str, Any]:
    return {"name": part.name, **interval(part.estimate)}
