"""Programs: what they do, at what cost and within which limits (model §6)."""

from typing import Any

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from equitysim import units
from equitysim.scenario.audience import AFTER_FAILURE, STAGES, Audience, Trigger, audience_faults
from equitysim.scenario.by_value import ByValue, GainByValue, RestoreByValue
from equitysim.scenario.parts import Model, Problem, key, problems
from equitysim.scenario.quantities import (
    Cost,
    CountPer,
    Flag,
    Halving,
    PerPeriod,
    Points,
    Relevance,
    Share,
    SomeCount,
    SomeSpan,
    Span,
    Text,
    Weight,
)


class Reward(Model):
    """Something of value given away."""

    complete_in_differences = True

    value: Cost = key(
        unit="money",
        meaning="What it is worth to the customer.",
        effect="Costs value × costs_us × redeemed on average.",
    )
    costs_us: Share = key(
        "100 %",
        unit="share of the value",
        range="20 % to 100 %",
        meaning="What it costs us of that.",
        effect="A coffee worth 3 at 30 % costs 0.90.",
    )
    redeemed: Share = key(
        "100 %",
        unit="share",
        range="20 % to 100 %",
        meaning="Chance that it is redeemed.",
        effect="What is not redeemed costs nothing.",
    )


class Incentive(Model):
    """A bribe for the next purchase (model §4.4)."""

    complete_in_differences = True

    value: Cost = key(
        unit="money",
        meaning="What we pay when it is redeemed, with the next purchase.",
        effect="Paid once per offer taken.",
    )
    pull: Points = key(
        "10",
        unit="points",
        range="5 to 30",
        meaning="Points added to the choice while it is valid.",
        effect="At the defaults 10 points lift a choice of 45 % to about 50 %.",
    )
    valid: SomeSpan = key(
        "30 days",
        unit="time",
        range="7 days to 90 days",
        meaning="How long it is valid.",
        effect="Rare buyers let it lapse.",
    )
    hangover: Points = key(
        "3",
        unit="points",
        range="0 to 10",
        meaning="Points it costs when redeemed: the customer learns to wait for the next.",
        effect="Two offers taken undo more than a clean order gives.",
    )


def _event(data: dict[str, Any]) -> str:
    trigger = data.get("when")
    return (trigger.event or "") if isinstance(trigger, Trigger) else ""


def default_restore(data: dict[str, Any]) -> str:
    """What is given back where it is not stated (model §14)."""
    return "90 %" if _event(data) in AFTER_FAILURE else "0 %"


def _serves(data: dict[str, Any]) -> bool:
    restore = data.get("restore")
    return bool((isinstance(restore, ByValue) and restore.some) or data.get("ask", 0.0) > 0.0)


def default_gain(data: dict[str, Any]) -> str:
    """What the touch deposits where it is not stated (model §14)."""
    return "10" if data.get("reward") is not None and not _serves(data) else "0"


def default_weight(data: dict[str, Any]) -> str:
    """What the touch adds to pressure where it is not stated (model §6)."""
    return "0" if _serves(data) else "1"


class StageRelevance(Model):
    """Relevance by stage of the customer's true state; 1 where none is given."""

    prospecting: Relevance = key(
        "1", unit="factor", source="Neutral.", meaning="To strangers.", effect="See relevance."
    )
    consideration: Relevance = key(
        "1",
        unit="factor",
        source="Neutral.",
        meaning="To those who have not bought but like us.",
        effect="See relevance.",
    )
    purchase: Relevance = key(
        "1", unit="factor", source="Neutral.", meaning="Just after the first purchase.", effect="See relevance."
    )
    connection: Relevance = key(
        "1", unit="factor", source="Neutral.", meaning="To those who bought again.", effect="See relevance."
    )
    loyalty: Relevance = key("1", unit="factor", source="Neutral.", meaning="To the loyal.", effect="See relevance.")
    lapsed: Relevance = key("1", unit="factor", source="Neutral.", meaning="To the silent.", effect="See relevance.")
    lost: Relevance = key("1", unit="factor", source="Neutral.", meaning="To those who left.", effect="See relevance.")

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, raw: object) -> object:
        return dict.fromkeys(STAGES, raw) if isinstance(raw, str | int | float) else raw

    def in_a_word(self) -> str | None:
        """The one factor, if it is alike at all stages."""
        factors = {getattr(self, stage) for stage in STAGES}
        return units.write_number(factors.pop()) if len(factors) == 1 else None

    def word_type(self) -> Any:
        """A factor."""
        return Relevance

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "number"}, dict(described)]}


