"""Labels never overlap and policies never look alike."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from equitysim.figures.style import BASELINE, look, spread

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
