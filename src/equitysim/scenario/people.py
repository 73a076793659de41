"""Who the customers are and where they come from (model §4, §8)."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from equitysim.digits import rounded
from equitysim.scenario.curves import Gamma
from equitysim.scenario.parts import Model, Problem, key, problems
from equitysim.scenario.quantities import (
    AboveOne,
    At,
    Balance,
    Cost,
    Count,
    Factor,
    LeadRate,
    OccasionRate,
    Points,
    Positive,
    Share,
    Span,
    Spread,
    Text,
)

SHARES_TOGETHER = 1e-6


def _whole_mix(mix: dict[str, float]) -> dict[str, float]:
    problems("Mix", mix_faults(mix))
    return mix


Mix = Annotated[dict[Text, Share], AfterValidator(_whole_mix)]


class Occasions(Model):
    """How often a segment meets the category."""

    mean: OccasionRate | None = key(
        None,
        unit="occasions",
        range="1 per year to 100 per year",
        shown="12 per year",
        meaning="Buying occasions of the category per customer, whoever wins them.",
        effect="At 12 per year and a choice of 45 % a neutral customer orders from us 5.4 times a year.",
    )
    spread: Spread | None = key(
        None,
        unit="coefficient of variation",
        range="0 % to 200 %",
        shown="60 %",
        meaning="How much customers of the segment differ in how often they meet the category.",
        effect="At 60 % one customer in seven meets it at least 1.6 times as often as the mean.",
    )
    gamma: Gamma | None = key(
        None,
        meaning="The rates' distribution as published, instead of mean and spread.",
        effect="Takes the figures of NBD models as printed.",
        source="The form of BG/NBD (Fader, Hardie & Lee 2005).",
    )
    of: Literal["occasions", "orders"] = key(
        "occasions",
        range="occasions or orders",
        source="A convention.",
        meaning="Whether the rate counts buying occasions, or our orders at neutral equity.",
        effect="With orders the rate is divided by the choice at 0, so that a neutral customer orders at the given "
        "rate.",
    )
    scale: Factor = key(
        "1",
        unit="factor",
        range="0.5 to 2",
        source="1 leaves the rate as written.",
        meaning="Multiplies the rate, however it is written.",
        effect="1.1 gives everybody a tenth more occasions.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> "Occasions":
        if self.gamma is not None and (self.mean is not None or self.spread is not None):
            problems("Occasions", [Problem((), "gives gamma beside mean or spread", "write one of the two")])
        return self

    def filled(self) -> Mapping[str, Any]:
        """Mean and spread where they are left out."""
        return {"mean": self.mean_rate, "spread": self.spread_share}

    @property
    def mean_rate(self) -> float | None:
        """Mean per day where it is not written as a gamma distribution."""
        if self.gamma is not None:
            return None
        return 12.0 / 365.0 if self.mean is None else self.mean

    @property
    def spread_share(self) -> float | None:
        """Coefficient of variation where it is not written as a gamma distribution."""
        if self.gamma is not None:
            return None
        return 0.6 if self.spread is None else self.spread


class GammaGamma(Model):
    """Gamma–gamma spend, as published."""

    p: Positive = key(
        meaning="Shape of the values of one customer's orders.",
        effect="The larger p, the more alike are the orders of one customer.",
    )
    q: AboveOne = key(
        meaning="Shape across customers; above 1, so that there is a mean.",
        effect="The larger q, the more alike are the customers.",
    )
    gamma: Positive = key(
        unit="money",
        meaning="Scale across customers.",
        effect="The mean order is p·gamma/(q - 1).",
    )


class Order(Model):
    """What an order is worth."""

    mean: Cost | None = key(
        None,
        unit="money",
        range="any",
        shown="10",
        meaning="Mean value of an order, before what equity adds.",
        effect="Times the margin it is what an order earns.",
    )
    spread: Spread | None = key(
        None,
        unit="coefficient of variation",
        range="0 % to 100 %",
        shown="30 %",
        meaning="How much one order of a customer differs from the next; customers do not differ in their mean order.",
        effect="At 30 % two orders in three lie within 30 % of the mean. gamma_gamma lets customers differ, too.",
    )
    gamma_gamma: GammaGamma | None = key(
        None,
        meaning="The gamma–gamma distribution as published, instead of mean and spread.",
        effect="Customers differ in what they spend, and their orders too.",
        source="Fader & Hardie 2013, note 025.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> "Order":
        if self.gamma_gamma is not None and (self.mean is not None or self.spread is not None):
            problems("Order", [Problem((), "gives gamma_gamma beside mean or spread", "write one of the two")])
        return self

    def filled(self) -> Mapping[str, Any]:
        """Mean and spread where they are left out."""
        return {"mean": self.mean_value, "spread": self.spread_share}

    @property
    def mean_value(self) -> float | None:
        """Mean value where it is not written as gamma–gamma."""
        if self.gamma_gamma is not None:
            return None
        return 10.0 if self.mean is None else self.mean

    @property
    def spread_share(self) -> float | None:
        """Coefficient of variation where it is not written as gamma–gamma."""
        if self.gamma_gamma is not None:
            return None
        return 0.3 if self.spread is None else self.spread


class Segment(Model):
    """Customers who are alike in what cannot be changed."""

    share: Share | None = key(
        None,
        unit="share",
        range="0 % to 100 %",
        shown="100 % if there is one segment",
        origin="derived",
        source="One segment is everybody.",
        meaning="Share of this segment among those who enter, unless a source has its own mix.",
        effect="The shares of all segments add up to 100 %.",
    )
    occasions: Occasions = key(
        factory=Occasions,
        meaning="How often the segment meets the category.",
        effect="The clock of everything: more occasions, more chances to win or lose.",
    )
    order: Order = key(factory=Order, meaning="What an order is worth.", effect="Scales every margin.")
    margin: Share = key(
        "50 %",
        unit="share of the order's value",
        range="10 % to 80 %",
        meaning="What is earned of an order's value.",
        effect="At 50 % an order of 10 earns 5.",
    )
    responsiveness: Factor = key(
        "1",
        unit="factor",
        range="0.3 to 1.5",
        source="Heavy buyers redeem most and change least (Liu 2007, Journal of Marketing; Leenheer et al. 2007, "
        "IJRM): consider 0.5 for them; 1 is neutral.",
        meaning="How much good a touch does in this segment; harm is not reduced.",
        effect="At 0.5 a reward of 10 points moves these customers by 5.",
    )
    risk: Points = key(
        "0",
        unit="points",
        range="0 to 50",
        source="Off until a scenario asks for it.",
        meaning="What a first purchase demands in trust: points taken off before the first choice.",
        effect="At 20 a stranger chooses us for the first time as if at -20.",
    )


def _mix(people: str) -> Any:
    """The key ``mix`` of a source of these people."""
    return key(
        None,
        unit="shares",
        range="adds up to 100 %",
        shown="the segments' shares",
        origin="derived",
        source="The segments' shares.",
        meaning=f"Segment shares among these {people}.",
        effect="Weights the segments of this source.",
    )


def _at_entry(meaning: str) -> Any:
    """The key ``equity`` of a source."""
    return key(
        "0",
        unit="points",
        range="-20 to 40",
        source="0 is neutral.",
        meaning=meaning,
        effect="Fades like any balance.",
    )


class Existing(Model):
    """People who were customers before the start."""

    count: Count = key(
        "0",
        unit="people",
        range="any",
        source="Nobody is assumed.",
        meaning="People who first bought within the history, spread evenly over it; not those who are left of them.",
        effect="Some of them are lost by the start, unseen. To say how many customers there are today write active.",
    )
    active: Count | None = key(
        None,
        unit="people",
        range="any",
        shown="none",
        source="Nobody is assumed.",
        meaning="Customers in force at the start, not lost, instead of count: as many people enter over the history as "
        "it takes for about so many of them, and of those they referred, to be there still.",
        effect="If half of those who come are lost within the history, 25 000 in force are what is left of 50 000.",
    )
    history: Span = key(
        "3 years",
        unit="time",
        range="1 year to 5 years",
        meaning="How far back the past is simulated, under the baseline policy.",
        effect="Long enough, and the start looks like a business in full swing.",
    )
    mix: Mix | None = _mix("people")
    equity: Balance = _at_entry("Balance at entry.")

    @model_validator(mode="after")
    def _one_way(self) -> "Existing":
        if self.active is not None and self.count:
            problems("Existing", [Problem((), "gives active beside count", "write one of the two")])
        return self

    @property
    def people(self) -> int:
        """How many are counted: those who came, or those in force."""
        return self.count if self.active is None else self.active


class Cohort(Model):
    """People whose first purchase is dated."""

    start: At = key(
        "0 weeks",
        unit="date or time from the start",
        range="any",
        source="The start of the horizon.",
        meaning="When the first week begins: a date, or a span from the start (negative before it).",
        effect="The people of a week are spread evenly over it.",
    )
    per_week: Annotated[tuple[Count, ...], Field(max_length=5_200)] = key(
        unit="people per week",
        meaning="How many make their first purchase in each week.",
        effect="[157, 164] enters 157 people in the first week and 164 in the second.",
    )
    mix: Mix | None = _mix("people")
    equity: Balance = _at_entry("Balance at entry.")


class Channel(Model):
    """Where leads come from, from the start of the horizon on."""

    leads: LeadRate = key(
        "0",
        unit="leads",
        range="any",
        source="Nobody is assumed.",
        meaning="Leads that arrive, at random, at this mean rate.",
        effect="A lead is a prospect who must still choose us.",
    )
    cost: Cost = key(
        "0",
        unit="money per lead",
        range="any",
        source="Costs depend on the trade; give your own.",
        meaning="Cost of each lead, whether it ever buys or not.",
        effect="At 4 and 200 leads a month acquisition costs 800 a month.",
    )
    mix: Mix | None = _mix("leads")
    equity: Balance = _at_entry("Balance of a lead at entry.")
    oversell: Points = key(
        "0",
        unit="points",
        range="0 to 40",
        source="Off until a scenario asks for it.",
        meaning="Borrowed equity: points added to the first choice and paid back right after the first purchase.",
        effect="30 wins more first purchases and leaves a disappointed customer.",
    )


class Prospects(Model):
    """People who have not bought yet."""

    give_up: Share = key(
        "10 %",
        unit="chance per occasion not won",
        range="0 % to 50 %",
        meaning="Chance that a prospect who chose another gives us up and goes cold.",
        effect="At 10 % about one prospect in ten is gone after one lost occasion.",
    )


def mix_faults(mix: dict[str, float]) -> Iterator[Problem]:
    """Shares of a mix must add up to 100 %."""
    total = sum(mix.values())
    if abs(total - 1.0) > SHARES_TOGETHER:
        yield Problem((), f"shares add up to {_percent(total)}", "they must add up to 100 %")


def segment_faults(segments: dict[str, Segment]) -> Iterator[Problem]:
    """Each of several segments has a share, and together they make everybody."""
    if not segments:
        yield Problem((), "names no segment", "leave the key out, or name at least one")
    elif len(segments) > MOST_SEGMENTS:
        yield Problem((), f"has {len(segments)} segments", f"at most {MOST_SEGMENTS}")
    missing = [name for name, segment in segments.items() if segment.share is None]
    if len(segments) > 1 and missing:
        for name in missing:
            yield Problem((name,), "needs a share", "the shares of all segments add up to 100 %")
    elif segments and not missing:
        yield from mix_faults({name: segment.share or 0.0 for name, segment in segments.items()})


MOST_SEGMENTS = 60


def _percent(share: float) -> str:
    return f"{rounded(share * 100, 6)} %"
