"""What ends a run before it takes more than it may: the plan's caps on people and events, and the memory there is.

Everything here is asked before anything grows, so that a mistyped number costs neither time nor memory.
"""

from equitysim.engines.memory import free_bytes
from equitysim.errors import CapError
from equitysim.plan import Plan

SLICE = 2_000_000
"""Work of compiled code between two looks at signals: events × (programs + 8), some tenths of a second."""

QUIET = 2
"""So many moments per event allowed may pass in which nothing happens that counts as an event."""

TRIFLE = 64 << 20
"""Memory that is not worth asking for."""


def slice_of(plan: Plan) -> int:
    """Events of this plan that compiled code may go through at once: each looks at every program."""
    return max(1, SLICE // (len(plan.parameters.programs) + 8))


def refuse_too_many(plan: Plan) -> None:
    """Raise ``CapError`` if more people are dated than the plan allows: that is known without a single one of them."""
    people = sum(source.dated(plan.parameters.horizon) for source in plan.sources)  # integers
    if people > plan.max_customers:
        raise CapError(
            f"policy '{plan.policy}' has {people} existing people and people of cohorts, more than the cap of "
            f"{plan.max_customers} customers: simulate fewer with --customers N, or raise limits.customers"
        )


def too_many_customers(plan: Plan, day: float) -> CapError:
    """The cap on customers is reached by a day."""
    return CapError(
        f"policy '{plan.policy}' reached the cap of {plan.max_customers} customers by day {day:.0f}: "
        "referrals may bring in more than one person per person, or a rate of leads may be mistyped; "
        "lower them, simulate fewer with --customers N, shorten the horizon, or raise limits.customers"
    )


def refuse_events(plan: Plan, day: float, events: int, customers: int) -> None:
    """Raise ``CapError`` if more events have happened than the plan allows."""
    if events > plan.max_events:
        raise CapError(
            f"policy '{plan.policy}' passed the cap of {plan.max_events} events by day {day:.0f} "
            f"({events} events, {customers} customers): a rate may be mistyped; "
            "simulate fewer customers or raise limits.events"
        )


def refuse_moments(plan: Plan, day: float, moments: int) -> None:
    """The same for moments, whether anything comes of them or not: a program that sets out again and again and finds
    nobody has no events.
    """
    if moments > QUIET * plan.max_events:
        raise CapError(
            f"policy '{plan.policy}' went through {moments} moments by day {day:.0f}, more than {QUIET} for each of "
            f"the {plan.max_events} events allowed: a program may repeat too often; let it repeat less, "
            "or raise limits.events"
        )


def refuse_memory(plan: Plan, what: str, needed: int) -> None:
    """Raise ``CapError`` if so many bytes more are not to be had; ``what``: they are for."""
    if needed < TRIFLE:
        return
    free = free_bytes()
    if free is not None and needed > free:
        raise CapError(
            f"policy '{plan.policy}' needs about {needed / 1e9:.1f} GB more for {what}, and {free / 1e9:.1f} GB of "
            "memory are free: simulate fewer with --customers N, use fewer workers, or lower limits.customers, "
            "at which a run ends"
        )
