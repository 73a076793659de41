"""The integers that plan, rules, engines and measures share.

A word in YAML becomes one of these members when a scenario is lowered and stays an integer from there on, so
that no comparison deep inside depends on spelling. The numbers are part of the digests: append, never reorder.
"""

from enum import IntEnum


class Status(IntEnum):
    """What a person is to the firm, as the model knows it (model §4)."""

    PROSPECT = 0
    COLD = 1
    CUSTOMER = 2
    LOST = 3


class Stage(IntEnum):
    """Relationship stage (model §5); a function of the state, never stored."""

    PROSPECTING = 0
    CONSIDERATION = 1
    PURCHASE = 2
    CONNECTION = 3
    LOYALTY = 4
    LAPSED = 5
    LOST = 6


class Rung(IntEnum):
    """Rung of the loyalty ladder (model §5)."""

    PROSPECT = 0
    CUSTOMER = 1
    CLIENT = 2
    SUPPORTER = 3
    ADVOCATE = 4
    PARTNER = 5


class Trigger(IntEnum):
    """What sets a program off (model §6)."""

    EVERY = 0
    LEAD = 1
    FIRST_PURCHASE = 2
    PURCHASE = 3
    KNOWN_FAILURE = 4
    COMPLAINT = 5
    REFERRAL = 6
    CANCELLATION = 7
    ANNIVERSARY = 8
    STAGE = 9
    SILENCE = 10


class Ranking(IntEnum):
    """By what the best customers are ranked (model §6); NONE where nobody is ranked."""

    NONE = -1
    RECENT_MARGIN = 0
    RECENT_ORDERS = 1
    HEAVY_USE = 2


class Curve(IntEnum):
    """The five things equity moves (model §2), in the order of ``Parameters.curves``."""

    CHOICE = 0
    DEFECTION = 1
    REFERRAL = 2
    VOICE = 3
    WIN_BACK = 4


class Base(IntEnum):
    """Whether customers share a curve's intercept or each have their own (model §2)."""

    SHARED = 0
    BETA = 1
    GAMMA = 2


class DefectionUnit(IntEnum):
    """Whether defection is a coin per purchase (or renewal) or a hazard per year (model §2)."""

    PER_PURCHASE = 0
    PER_YEAR = 1


class SourceKind(IntEnum):
    """Where people come from (model §8); REFERRED ranks last in the canonical order."""

    EXISTING = 0
    COHORT = 1
    CHANNEL = 2
    REFERRED = 3


class Discipline(IntEnum):
    """Whom a desk serves next (model §7)."""

    FIRST_COME = 0
    BEST_FIRST = 1


class Kind(IntEnum):
    """Ledger kinds (model §9). DESK is the cost per case, booked to the customer but owed by the policy."""

    MARGIN = 0
    PREMIUM = 1
    SERVICE = 2
    CONTACT = 3
    REWARD = 4
    INCENTIVE = 5
    COMPENSATION = 6
    ACQUISITION = 7
    DESK = 8


class ValueSource(IntEnum):
    """The four sources of value kept per customer; referrals are the descendants' total (model §9)."""

    BASE = 0
    MORE_PURCHASES = 1
    PREMIUM = 2
    COST_TO_SERVE = 3


class Grievance(IntEnum):
    """What the firm knows of a customer's latest failure (model §3.4, §4)."""

    NONE = 0
    SILENT = 1
    KNOWN = 2


class Counter(IntEnum):
    """Integers counted per segment from t = 0 on. SPENT_MICRO: money as paid, not discounted, in millionths of the
    currency: contact, reward, incentive, compensation, acquisition, and desks' cost per case.
    """

    ORDERS = 0
    OCCASIONS = 1
    OCCASIONS_WON = 2
    FAILURES = 3
    COMPLAINTS = 4
    KNOWN_FAILURES = 5
    RECOVERED = 6
    REFERRALS = 7
    TOUCHES = 8
    REFUSED_BUDGET = 9
    REFUSED_AT_MOST = 10
    OPT_OUTS = 11
    DEFECTIONS = 12
    WON_BACK = 13
    UNANSWERED = 14
    ABANDONED = 15
    ENTERED = 16
    GAVE_UP = 17
    SPENT_MICRO = 18


class Activity(IntEnum):
    """One row of the event log: one model event of one customer."""

    ENTRY = 0
    CHOSE_ANOTHER = 1
    GAVE_UP = 2
    PURCHASE = 3
    DEFECTION = 4
    CANCELLATION = 5
    FAILURE = 6
    COMPLAINT = 7
    NOTICED = 8
    TOUCH = 9
    OPT_OUT = 10
    RECOVERY = 11
    NEGLECT = 12
    CASE_OPENED = 13
    CASE_STARTED = 14
    CASE_ABANDONED = 15
    REFUSED = 16
    REFERRAL = 17
    WON_BACK = 18
    HANGOVER = 19
    OVERSELL_PAID_BACK = 20


class EventClass(IntEnum):
    """First key of simultaneous events (model §11)."""

    WORLD = 0
    REVIEW = 1
    CALENDAR = 2
    DESK = 3
    OWN = 4


class OwnKind(IntEnum):
    """Order of one customer's simultaneous events (model §11)."""

    ENTRY = 0
    SILENCE = 1
    RENEWAL = 2
    ANNIVERSARY = 3
    PATIENCE = 4
    RECOVERY = 5
    DELAYED = 6
    SERVICE_FAILURE = 7
    OCCASION = 8


class Purpose(IntEnum):
    """What a draw is for: part of its key (model §10)."""

    IDENTITY = 0
    SEGMENT = 1
    RATE = 2
    SPEND = 3
    OWN_BASE = 4
    GAP = 5
    LEAVE = 6
    CHOICE = 7
    GIVE_UP = 8
    VALUE = 9
    FAILURE = 10
    VOICE = 11
    DETECTION = 12
    REFERRAL = 13
    MATCH = 14
    OPT_OUT = 15
    REDEEM = 16
    ASK = 17
    INVITE = 18
    HANDLING = 19
    SHARE = 20
    LOTTERY = 21
    SURVEY = 22
    ARRIVAL = 23
    SERVICE_GAP = 24
    SERVICE_VOICE = 25
    SERVICE_DETECTION = 26
    CRISIS = 27
    CRISIS_VOICE = 28
    RIVAL = 29
    HOMOPHILY = 30
    REFERRED_SEGMENT = 31
