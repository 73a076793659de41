"""When a program acts and for whom (model §6)."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from equitysim.arguments import nearest
from equitysim.scenario.parts import Model, Problem, key, problem, problems
from equitysim.scenario.quantities import Again, Balance, Count, Interval, Share, Silence, SomeShare, Span, Text

Event = Literal[
    "lead",
    "first_purchase",
    "purchase",
    "known_failure",
    "complaint",
    "referral",
    "cancellation",
    "anniversary",
]
StageName = Literal["prospecting", "consideration", "purchase", "connection", "loyalty", "lapsed", "lost"]
RankingName = Literal["recent_margin", "recent_orders", "heavy_use"]

EVENTS: tuple[str, ...] = Event.__args__  # type: ignore[attr-defined]
STAGES: tuple[str, ...] = StageName.__args__  # type: ignore[attr-defined]
EQUITY_STAGES = frozenset({"prospecting", "consideration", "connection", "loyalty"})
"""Stages that cannot be told without knowing equity (model §5)."""

AFTER_FAILURE = frozenset({"known_failure", "complaint"})


class Trigger(Model):
    """What sets a program off: one word, or one of every, stage and silence."""

    event: Event | None = None
    every: Interval | None = key(
        None,
        unit="time",
        range="7 days to 1 year",
        source="Nothing is assumed.",
        meaning="Acts on everyone in the audience at the start and then at this interval.",
        effect="90 days reaches everyone on days 0, 90, 180, 270 and 360 of the first year.",
    )
    stage: StageName | None = key(
        None,
        range="a stage",
        source="Nothing is assumed.",
        meaning="Acts when a customer is seen to enter this stage, at a review.",
        effect="stage: lapsed answers customers who have gone quiet.",
    )
    silence: Silence | None = key(
        None,
        unit="time or usual gaps",
        range="2 usual gaps to 6 usual gaps",
        source="Nothing is assumed.",
        meaning="Acts when a customer has not ordered for so long, once per spell.",
        effect="3 usual gaps suits heavy and light buyers alike; a fixed time does not.",
    )
    again: Again | None = key(
        None,
        unit="time or usual gaps",
        range="as silence; at least 1 day or 0.1 usual gaps",
        source="Nothing is assumed.",
        meaning="Acts again after each further time of silence.",
        effect="{silence: 60 days, again: 30 days} acts on days 60, 90, 120 of the silence.",
    )

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, raw: object) -> object:
        if isinstance(raw, str):
            if raw not in EVENTS:
                near = nearest(raw, EVENTS)
                hint = (
                    f"did you mean '{near}'?"
                    if near
                    else f"write one of {', '.join(EVENTS)}, or a mapping with every, stage or silence"
                )
                raise problem(f"'{raw}' is not a trigger", hint)
            return {"event": raw}
        if isinstance(raw, dict) and "event" in raw:
            problems("Trigger", [Problem(("event",), "unknown key", "write the event itself, such as when: purchase")])
        return raw

    @model_validator(mode="after")
    def _one(self) -> "Trigger":
        ways = [name for name in ("event", "every", "stage", "silence") if getattr(self, name) is not None]
        if len(ways) != 1:
            found = " and ".join(ways) if ways else "no trigger"
            problems("Trigger", [Problem((), f"has {found}", "write exactly one of every, stage and silence")])
        if self.again is not None and self.silence is None:
            problems(
                "Trigger",
                [Problem(("again",), "makes sense with silence only", "write {silence: 60 days, again: 30 days}")],
            )
        return self

    def in_a_word(self) -> str | None:
        """The event, if it is one."""
        return self.event

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler.resolve_ref_schema(handler(schema))
        described["properties"].pop("event")
        return {"anyOf": [{"enum": list(EVENTS)}, dict(described)]}


class TenureRange(Model):
    """Time since the first purchase."""

    min: Span | None = key(
        None,
        unit="time",
        source="Nothing is assumed.",
        meaning="Shortest tenure.",
        effect="Leaves newer customers out.",
    )
    max: Span | None = key(
        None, unit="time", source="Nothing is assumed.", meaning="Longest tenure.", effect="Leaves older customers out."
    )


class OrdersRange(Model):
    """Number of orders so far."""

    min: Count | None = key(
        None, unit="orders", source="Nothing is assumed.", meaning="Fewest orders.", effect="Leaves rarer buyers out."
    )
    max: Count | None = key(
        None,
        unit="orders",
        source="Nothing is assumed.",
        meaning="Most orders.",
        effect="Leaves more frequent buyers out.",
    )


class EquityRange(Model):
    """Equity as a survey reads it."""

    min: Balance | None = key(
        None,
        unit="points",
        source="Nothing is assumed.",
        meaning="Lowest surveyed equity.",
        effect="Leaves those below out.",
    )
    max: Balance | None = key(
        None,
        unit="points",
        source="Nothing is assumed.",
        meaning="Highest surveyed equity.",
        effect="Leaves those above out.",
    )


def audience_faults(audience: "Audience") -> Iterator[Problem]:
    """Conditions that nobody can meet, or that need another; a variant's are known when it lies on its base."""
    if audience.by is not None and audience.best is None:
        yield Problem(("audience", "by"), "makes sense with best only", "write {best: 20 %, by: recent_orders}")
    for name, wanted in (
        ("tenure", audience.tenure),
        ("orders", audience.orders),
        ("surveyed_equity", audience.surveyed_equity),
    ):
        if wanted is not None and wanted.min is not None and wanted.max is not None and wanted.min > wanted.max:
            yield Problem(("audience", name), "has min above max", "swap them")


