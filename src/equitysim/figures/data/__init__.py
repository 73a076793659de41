"""What is drawn: typed tuples of names and numbers, made from a decision, a comparison, a trace or plain arrays."""

from equitysim.figures.data.account import MARKS, account
from equitysim.figures.data.common import time_unit
from equitysim.figures.data.comparison import SOURCE_LABELS
from equitysim.figures.data.decided import FIGURES, OfDecision, advantage, moving, of_decision, rival
from equitysim.figures.data.decision import horizons, tornado, verdict
from equitysim.figures.data.described import described
from equitysim.figures.data.forecast import forecast, forecast_text
from equitysim.figures.data.kinds import KINDS, OfComparison, kinds_of, of_comparison
from equitysim.figures.data.optimum import VALUE_AND_SPEND, of_optimum
from equitysim.figures.data.reasons import gains, never_differs, waterfall
from equitysim.figures.data.shapes import (
    Account,
    Band,
    Block,
    Blocks,
    ByPolicy,
    Dot,
    Forecast,
    Frontier,
    Horizons,
    Interval,
    Life,
    Line,
    Mark,
    OverTime,
    Panel,
    Panels,
    Part,
    Payback,
    Place,
    Sources,
    Standing,
    Swing,
    Tornado,
    Tradeoff,
    Verdict,
    Waterfall,
)
from equitysim.figures.data.values import OVER_VALUES, OverValues, of_varied

Drawn = OfDecision | OverValues | Forecast | Account | Tradeoff
"""Whatever can be drawn."""

__all__ = [
    "FIGURES",
    "KINDS",
    "MARKS",
    "OVER_VALUES",
    "SOURCE_LABELS",
    "VALUE_AND_SPEND",
    "Account",
    "Band",
    "Block",
    "Blocks",
    "ByPolicy",
    "Dot",
    "Drawn",
    "Forecast",
    "Frontier",
    "Horizons",
    "Interval",
    "Life",
    "Line",
    "Mark",
    "OfComparison",
    "OfDecision",
    "OverTime",
    "OverValues",
    "Panel",
    "Panels",
    "Part",
    "Payback",
    "Place",
    "Sources",
    "Standing",
    "Swing",
    "Tornado",
    "Tradeoff",
    "Verdict",
    "Waterfall",
    "account",
    "advantage",
    "described",
    "forecast",
    "forecast_text",
    "gains",
    "horizons",
    "kinds_of",
    "moving",
    "never_differs",
    "of_comparison",
    "of_decision",
    "of_optimum",
    "of_varied",
    "rival",
    "time_unit",
    "tornado",
    "verdict",
    "waterfall",
]
