"""Simulate relationship equity: which reward and recovery policy earns the most value and referrals?

    >>> import equitysim as es
    >>> scenario = es.load("scenarios/corner-coffee.yaml")
    >>> comparison = es.compare(scenario, replications=20)
    >>> comparison.frame("values")
    >>> es.plot(comparison)

Importing the package does no work: each name is fetched when it is first used.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from equitysim.errors import (
        CapError,
        EquitySimError,
        Fault,
        OutputError,
        ScenarioError,
        UsageError,
        WorkerError,
    )
    from equitysim.figures.draw import plot
    from equitysim.scenario.load import load
    from equitysim.scenario.schema import Scenario
    from equitysim.statistics.comparison import Comparison, PolicyRun
    from equitysim.statistics.decision import Decision
    from equitysim.statistics.optimum import Optimum
    from equitysim.statistics.sensitivity.analysis import Analysis
    from equitysim.study.analyse import analyse
    from equitysim.study.customers import customers
    from equitysim.study.decide import decide
    from equitysim.study.optimise import optimise
    from equitysim.study.runs import compare, run
    from equitysim.study.sweep import Sweep, sweep
    from equitysim.study.trace import Trace, trace
    from equitysim.study.watch import Watch

    __version__: str

_PLACES = {
    "Analysis": "statistics.sensitivity.analysis",
    "CapError": "errors",
    "Comparison": "statistics.comparison",
    "Decision": "statistics.decision",
    "EquitySimError": "errors",
    "Fault": "errors",
    "Optimum": "statistics.optimum",
    "OutputError": "errors",
    "PolicyRun": "statistics.comparison",
    "Scenario": "scenario.schema",
    "ScenarioError": "errors",
    "Sweep": "study.sweep",
    "Trace": "study.trace",
    "UsageError": "errors",
    "Watch": "study.watch",
    "WorkerError": "errors",
    "analyse": "study.analyse",
    "compare": "study.runs",
    "customers": "study.customers",
    "decide": "study.decide",
    "load": "scenario.load",
    "optimise": "study.optimise",
    "plot": "figures.draw",
    "run": "study.runs",
    "sweep": "study.sweep",
    "trace": "study.trace",
}

__all__ = [
    "Analysis",
    "CapError",
    "Comparison",
    "Decision",
    "EquitySimError",
    "Fault",
    "Optimum",
    "OutputError",
    "PolicyRun",
    "Scenario",
    "ScenarioError",
    "Sweep",
    "Trace",
    "UsageError",
    "Watch",
    "WorkerError",
    "__version__",
    "analyse",
    "compare",
    "customers",
    "decide",
    "load",
    "optimise",
    "plot",
    "run",
    "sweep",
    "trace",
]


def __getattr__(name: str) -> "Any":
    """Fetch a public name from its module on first use (PEP 562). Raises AttributeError for any other."""
    if name == "__version__":
        from importlib.metadata import version

        found: Any = version("equitysim")
    elif name in _PLACES:
        from importlib import import_module

        found = getattr(import_module(f"equitysim.{_PLACES[name]}"), name)
    else:
        raise AttributeError(f"module 'equitysim' has no attribute '{name}'")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