def _listed(raw: object) -> object:
    return [raw] if isinstance(raw, str) else raw


Names = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
StageNames = Annotated[tuple[StageName, ...], BeforeValidator(_listed)]


class Audience(Model):
    """Whom a program is for; every condition given must hold."""

    stages: StageNames | None = key(
        None,
        range="stages",
        shown="all",
        source="Nothing is assumed.",
        meaning="Stages as the firm sees them.",
        effect="Stages that depend on equity need a survey.",
    )
    segments: Names | None = key(
        None,
        range="segments",
        shown="all",
        source="Nothing is assumed.",
        meaning="Segments reached.",
        effect="Leaves all others out.",
    )
    channels: Names | None = key(
        None,
        range="channels, cohorts, existing, referred",
        shown="all",
        source="Nothing is assumed.",
        meaning="Sources of the people reached.",
        effect="Leaves all others out.",
    )
    best: SomeShare | None = key(
        None,
        unit="share",
        range="5 % to 50 %",
        shown="everybody",
        source="Nothing is assumed.",
        meaning="Only the best of those who ordered within recency, by the last review's ranking.",
        effect="20 % concentrates the money on one customer in five.",
    )
    by: RankingName | None = key(
        None,
        range="recent_margin, recent_orders or heavy_use",
        shown="recent_margin where best is given",
        source="A convention.",
        meaning="What the best are ranked by.",
        effect="heavy_use finds the heavy buyers of the category, whoever they buy from.",
    )
    tenure: TenureRange | None = key(
        None,
        unit="time",
        source="Nothing is assumed.",
        meaning="Time since the first purchase.",
        effect="Picks newcomers or old hands.",
    )
    orders: OrdersRange | None = key(
        None,
        unit="orders",
        source="Nothing is assumed.",
        meaning="Orders so far.",
        effect="{max: 0} picks those who never bought.",
    )
    surveyed_equity: EquityRange | None = key(
        None,
        unit="points",
        source="Nothing is assumed.",
        meaning="Equity as the survey reads it.",
        effect="Needs a survey.",
    )
    share: Share | None = key(
        None,
        unit="share",
        range="0 % to 100 %",
        shown="100 %",
        source="Nothing is assumed.",
        meaning="A stable random part of the audience: the rest is a control group.",
        effect="50 % reaches the same half of the customers every time.",
    )
