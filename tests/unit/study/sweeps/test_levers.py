"""Levers that cost nothing are told from those that cost what they do."""

import pytest

from equitysim.study.sweeps.levers import free_part


@pytest.mark.parametrize(
    ("place", "part"),
    [
        (("programs", "it", "gain"), "gain"),
        (("programs", "it", "restore", "at_5"), "restore"),
        (("programs", "it", "relevance", "loyalty"), "relevance"),
        (("policies", "other", 0, "match"), "match"),
        (("programs", "gain", "cost"), None),
        (("programs", "it", "reward", "value"), None),
        (("desks", "gain", "agents"), None),
    ],
)
def test_what_no_cost_depends_on(place: tuple[str | int, ...], part: str | None) -> None:
    assert free_part(place) == part
