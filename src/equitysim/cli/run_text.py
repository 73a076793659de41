"""One policy's measures as text."""

from equitysim.cli.compare_text import header_lines
from equitysim.cli.table import Column, table
from equitysim.figures.names import plain
from equitysim.measures.registry import MEASURES, window_days
from equitysim.measures.words import UNDEFINED, duration, unit_heading, value
from equitysim.statistics.comparison import PolicyRun


def run_text(run: PolicyRun, columns: int) -> str:
    """Everything ``run`` prints about its numbers, at most ``columns`` wide."""
    context = run.context
    names = [name for name in context.units if not MEASURES[name].against_baseline]
    estimates = {name: run.summary(name) for name in names}

    def cells(field: str) -> tuple[str, ...]:
        return tuple(value(getattr(estimates[name], field), context.units[name]) for name in names)

    windows = tuple(
        duration(window_days(MEASURES[name], horizon=context.horizon_days, ltv_window=context.ltv_window_days))
        for name in names
    )
    shown = [
        Column(("value",), cells("mean")),
        Column(("low",), cells("low")),
        Column(("high",), cells("high")),
        Column(("unit",), tuple(unit_heading(context.units[name]) for name in names)),
        Column(("over",), windows),
    ]
    lines = header_lines(context, f"policy {plain(run.outcome.name)}", columns)
    lines += ["", *table("measure", [MEASURES[name].label for name in names], shown, columns)]
    if UNDEFINED in shown[0].cells:
        lines.append(f"{UNDEFINED} undefined.")
    return "\n".join(lines)