class Treatment(Model):
    """What a program does, whom for and within which limits: every key a variant may change but the trigger."""

    when: Trigger | None = key(
        None,
        shown="the program's",
        source="The program's own.",
        meaning="What sets it off.",
        effect="One word such as first_purchase, or {every: 90 days}, {stage: loyalty}, {silence: 60 days}.",
    )
    nth: SomeCount | None = key(
        None,
        unit="purchases",
        range="2 to 20",
        shown="every purchase",
        source="Nothing is assumed.",
        meaning="Every so manieth purchase.",
        effect="5 thanks after the 5th, 10th, 15th purchase.",
    )
    delay: Span = key(
        "0 days",
        unit="time",
        range="0 days to 60 days",
        source="At once.",
        meaning="Time between trigger and act.",
        effect="Audience, budget and opt-out are checked when acting.",
    )
    audience: Audience = key(factory=Audience, meaning="Whom the program is for.", effect="Everyone unless narrowed.")
    relevance: StageRelevance = key(
        factory=StageRelevance,
        unit="factor",
        range="-1 to 2",
        shown="1",
        source="Neutral.",
        meaning="How much the touch matters to the customer, alike for all or by stage; 0 or less annoys.",
        effect="At 0.5 it does half the good; at 0 it is noise.",
    )
    match: Share = key(
        "100 %",
        unit="chance",
        range="30 % to 100 %",
        source="Neutral.",
        meaning="Chance that the content suits this customer.",
        effect="At 70 % three touches in ten have the relevance of mismatch.",
    )
    mismatch: Relevance = key(
        "0",
        unit="factor",
        range="-1 to 0.5",
        source="Just noise.",
        meaning="Relevance where the content does not suit.",
        effect="0 annoys a little, -1 annoys twice as much.",
    )
    novelty: Halving = key(
        "off",
        unit="receipts",
        range="2 to 20, or off",
        meaning="Receipts after which the good it does has halved for this customer.",
        effect="At 4 the fifth thank-you does half as much as the first.",
    )
    appreciative: Flag = key(
        "false",
        range="true or false",
        source="Nothing is assumed.",
        meaning="Whether it thanks the customer, so that good service is not taken for granted.",
        effect="Restarts the clock of granted.",
    )
    cost: Cost = key(
        "0",
        unit="money per contact",
        range="any",
        source="Costs depend on the trade; give your own.",
        meaning="Cost of each contact.",
        effect="Paid whether or not it works.",
    )
    reward: Reward | None = key(
        None,
        source="Nothing is assumed.",
        meaning="Something of value given with the touch.",
        effect="Under known_failure or complaint it counts as compensation.",
    )
    incentive: Incentive | None = key(
        None,
        source="Nothing is assumed.",
        meaning="An offer that pays for the next purchase.",
        effect="Sells now and teaches to wait for the next.",
    )
    ask: Share = key(
        "0 %",
        unit="chance",
        range="0 % to 90 %",
        source="Nothing is assumed.",
        meaning="Chance that asking reveals a failure nobody told us about; a service, not a mailing.",
        effect="At 60 % six in ten silent failures come to light.",
    )
    restore: RestoreByValue = key(
        factory=default_restore,
        unit="share of what is left of the loss",
        range="60 % to 95 %",
        shown="90 % after known_failure or complaint; else 0 %",
        source="A reading of the recovery literature (Knox & van Oest 2014: offsets partly, almost never fully): a "
        "judgement.",
        meaning="How much of what the failure took is given back; a service, not a mailing. One share, or a share at "
        "two values of the reward: {at_0: 40 %, at_5: 90 %}.",
        effect="At 90 %, answered at once, a failure of 20 points ends up costing 2.",
    )
    gain: GainByValue = key(
        factory=default_gain,
        unit="points",
        range="2 to 15",
        shown="10 with a reward that is not a service; else 0",
        meaning="What the touch deposits at best. One number of points, or points at two values of the reward: "
        "{at_2: 6, at_5: 10}.",
        effect="10 points lift a choice of 45 % to about 50 %.",
    )
    weight: Weight = key(
        factory=default_weight,
        unit="contacts",
        range="0.2 to 2",
        shown="1; 0 for services",
        source="A contact counts as one.",
        meaning="How much it adds to contact pressure.",
        effect="A phone call may weigh 2, a line on the receipt 0.2.",
    )
    invite: Flag = key(
        "false",
        range="true or false",
        source="Nothing is assumed.",
        meaning="Whether it invites the lost and the cold to return.",
        effect="Their chance to return is win_back.",
    )
    budget: PerPeriod | None = key(
        None,
        unit="money per period",
        range="any",
        shown="no limit",
        source="Nothing is assumed.",
        meaning="Most that may be committed per period, first come first served: contacts, rewards times the chance "
        "that they are redeemed, and incentives at their full value, whether or not they are redeemed later.",
        effect="What is refused is counted. Equal budgets of offers are not equal spend: compare policies by spend.",
    )
    at_most: CountPer | None = key(
        None,
        unit="touches per customer and period",
        range="1 per year to 12 per year",
        shown="no limit",
        source="Nothing is assumed.",
        meaning="Most touches per customer and period.",
        effect="Periods run from the customer's entry.",
    )
    desk: Text | None = key(
        None,
        range="a desk",
        shown="none",
        source="Nothing is assumed.",
        meaning="The desk that must do it; it waits until somebody is free.",
        effect="Couples the customers: a crisis makes a queue.",
    )
    fixed: PerPeriod | None = key(
        None,
        unit="money per period",
        range="any",
        shown="0",
        source="Costs depend on the trade; give your own.",
        meaning="Cost of running the program, however many it reaches.",
        effect="Booked to the policies that use it.",
    )
    setup: Cost = key(
        "0",
        unit="money",
        range="any",
        source="Costs depend on the trade; give your own.",
        meaning="Cost of setting it up, at the start.",
        effect="Booked to the policies that use it.",
    )

    @property
    def worth(self) -> float:
        """What the reward is worth to the customer, in money; 0 without one."""
        return 0.0 if self.reward is None else self.reward.value

    @property
    def follows_worth(self) -> bool:
        """Whether what it does depends on what its reward is worth."""
        return self.gain.moves or self.restore.moves

    @property
    def service(self) -> bool:
        """Whether it answers rather than advertises: restores or asks (model §6)."""
        return _serves({"restore": self.restore, "ask": self.ask})


