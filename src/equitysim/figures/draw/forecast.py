"""A forecast against the record."""

from matplotlib.figure import Figure

from equitysim.figures import data
from equitysim.figures.draw.canvas import WIDTH, new_figure
from equitysim.figures.style import SOFT


def forecast(drawn: data.Forecast) -> Figure:
    """By week and added up: predictive band, mean, record."""
    height = 4.4
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    grid = result.add_gridspec(1, 2, left=0.075, right=0.985, bottom=0.95 / height, top=top - 0.06 / height, wspace=0.2)
    for place, band in enumerate((drawn.weekly, drawn.cumulative)):
        axes = result.add_subplot(grid[0, place])
        axes.fill_between(
            drawn.weeks, band.low, band.high, color="#56B4E9", alpha=0.4, linewidth=0, label="predictive band"
        )
        axes.plot(drawn.weeks, band.mean, color="#0072B2", linewidth=1.8, label="forecast, mean")
        axes.plot(
            drawn.weeks,
            band.recorded,
            color="black",
            linestyle="none",
            marker="o",
            markersize=3.4,
            markerfacecolor="white",
            label="recorded",
        )
        axes.axvline(
            drawn.known_weeks + 0.5,
            color=SOFT,
            linestyle=(0, (4, 2)),
            linewidth=1.2,
            label=f"week {drawn.known_weeks}: known up to here",
        )
        axes.set_xlim(0, drawn.weeks[-1] + 1)
        axes.set_ylim(bottom=0)
        axes.set_xlabel(f"week; {band.inside} of {drawn.counted} weeks after week {drawn.known_weeks} inside the band")
        axes.set_ylabel(band.axis)
        if place == 0:
            handles, labels = axes.get_legend_handles_labels()
    result.legend(handles, labels, loc="lower left", ncols=4, fontsize=8.5, bbox_to_anchor=(0.06, 0.0))
    return result
