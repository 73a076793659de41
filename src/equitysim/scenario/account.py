"""The account's keys: equity, onboarding, contact, failure, recovery, referrals, value, service (model §2, §3)."""

from pydantic import model_validator

from equitysim.scenario.curves import ChanceCurve, DefectionCurve, completed
from equitysim.scenario.parts import Model, key
from equitysim.scenario.quantities import (
    AtLeastOne,
    Cost,
    Factor,
    Flag,
    HalfLife,
    Halving,
    Lift,
    Patience,
    Points,
    Share,
    Span,
    Tolerance,
    YearRate,
)


class Equity(Model):
    """How the balance fades, grows by itself, and what it decides."""

    forgetting: HalfLife = key(
        "10 weeks",
        unit="half-life",
        range="3 weeks to 26 weeks",
        source="A judgement near the 8 to 12 weeks that advertising durations of 6 to 9 months imply if they are 90 % "
        "durations (Leone 1995, Marketing Science); none was measured on relationship equity.",
        meaning="Half-life of goodwill: how fast a balance above zero fades without touches.",
        effect="A balance of 40 left alone for 10 weeks is 20, and the customer chooses almost like a stranger after "
        "half a year.",
    )
    forgiving: HalfLife = key(
        "20 weeks",
        unit="half-life",
        range="10 weeks to 1 year",
        source="Losses last longer than gains: direction from Gijsenberg, van Heerde & Verhoef 2015 (JMR); the figure "
        "is a judgement.",
        meaning="Half-life of ill will: how fast a balance below zero returns to neutral.",
        effect="A customer at -40 after failures is still at -20 twenty weeks later.",
    )
    satisfaction: Points = key(
        "4",
        unit="points per clean order",
        range="1 to 8",
        meaning="What an order without a failure deposits.",
        effect="Frequent buyers build a balance by buying; rare buyers forget between orders.",
    )
    granted: Halving = key(
        "off",
        unit="orders",
        range="3 to 20, or off",
        meaning="Taken for granted: orders since the last appreciative touch after which satisfaction has halved.",
        effect="With 5, the fifth good order in a row without a thank-you deposits only half.",
    )
    choice: ChanceCurve = key(
        {"at_0": "45 %", "at_100": "85 %"},
        unit="chance per buying occasion",
        range="20 % to 70 % at 0, 60 % to 95 % at 100",
        meaning="Chance that the customer buys from us on a buying occasion.",
        effect="At the defaults a stranger gives us 45 of 100 occasions and a devoted customer 85.",
    )
    defection: DefectionCurve = key(
        {"at_0": "35 % per year", "at_100": "8 % per year"},
        unit="share per year, per purchase or per renewal",
        range="15 % to 50 % at 0, 2 % to 20 % at 100, per year",
        origin="derived",
        source="Set so that 26 to 30 % are lost a year, inside the 21 to 38 % of European mobile operators reported "
        "in Harvard Business Review, October 2015.",
        meaning="Share that leaves for good; the unit is part of the value.",
        effect="At the defaults 35 of 100 neutral customers leave within a year, and 8 of 100 devoted ones.",
    )
    first_purchase_at_risk: Flag = key(
        "true",
        range="true or false",
        source="True is MBG/NBD (Batislam, Denizel & Filiztekin 2007), false BG/NBD (Fader, Hardie & Lee 2005).",
        meaning="Whether the coin of a defection per purchase also follows the first purchase.",
        effect="False gives every new customer a second occasion before anybody can leave.",
    )
    referral: ChanceCurve = key(
        {"at_0": "0.1 %", "at_100": "3 %"},
        unit="chance per clean order",
        range="0 % to 1 % at 0, 1 % to 10 % at 100",
        origin="derived",
        source="Set so that a customer brings about 0.05 others, the low end of 0.05 to 0.3 read from Kumar, Petersen "
        "& Leone 2007 (HBR) as reported.",
        meaning="Chance to refer someone after an order without a failure.",
        effect="Recommending risks the customer's own standing: at 0 one clean order in 1000 brings a referral, at "
        "100 three in 100.",
    )
    voice: ChanceCurve = key(
        {"at_0": "45 %", "at_100": "65 %"},
        unit="chance per failure",
        range="20 % to 80 %",
        origin="derived",
        source="About half complain to the front line: Goodman, letter in Quality Progress, November 2005 (TARP "
        "studies). The slope is a judgement.",
        meaning="Chance that the customer complains after a failure.",
        effect="Those with a balance tell us and can be recovered; strangers leave in silence.",
    )
    win_back: ChanceCurve = key(
        {"at_0": "4 %", "at_100": "15 %"},
        unit="chance per invitation",
        range="1 % to 10 % at 0, 5 % to 40 % at 100",
        meaning="Chance that a lost or cold customer answers an invitation to return.",
        effect="At the defaults 4 of 100 return from neutral, 15 of 100 who left with a full balance.",
    )

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, raw: object) -> object:
        """A curve of which one point is written has the other one of its default."""
        if not isinstance(raw, dict):
            return raw
        defaults = {name: field.default for name, field in cls.model_fields.items()}
        return {name: completed(value, defaults.get(name)) for name, value in raw.items()}