class Program(Treatment):
    """One program."""

    when: Trigger = key(
        meaning="What sets it off.",
        effect="One word such as first_purchase, or {every: 90 days}, {stage: loyalty}, {silence: 60 days}.",
    )

    @model_validator(mode="after")
    def _sensible(self) -> "Program":
        problems("Program", program_faults(self))
        return self


def program_faults(program: Program) -> list[Problem]:
    """Keys that make no sense with the trigger or with each other (model §6)."""
    when = program.when
    found = []

    def fault(condition: object, place: str, message: str, hint: str) -> None:
        if condition:
            found.append(Problem(tuple(place.split(".")), message, hint))

    fault(program.nth and when.event != "purchase", "nth", "makes sense with when: purchase only", "leave it out")
    fault(program.delay and when.every, "delay", "makes no sense with every", "leave it out")
    fault(
        program.restore.some and when.event not in AFTER_FAILURE and not program.ask,
        "restore",
        "makes sense after known_failure or complaint, or with ask",
        "leave it out",
    )
    fault(
        program.service and program.weight,
        "weight",
        "makes no sense for a service (restore or ask), which weighs nothing",
        "leave it out",
    )
    fault(
        program.mismatch and program.match == 1.0,
        "mismatch",
        "makes sense with match below 100 % only",
        "add match, such as match: 70 %",
    )
    fault(
        program.audience.best and when.event in ("lead", "first_purchase"),
        "audience.best",
        f"nobody is ranked yet at {when.event}",
        "leave it out",
    )
    found += program.gain.faults_at(program.worth, rewarded=program.reward is not None)
    found += audience_faults(program.audience)
    return found
