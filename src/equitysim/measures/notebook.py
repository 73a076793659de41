"""Results as a notebook shows them: a line of text, or a heading, a sentence, a small table and a drawing of intervals.

Names are untrusted: nothing in them becomes markup or mathematics.
"""

import html
import math
from typing import NamedTuple

from equitysim.measures.text import harmless

LONGEST_LINE = 200
LONGEST_NAME = 60
MOST_ROWS = 12
WIDTH, ROW, LEFT = 560, 22, 200
"""Of a drawing, in pixels: its width, a row, and where the axis begins."""


class Whisker(NamedTuple):
    """A mean with its interval under a name; NaN where undefined."""

    name: str
    mean: float
    low: float
    high: float


class Card(NamedTuple):
    """What is shown of a result.

    ``heading``: what it is; ``sentence``: what it says; ``columns`` and ``rows``: the table, cells as text;
    ``whiskers``: what is drawn, ``axis``: of what, in which unit; ``zone``: on either side of 0 where differences do
    not matter.
    """

    heading: str
    sentence: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    whiskers: tuple[Whisker, ...] = ()
    axis: str = ""
    zone: float = 0.0


class Shown:
    """A result that shows itself as a line, and in notebooks as a card."""

    def card(self) -> Card:
        """What is shown."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return line(self.card().heading)

    def _repr_html_(self) -> str:
        return page(self.card())


def line(text: str) -> str:
    """One line in angle brackets, of at most 200 characters."""
    plain = harmless(text)
    return f"<{plain if len(plain) <= LONGEST_LINE - 2 else f'{plain[: LONGEST_LINE - 3]}…'}>"


def short(name: str) -> str:
    """A name of at most sixty characters."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def page(card: Card) -> str:
    """The card as HTML, which stands by itself in any notebook, without scripts and style sheets."""
    parts = [f"<strong>{_escaped(short_line(card.heading))}</strong>"]
    if card.sentence:
        parts.append(f"<p>{_escaped(card.sentence)}</p>")
    if card.rows:
        parts.append(_table(card))
    if card.whiskers:
        parts.append(drawing(card))
    # Notebooks set what stands between dollar signs as mathematics, unless these classes forbid it.
    return f'<div class="tex2jax_ignore mathjax_ignore">{"".join(parts)}</div>'


def short_line(text: str) -> str:
    """At most 200 characters."""
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


def _escaped(text: str) -> str:
    return html.escape(harmless(text)).replace("$", "&#36;")


def _table(card: Card) -> str:
    head = "".join(f"<th>{_escaped(column)}</th>" for column in card.columns)
    rows = [
        "".join(
            f'<td style="text-align:{"left" if place == 0 else "right"}">{_escaped(short_line(cell))}</td>'
            for place, cell in enumerate(row)
        )
        for row in card.rows[:MOST_ROWS]
    ]
    if len(card.rows) > MOST_ROWS:
        rows.append(f'<td colspan="{len(card.columns)}">and {len(card.rows) - MOST_ROWS} more</td>')
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def drawing(card: Card) -> str:
    """The whiskers as SVG: a dot and its interval in each row, a line at 0, and the zone where differences do not
    matter."""
    drawn = [one for one in card.whiskers[:MOST_ROWS] if math.isfinite(one.mean)]
    ends = [value for one in drawn for value in (one.mean, one.low, one.high) if math.isfinite(value)]
    low, high = min([0.0, -card.zone, *ends]), max([0.0, card.zone, *ends])
    if not low < high:
        return ""
    margin = 0.04 * (high - low)
    low, high = low - margin, high + margin

    def x(value: float) -> str:
        return f"{LEFT + (WIDTH - LEFT) * (value - low) / (high - low):.1f}"

    bottom = ROW * len(drawn)
    parts = []
    if card.zone > 0.0:
        width = (WIDTH - LEFT) * 2.0 * card.zone / (high - low)
        parts.append(f'<rect x="{x(-card.zone)}" y="0" width="{width:.1f}" height="{bottom}" fill="#8883"/>')
    parts.append(f'<line x1="{x(0.0)}" x2="{x(0.0)}" y1="0" y2="{bottom}" stroke="currentColor" stroke-width="0.5"/>')
    for place, one in enumerate(drawn):
        y = ROW * place + ROW // 2
        label = _escaped(one.name if len(one.name) <= 28 else f"{one.name[:27]}…")
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="currentColor">{label}</text>')
        if math.isfinite(one.low) and math.isfinite(one.high):
            parts.append(
                f'<line x1="{x(one.low)}" x2="{x(one.high)}" y1="{y}" y2="{y}" stroke="#0072b2" stroke-width="2"/>'
            )
        parts.append(f'<circle cx="{x(one.mean)}" cy="{y}" r="4" fill="#0072b2"/>')
    parts.append(f'<text x="{LEFT}" y="{bottom + 14}" fill="currentColor">{_escaped(card.axis)}</text>')
    return (
        f'<svg width="{WIDTH}" height="{bottom + 20}" role="img" aria-label="{_escaped(card.axis)}" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="12" font-family="sans-serif">{"".join(parts)}</svg>'
    )
