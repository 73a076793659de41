"""The Scenario: everything a person may write, typed, validated and frozen (model §1 to §9)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr

from equitysim.measures.notebook import Card, line, page, short
from equitysim.measures.words import duration
from equitysim.scenario.account import Contact, Equity, Failure, Onboarding, Recovery, Referrals, Service, Survey, Value
from equitysim.scenario.parts import Model, key, problem
from equitysim.scenario.people import Channel, Cohort, Existing, Prospects, Segment
from equitysim.scenario.plain import content, with_values
from equitysim.scenario.policies import Entry
from equitysim.scenario.programs import Program
from equitysim.scenario.quantities import (
    Date,
    Format,
    HalfLife,
    Index,
    Interval,
    SomeSpan,
    Span,
    Text,
    UsualGaps,
    YearlyShare,
)
from equitysim.scenario.unknown import Unknown, Written
from equitysim.scenario.world import Claim, Compare, Crisis, Desk, Limits, Rival

MOST_UNKNOWN = 100
MOST_PROGRAMS = 500
"""Programs, policies, and programs of one policy. Each customer carries a record for each program."""
_DEFAULT_PER_ORDER = 0.03


def _checked_season(season: tuple[float, ...] | None) -> tuple[float, ...] | None:
    if season is not None and len(season) != 12:
        raise problem(f"has {len(season)} indices", "write twelve, from January to December")
    if season is not None and not sum(season) > 0:
        raise problem("is zero in every month", "write at least one index above 0")
    return season


def _half_horizon(data: dict[str, float]) -> str:
    return f"{data['horizon'] / 2!r} days"


class Scenario(Model):
    """One scenario. Two scenarios are equal if they say the same, wherever and however it is written."""

    format: Format = key(
        "1",
        range="1",
        source="The only format there is.",
        meaning="Version of the scenario format.",
        effect="Lets later versions read old files.",
    )
    name: str = key(
        "",
        shown="the file's name",
        source="A convention.",
        meaning="Title of the scenario.",
        effect="Heads tables and pages.",
    )
    start: Date = key(
        "2027-01-01",
        unit="date",
        range="any",
        source="A convention.",
        meaning="First day of the horizon.",
        effect="Places seasons, crises, campaigns and dated cohorts.",
    )
    horizon: Span = key(
        "3 years",
        unit="time",
        range="1 year to 10 years",
        meaning="How long is simulated from the start.",
        effect="What would be earned after it is not counted.",
    )
    ltv_window: Span = key(
        factory=_half_horizon,
        unit="time",
        range="1 year to 5 years",
        shown="half the horizon",
        origin="derived",
        source="Half of the people of a steady inflow have a window that fits.",
        meaning="Lifetime value counts so long from a person's entry.",
        effect="The longer, the fewer people's window fits into the horizon.",
    )
    currency: Text = key(
        "EUR", range="any", source="A convention.", meaning="Name of the money.", effect="Stands in every heading."
    )
    discount: YearlyShare = key(
        "10 % per year",
        unit="share per year",
        range="0 % to 20 % per year",
        source="A judgement: an ordinary cost of capital.",
        meaning="How much less money is worth a year later.",
        effect="100 in a year count as 91 today.",
    )
    relationship: Literal["noncontractual", "contractual"] = key(
        "noncontractual",
        range="noncontractual or contractual",
        source="A convention.",
        meaning="Whether customers come and go unseen, or sign and renew.",
        effect="Under contract a purchase is a renewal and leaving is a cancellation.",
    )
    period: Interval | None = key(
        None,
        unit="time",
        range="1 month to 1 year",
        shown="1 month under contract",
        source="A monthly subscription; a judgement.",
        meaning="Time between renewals; under contract only.",
        effect="Each renewal is an occasion to leave.",
    )
    recency: SomeSpan = key(
        "12 months",
        unit="time",
        range="3 months to 24 months",
        source="A convention.",
        meaning="Who ordered within this time counts as active and is ranked.",
        effect="Of customers who buy once a year at random, twelve months miss 37 in 100.",
    )
    review: Interval = key(
        "1 month",
        unit="time",
        range="1 week to 1 quarter",
        source="A convention.",
        meaning="How often the firm ranks its customers and looks at stages.",
        effect="A new favourite is noticed within a month.",
    )
    lapse: UsualGaps = key(
        "3 usual gaps",
        unit="usual gaps",
        range="2 usual gaps to 5 usual gaps",
        source="A judgement.",
        meaning="Silence after which a customer counts as lapsed.",
        effect="Who buys weekly lapses after three weeks, who buys yearly after three years.",
    )
    recent_half_life: HalfLife = key(
        "180 days",
        unit="half-life",
        range="60 days to 1 year",
        meaning="How fast past orders stop counting in recent_margin and recent_orders.",
        effect="An order half a year old counts half.",
    )
    seasonality: Annotated[tuple[Index, ...] | None, AfterValidator(_checked_season)] = key(
        None,
        unit="monthly indices",
        range="0.5 to 2",
        shown="off",
        source="Off until a scenario asks for it.",
        meaning="Twelve indices from January to December, scaled to a mean of 1; act on occasions and leads.",
        effect="2 in December and 1 in all other months makes December's occasions 1.85 times an average month's.",
    )
    existing: Existing = key(
        factory=Existing,
        meaning="People who were customers before the start.",
        effect="Most of the value of a going concern.",
    )
    cohorts: dict[Text, Cohort] = key(
        {},
        source="Nobody is assumed.",
        meaning="People whose first purchase is dated.",
        effect="For checking against a real cohort.",
    )
    channels: dict[Text, Channel] = key(
        {}, source="Nobody is assumed.", meaning="Where leads come from.", effect="Prospects who must still choose us."
    )
    prospects: Prospects = key(
        factory=Prospects, meaning="People who have not bought yet.", effect="They may give us up."
    )
    segments: dict[Text, Segment] = key(
        {"everyone": {}},
        source="One kind of customer.",
        meaning="Customers who are alike in what cannot be changed.",
        effect="Heavy and light buyers differ most.",
    )
    equity: Equity = key(
        factory=Equity, meaning="How the balance moves and what it decides.", effect="The heart of the model."
    )
    onboarding: Onboarding = key(
        factory=Onboarding, meaning="Newcomers feel everything more strongly.", effect="The beginning decides."
    )
    contact: Contact = key(factory=Contact, meaning="When contact becomes too much.", effect="More is not better.")
    failure: Failure = key(factory=Failure, meaning="What goes wrong and what it costs.", effect="The withdrawals.")
    recovery: Recovery = key(
        factory=Recovery, meaning="How failures are made good.", effect="Prompt answers restore more."
    )
    referrals: Referrals = key(
        factory=Referrals, meaning="What follows from a recommendation.", effect="Customers who bring customers."
    )
    value: Value = key(
        factory=Value, meaning="What equity adds to the value of an order.", effect="Off until a scenario asks for it."
    )
    service: Service = key(
        factory=Service,
        meaning="What it costs to serve an active customer.",
        effect="Off until a scenario asks for it.",
    )
    survey: Survey | None = key(
        None,
        shown="none",
        source="Nobody asks.",
        meaning="What the firm can know about equity.",
        effect="Needed by programs that use equity.",
    )
    rivals: dict[Text, Rival] = key(
        {}, source="Nothing is assumed.", meaning="Rivals' campaigns.", effect="Pressure on every choice."
    )
    crises: dict[Text, Crisis] = key(
        {}, source="Nothing is assumed.", meaning="Failures that hit many at once.", effect="They fill the desks."
    )
    desks: dict[Text, Desk] = key(
        {},
        source="Nothing is assumed.",
        meaning="People who answer.",
        effect="They limit what can be recovered in time.",
    )
    programs: Annotated[dict[Text, Program], Field(max_length=MOST_PROGRAMS)] = key(
        {}, source="Nothing is assumed.", meaning="What can be done for customers.", effect="Deposits, at a cost."
    )
    policies: Annotated[
        dict[Text, Annotated[tuple[Entry, ...], Field(max_length=MOST_PROGRAMS)]], Field(max_length=MOST_PROGRAMS)
    ] = key(
        {"today": ()},
        source="Doing nothing.",
        meaning="The programs run together; the alternatives compared.",
        effect="Each is simulated on the same customers.",
    )
    compare: Compare = key(
        factory=Compare, meaning="What the policies are compared by.", effect="Sets baseline and verdict."
    )
    claims: Annotated[tuple[Claim, ...], Field(max_length=1_000)] = key(
        (),
        source="Nothing is claimed.",
        meaning="Statements the comparison shall judge.",
        effect="Each is found to hold, to fail, or undecided.",
    )
    uncertain: Annotated[dict[Text, Unknown], Field(max_length=MOST_UNKNOWN)] = key(
        {},
        source="What is written is taken as it is.",
        meaning="Numbers that are not known: a path, as --set takes it, and a range or a mean with its spread.",
        effect="compare tells in how many of the worlds so possible each policy is best, and what it is worth to know.",
    )
    draws: Annotated[dict[Text, tuple[Written, ...]], Field(max_length=MOST_UNKNOWN)] = key(
        {},
        shown="none",
        source="What is written is taken as it is.",
        meaning="Worlds of numbers that belong together, one a row: a CSV file, its header the paths, such as another "
        "package's posterior; or lists by path.",
        effect="Numbers that move together are drawn together.",
    )
    limits: Limits = key(factory=Limits, meaning="Caps on people and events.", effect="End a runaway with an error.")

    _file: str = PrivateAttr("")
    _document: Any = PrivateAttr(None)
    _checked: str = PrivateAttr("")

    @classmethod
    def model_validate(cls, obj: Any, **_: Any) -> "Scenario":
        """The scenario that a mapping describes, as ``es.load`` reads it. Raises ``errors.ScenarioError`` with every
        fault."""
        from equitysim.scenario.load import load  # the reader makes scenarios, so it comes after them

        return load(obj)

    def changed(self, settings: Mapping[str, Any]) -> "Scenario":
        """A scenario with other values; this one stays as it is.

        Parameters
        ----------
        settings:
            Values by dotted path, as ``es.load(…, settings=…)`` and ``--set`` take them:
            ``{"failure.per_order": "2 %", "existing.count": 3000}``.

        Raises
        ------
        errors.ScenarioError
            With every fault and its path.
        """
        from equitysim.scenario.load import load

        return load(self, settings=settings)

    def yaml(self) -> str:
        """The scenario as the text of a file, every value written out with its unit and where it is from; ``es.load``
        reads it back to an equal scenario. Raises ``errors.ScenarioError`` if it was changed without being checked."""
        from equitysim.scenario.load import checked
        from equitysim.scenario.write import resolved

        return resolved(checked(self))

    @property
    def file(self) -> str:
        """The file it was loaded from; empty if it was not."""
        return self._file

    @property
    def contractual(self) -> bool:
        """Whether customers sign and renew."""
        return self.relationship == "contractual"

    @property
    def baseline(self) -> str:
        """The policy of the past."""
        if self.compare.baseline is not None:
            return self.compare.baseline
        return "today" if "today" in self.policies else next(iter(self.policies))

    @property
    def period_days(self) -> float:
        """Days between renewals; a month unless stated."""
        return 365.0 / 12.0 if self.period is None else self.period

    @property
    def failure_per_order(self) -> float:
        """Chance that an order fails: by default none under contract, where the service itself may fail."""
        if self.failure.per_order is not None:
            return self.failure.per_order
        return 0.0 if self.contractual else _DEFAULT_PER_ORDER

    @property
    def failure_per_year(self) -> float:
        """Service failures per customer and year; only under contract."""
        if self.failure.per_year is not None:
            return self.failure.per_year
        return 1.0 if self.contractual else 0.0

    def filled(self) -> Mapping[str, Any]:
        """Defaults that depend on the relationship or on the policies."""
        failure = with_values(self.failure, per_order=self.failure_per_order, per_year=self.failure_per_year)
        period = {"period": self.period_days} if self.contractual else {}
        return {"failure": failure, "compare": with_values(self.compare, baseline=self.baseline)} | period

    @property
    def hash(self) -> str:
        """SHA-256 of the resolved content."""
        return hashlib.sha256(json.dumps(content(self), separators=(",", ":")).encode()).hexdigest()

    def card(self) -> Card:
        """What it is about, for a notebook; the whole is :meth:`yaml`."""
        return Card(
            heading=f"Scenario {short(self.name)!r}: {len(self.policies)} policies, {len(self.segments)} segments",
            sentence=f"{duration(self.horizon)} from {self.start}, in {self.currency}; {self.relationship}.",
            columns=("policy", "programs"),
            rows=tuple((name, str(len(entries))) for name, entries in self.policies.items()),
        )

    def __repr__(self) -> str:
        return line(self.card().heading)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return page(self.card())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)
