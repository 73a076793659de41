"""Labels never overlap and policies never look alike."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from equitysim.figures.style import BASELINE, GAIN, LOSS, LOSS_HATCH, SETTINGS, SHADES, SOFT, look, spread

PLACES = st.lists(st.tuples(st.floats(-1, 6), st.floats(0.1, 0.4)), min_size=1, max_size=12)


def overlaps(centres: list[float], heights: list[float]) -> bool:
    order = sorted(range(len(centres)), key=lambda k: centres[k])
    pairs = itertools.pairwise(order)
    return any(centres[b] - heights[b] / 2 < centres[a] + heights[a] / 2 - 1e-9 for a, b in pairs)


@given(PLACES)
def test_labels_do_not_overlap_and_stay_inside(places: list[tuple[float, float]]) -> None:
    wanted, heights = [p for p, _ in places], [h for _, h in places]
    room = 5.0
    centres = spread(wanted, heights, room)
    assert not overlaps(centres, heights)
    assert all(h / 2 - 1e-9 <= c <= room - h / 2 + 1e-9 for c, h in zip(centres, heights, strict=True))


def test_overlap_check_sees_an_overlap() -> None:
    assert overlaps([1.0, 1.1], [0.4, 0.4])


def test_labels_with_room_stay_where_they_belong() -> None:
    assert spread([1.0, 3.0, 2.0], [0.2, 0.2, 0.2], 5.0) == [1.0, 3.0, 2.0]


def test_fourteen_policies_differ_in_colour_or_in_marker_and_dashes() -> None:
    looks = [look(k, 3) for k in range(14)]
    assert looks[3][0] == BASELINE
    assert len({(colour, marker, str(dashes)) for colour, marker, dashes in looks}) == 14


def test_neighbours_differ_without_colour() -> None:
    looks = [look(k, 0)[1:] for k in range(8)]
    assert all(a != b for a, b in itertools.pairwise(looks))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2): what a grey print keeps of a colour."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert round(contrast("#000000", "#ffffff"), 6) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_words_stand_out_from_the_ground() -> None:
    inks = {SOFT, SETTINGS["axes.labelcolor"], SETTINGS["xtick.labelcolor"], SETTINGS["ytick.labelcolor"]}
    assert all(contrast(ink, "#ffffff") >= 4.5 for ink in inks)


def test_gains_and_losses_are_seen_on_white_and_losses_are_hatched() -> None:
    assert min(contrast(GAIN, "#ffffff"), contrast(LOSS, "#ffffff")) >= 3.0
    assert LOSS_HATCH


def test_the_horizons_marks_differ_without_colour() -> None:
    assert len({marker for _, marker in SHADES}) == len(SHADES)