class Onboarding(Model):
    """Newcomers feel everything more strongly (model §3.6)."""

    sensitivity: AtLeastOne = key(
        "1.5",
        unit="factor",
        range="1 to 3",
        source="An onboarding call halved first-week churn (Retana, Forman & Wu 2016, M&SOM): direction only; the "
        "figure is a judgement.",
        meaning="How much more every touch and failure counts at the first purchase; 1 turns it off.",
        effect="A failure of 20 points costs a newcomer 30.",
    )
    half_life: HalfLife = key(
        "60 days",
        unit="half-life",
        range="7 days to 180 days",
        source="The effect of an onboarding call faded within a week in one study (Retana, Forman & Wu 2016); a "
        "judgement for slower trades.",
        meaning="How fast the extra sensitivity fades after the first purchase; also ends the stage of a single "
        "purchase.",
        effect="Half of the extra weight is gone two months after the first purchase.",
    )


class Contact(Model):
    """Too much of a good thing (model §3.2)."""

    tolerance: Tolerance = key(
        "3",
        unit="recent contacts",
        range="1 to 10, or off",
        source="Ideal contact rates of 3 to 10 a quarter depending on the channel (Godfrey, Seiders & Voss 2011, "
        "Journal of Marketing, as reported): the order of magnitude.",
        meaning="Contact pressure at which a touch no longer does good; beyond it, it annoys.",
        effect="The benefit of a mailing falls to nothing as the third one of a month arrives.",
    )
    half_life: HalfLife = key(
        "30 days",
        unit="half-life",
        range="7 days to 90 days",
        meaning="How fast past contacts stop counting as pressure.",
        effect="A contact counts half after a month.",
    )
    annoyance: Points = key(
        "0.5",
        unit="points",
        range="0 to 3",
        source="Unwanted contact can do harm: a proactive offer raised churn from 6 to 10 % (Ascarza, Iyengar & "
        "Schleicher 2016, JMR): direction only.",
        meaning="What an irrelevant touch, or one at twice the tolerance, takes away.",
        effect="Ten unwanted mailings cost about 5 points.",
    )
    opt_out: Share = key(
        "1 %",
        unit="chance per harmful touch",
        range="0 % to 5 %",
        meaning="Chance that a touch that does harm makes the customer opt out.",
        effect="Who opts out gets no marketing any more; answers to complaints still arrive.",
    )


class Failure(Model):
    """What goes wrong and what it costs (model §3.3, §3.4, §4.5)."""

    per_order: Share | None = key(
        None,
        unit="chance per order",
        range="0 % to 10 %",
        shown="3 %; under contract 0 %",
        meaning="Chance that an order goes wrong.",
        effect="At 3 % a customer with 30 orders a year meets a failure about once a year.",
    )
    per_year: YearRate | None = key(
        None,
        unit="failures per year",
        range="0 to 4",
        origin="derived",
        source="66 % of US households had a problem within 12 months (CCMC National Customer Rage Study 2020): -ln(1 "
        "- 0.66) = 1.08 a year.",
        shown="1 under contract; else 0",
        meaning="Failures of the service per customer and year; only under contract.",
        effect="At 1, about 63 of 100 subscribers meet a failure within a year.",
    )
    severity: Points = key(
        "20",
        unit="points",
        range="10 to 40",
        meaning="What a failure takes away.",
        effect="One failure undoes about five clean orders.",
    )
    cushion: Share = key(
        "50 %",
        unit="share at a balance of 100",
        range="0 % to 80 %",
        source="Prior purchases soften a failure (Knox & van Oest 2014, Journal of Marketing 78(5)): direction only; "
        "the figure is a judgement.",
        meaning="How much of a failure a full balance absorbs.",
        effect="At 100 a failure of 20 costs 10; at 0 it costs 20.",
    )
    repeat: AtLeastOne = key(
        "1.5",
        unit="factor",
        range="1 to 3",
        source="Double deviation (Maxham & Netemeyer 2002, Journal of Marketing; Knox & van Oest 2014): direction "
        "only; the figure is a judgement.",
        meaning="How much more a failure costs when another lies within memory.",
        effect="The second failure within half a year costs 30 points instead of 20.",
    )
    memory: Span = key(
        "180 days",
        unit="time",
        range="60 days to 1 year",
        source="Earlier complaints aggravate for a short time (Knox & van Oest 2014): direction only; the figure is a "
        "judgement.",
        meaning="How long an earlier failure makes the next one worse.",
        effect="After that time a failure counts as a first one again.",
    )
    detection: Share = key(
        "20 %",
        unit="chance per unvoiced failure",
        range="0 % to 80 %",
        meaning="Chance that we notice a failure nobody complains about.",
        effect="What is neither told nor noticed cannot be recovered.",
    )
    patience: Patience = key(
        "7 days",
        unit="time",
        range="1 day to 30 days, or off",
        meaning="How long a complaint may wait for an answer before it counts as neglected.",
        effect="An answer that begins after a week comes too late to avoid the second disappointment.",
    )
    neglect: Factor = key(
        "0.15",
        unit="share of what the failure took",
        range="0 to 1",
        source="Complained and unanswered is worse than answered (TARP via Fast Company 2003, secondary): direction "
        "only; the figure is a judgement.",
        meaning="What a complaint left unanswered takes away in addition.",
        effect="A failure of 20 points that is ignored ends up costing 23.",
    )


