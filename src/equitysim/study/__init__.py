"""Runs and comparisons: policies × replications, one customer's account, and the folder a study leaves behind."""

from equitysim.measures.account import Entry, Statement
from equitysim.study.decide import decide
from equitysim.study.output import Recording, write_decision, write_run, write_varied
from equitysim.study.runs import DEFAULT_REPLICATIONS, DEFAULT_SEED, compare, run
from equitysim.study.trace import Trace, trace
from equitysim.study.vary import vary

__all__ = [
    "DEFAULT_REPLICATIONS",
    "DEFAULT_SEED",
    "Entry",
    "Recording",
    "Statement",
    "Trace",
    "compare",
    "decide",
    "run",
    "trace",
    "vary",
    "write_decision",
    "write_run",
    "write_varied",
]
