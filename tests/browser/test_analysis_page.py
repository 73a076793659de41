"""The page of an analysis in a real browser: what it loads, says, shows and does. The looks, and the faults planted to
see them red, are those of ``test_page``; here are those that only this page can have."""

from typing import Any

import pytest

from tests.browser.looking import (
    DESK,
    PHONE,
    axe_findings,
    below_the_first_screen,
    changed,
    complaints,
    loaded,
    open_all,
    opened,
    overlaps,
    pale_labels,
    printed,
    shown_policies,
    sideways,
    without_policy,
)
from tests.browser.test_page import acts
from tests.unit.figures.made_analysis import NAMES
from tests.unit.report.test_analysis_page import whole

PAGES = ("grid", "fitted", "words", "many", "one policy", "hostile")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_and_nothing_complains(chromium: Any, name: str) -> None:
    assert loaded(chromium, whole(name)) == []
    assert complaints(chromium, whole(name)) == []


@pytest.mark.parametrize("name", ["grid", "many", "words"])
def test_the_answer_stands_in_the_first_screen_of_a_phone(chromium: Any, name: str) -> None:
    with opened(chromium, whole(name), PHONE) as seen:
        assert below_the_first_screen(seen.page, "h1, #verdict h2, #verdict .answer") == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_text_lies_on_another_and_the_page_does_not_scroll_sideways(
    chromium: Any, name: str, size: dict[str, int]
) -> None:
    with opened(chromium, whole(name), size) as seen:
        assert sideways(seen.page) == []
        assert overlaps(seen.page) == []
        open_all(seen.page)
        assert sideways(seen.page) == []
        assert overlaps(seen.page) == []


def test_a_label_on_another_in_a_map_is_seen(chromium: Any) -> None:
    planted = changed(whole("grid"), "</style>", ".text { transform: translate(90px, 90px) scale(0.016) }</style>")
    with opened(chromium, planted) as seen:
        assert any("figure " in found for found in overlaps(seen.page))


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("grid", "light"), ("grid", "dark"), ("fitted", "light"), ("many", "light"), ("hostile", "light")],
)
def test_axe_finds_nothing_serious_and_text_has_contrast(chromium: Any, name: str, scheme: str) -> None:
    with opened(chromium, whole(name), PHONE, color_scheme=scheme) as seen:
        if name != "hostile":
            open_all(seen.page)
        assert axe_findings(seen.page, rules=("color-contrast",) if scheme == "dark" else ()) == []
        assert pale_labels(seen.page) == []


def test_switches_hide_a_policy_in_tables_and_figures_but_leave_maps_whole(chromium: Any) -> None:
    with opened(chromium, whole("grid")) as seen:
        everyone = {str(k) for k in range(len(NAMES))}
        assert shown_policies(seen.page) == {"tables": everyone, "figures": everyone}
        map_ = seen.page.locator("figure").first.locator("svg path")
        whole_map = sum(path.is_visible() for path in map_.all())
        seen.page.get_by_role("checkbox", name="reward the best").uncheck()
        assert shown_policies(seen.page) == {"tables": everyone - {"1"}, "figures": everyone - {"1"}}
        assert sum(path.is_visible() for path in map_.all()) == whole_map > 10
        seen.page.get_by_role("button", name="Show all").click()
        assert shown_policies(seen.page) == {"tables": everyone, "figures": everyone}


def test_the_standings_sort_by_numbers(chromium: Any) -> None:
    with opened(chromium, whole("grid")) as seen:
        button = seen.page.locator("#where table[data-sortable] thead th").nth(1).get_by_role("button")
        for reverse in (False, True):
            button.click()
            shares = [
                float(cell.get_attribute("data-value") or "nan")
                for cell in seen.page.locator("#where table[data-sortable] tbody td:nth-child(2)").all()
            ]
            assert len(shares) == len(NAMES)
            assert shares == sorted(shares, reverse=reverse) != sorted(shares, reverse=not reverse)


def test_paper_has_the_answer_and_no_switches(chromium: Any) -> None:
    with opened(chromium, whole("grid")) as seen:
        paper = printed(seen.page)
    for needed in ("It depends", "it tips from ‘reward the best’ to ‘recover everyone’ at 4.1 %", "Made by equitysim"):
        assert needed in paper
    assert "Show all" not in paper


def test_hostile_names_do_nothing(chromium: Any) -> None:
    assert acts(chromium, whole("hostile")) == []
    assert acts(chromium, without_policy(whole("hostile words"))) == []