class Recovery(Model):
    """How failures are made good (model §3.4)."""

    promptness: HalfLife = key(
        "30 days",
        unit="half-life",
        range="3 days to 130 days",
        source="Contact within 90 days brought 47.4 % back, at 90 to 180 days 29.5 % (Dillard & Bates): slower than "
        "this; a judgement for everyday failures.",
        meaning="How fast the power of a recovery fades while the customer waits.",
        effect="An answer after a month restores half of what it would have restored at once.",
    )
    paradox: Share = key(
        "0 %",
        unit="share of the failure",
        range="0 % to 10 %",
        origin="published",
        source="No significant effect of recovery beyond the failure on repurchase intention or word of mouth (de "
        "Matos,"
        "Henrique & Rossi 2007, Journal of Service Research 10(1), meta-analysis).",
        meaning="How much more than the loss a first failure's recovery may give back.",
        effect="At 0 the best recovery leaves the customer where the failure found them.",
    )


class Referrals(Model):
    """What follows from a recommendation (model §4.6)."""

    circle: Halving = key(
        "5",
        unit="referrals",
        range="2 to 20, or off",
        meaning="Referrals made after which the chance to refer again has halved: a circle of friends is finite.",
        effect="After five referrals a customer refers half as readily.",
    )
    transfer: Share = key(
        "50 %",
        unit="share of the referrer's balance",
        range="0 % to 100 %",
        source="Referred customers are worth at least 16 % more (Schmitt, Skiera & Van den Bulte 2011, Journal of "
        "Marketing 75(1)): direction only.",
        meaning="How much of the referrer's equity the referred person starts with.",
        effect="A friend of a customer at 40 starts at 20 instead of 0.",
    )
    homophily: Share = key(
        "70 %",
        unit="chance",
        range="0 % to 100 %",
        meaning="Chance that the referred person belongs to the referrer's segment.",
        effect="Heavy buyers bring heavy buyers; otherwise the segment is drawn by the shares.",
    )
    commitment: Points = key(
        "0",
        unit="points per referral",
        range="0 to 15",
        source="Referring went with 7 instead of 19 % yearly defection (Garnefeld et al. 2013, Journal of Marketing); "
        "off until a scenario asks for it.",
        meaning="What recommending us adds to the referrer's own balance.",
        effect="Who speaks well of us binds themselves too.",
    )


class Value(Model):
    """What equity adds to the value of an order (model §4.4)."""

    cross_sell: Lift = key(
        "0 %",
        unit="share at a balance of 100",
        range="0 % to 30 %",
        meaning="How much more is bought per order at a full balance.",
        effect="At 20 % an order of 10 becomes 12 at 100 and 11 at 50.",
    )
    premium: Lift = key(
        "0 %",
        unit="share at a balance of 100",
        range="0 % to 10 %",
        source="Long-life customers of four firms did not pay more (Reinartz & Kumar 2002, HBR); off until a scenario "
        "asks for it.",
        meaning="How much more is paid for the same at a full balance; pure margin.",
        effect="At 5 % an order of 10 earns 0.50 more margin at 100.",
    )


class Service(Model):
    """What it costs to serve an active customer (model §9)."""

    per_year: Cost = key(
        "0",
        unit="money per active customer and year",
        range="0 to the yearly margin",
        meaning="Cost to serve an active customer for a year.",
        effect="Runs while the customer is active, whatever they buy.",
    )
    saving: Share = key(
        "0 %",
        unit="share at a balance of 100",
        range="0 % to 30 %",
        source="No evidence that loyal customers cost less in four firms (Reinartz & Kumar 2002, HBR); off until a "
        "scenario asks for it.",
        meaning="How much less a customer with a full balance costs to serve.",
        effect="At 20 % a customer at 50 costs a tenth less.",
    )
    tenure_saving: Share = key(
        "0 %",
        unit="share",
        range="0 % to 30 %",
        source="As for saving: off until a scenario asks for it.",
        meaning="How much less a customer of very long standing costs to serve.",
        effect="Customers who know the ropes ask less.",
    )
    tenure_half_life: HalfLife = key(
        "1 year",
        unit="half-life",
        range="90 days to 3 years",
        meaning="Tenure after which half of the tenure saving is reached.",
        effect="With a saving of 20 %, a customer of one year costs a tenth less.",
    )


class Survey(Model):
    """What the firm can know about equity (model §5)."""

    noise: Points = key(
        "10",
        unit="points, standard deviation",
        range="5 to 30",
        meaning="Error of a survey's reading of a customer's equity.",
        effect="At 10, a customer read at 30 lies between 10 and 50 nineteen times in twenty.",
    )
