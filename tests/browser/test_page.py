"""The page in a real browser: what it loads, says, shows and does. Each check has a planted fault that turns it red."""

import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import equitysim as es
from equitysim.figures import data, draw
from equitysim.measures.words import percent
from equitysim.report.background import Assumption, Source
from equitysim.report.compose import page_of
from equitysim.report.page import html
from equitysim.report.verdict import LABELS
from equitysim.scenario import write
from equitysim.scenario.explain import shown
from tests.browser.looking import (
    CONTRAST,
    DESK,
    PHONE,
    axe_findings,
    below_the_first_screen,
    changed,
    column,
    complaints,
    keyed,
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
from tests.unit.figures.made_comparison import NAMES
from tests.unit.report.made_decision import decided
from tests.unit.report.made_page import HOSTILE, hostile_html, made_page

LARGEST = 1_500_000
ROOT = Path(__file__).parents[2]


def real(name: str) -> str:
    """The page of a scenario that comes with the project, fewer people in it; what else belongs to a decision is made
    up."""
    scenario = es.load(ROOT / "scenarios" / name)
    comparison = es.compare(scenario, replications=2, customers=150, engine="simpy")
    decision = decided(comparison)
    drawings = {
        kind: draw.svg_without_heading(draw.figure(drawn)) for kind, drawn in data.of_decision(decision).items()
    }
    rows = tuple(Assumption(*row) for row in shown(scenario))
    source = Source(rows, write.resolved(scenario), f"equitysim compare {name} --seed 1 --replications 2")
    return html(page_of(decision, drawings, source))


PAGES = ("coffee", "cdnow", "twelve policies", "hostile names")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {
        "coffee": real("corner-coffee.yaml"),
        "cdnow": real("cdnow-1997.yaml"),
        "twelve policies": html(made_page(NAMES)),
        "hostile names": hostile_html(),
    }


@pytest.fixture(scope="module")
def text() -> str:
    """One page on which faults are planted."""
    return html(made_page(NAMES[:6]))


@pytest.fixture
def coffee(chromium: Any, pages: dict[str, str]) -> Iterator[Any]:
    with opened(chromium, pages["coffee"]) as seen:
        yield seen.page


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Somewhere else to load from."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/a.png"
        listening.shutdown()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_nothing_complains_and_it_is_small(chromium: Any, pages: dict[str, str], name: str) -> None:
    assert loaded(chromium, pages[name]) == []
    assert complaints(chromium, pages[name]) == []
    assert len(pages[name].encode()) < LARGEST


def test_a_picture_from_elsewhere_is_seen_to_load_and_the_policy_stops_it(
    chromium: Any, text: str, server: str
) -> None:
    planted = text.replace("<footer>", f'<img src="{server}" alt=""><footer>')
    assert loaded(chromium, without_policy(planted)) == [server]
    assert any("Content Security Policy" in said for said in complaints(chromium, planted))


def test_a_script_that_is_not_ours_is_stopped_and_told(chromium: Any, text: str) -> None:
    planted = text.replace("<footer>", "<script>document.title = 'run'</script><footer>")
    with opened(chromium, planted) as seen:
        assert seen.page.title() != "run"
        assert seen.complaints != []
    with opened(chromium, without_policy(planted)) as seen:
        assert seen.page.title() == "run"


@pytest.mark.parametrize("name", ["coffee", "cdnow", "twelve policies"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_verdict_stands_in_the_first_screen_of_a_phone(
    chromium: Any, pages: dict[str, str], name: str, scheme: str
) -> None:
    with opened(chromium, pages[name], PHONE, color_scheme=scheme) as seen:
        assert below_the_first_screen(seen.page, "h1, #verdict h2, #verdict .answer") == []


def test_a_verdict_below_the_first_screen_is_seen(chromium: Any, text: str) -> None:
    planted = changed(text, '<section id="verdict"', '<p style="height:700px">…</p><section id="verdict"')
    with opened(chromium, planted, PHONE) as seen:
        assert below_the_first_screen(seen.page, "#verdict .answer") != []
        assert below_the_first_screen(seen.page, "#absent") != []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_text_lies_on_another_and_the_page_does_not_scroll_sideways(
    chromium: Any, pages: dict[str, str], name: str, size: dict[str, int]
) -> None:
    with opened(chromium, pages[name], size) as seen:
        assert sideways(seen.page) == []
        assert overlaps(seen.page) == []
        open_all(seen.page)
        assert sideways(seen.page) == []
        assert overlaps(seen.page) == []


CROWDED = {
    "page": ("</style>", "main > section { margin-top: -3.5rem }</style>", "page: "),
    "figure": ("</style>", ".text { transform: translate(90px, 90px) scale(0.016) }</style>", "figure "),
    "cut off": (
        '<svg role="img"',
        '<svg style="margin:0;height:100px" role="img" preserveAspectRatio="xMinYMin slice"',
        "cut off",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), CROWDED.values(), ids=CROWDED.keys())
def test_texts_on_each_other_are_seen(chromium: Any, text: str, old: str, new: str, said: str) -> None:
    with opened(chromium, changed(text, old, new)) as seen:
        assert any(said in found for found in overlaps(seen.page))


def test_a_page_that_scrolls_sideways_is_seen(chromium: Any, text: str) -> None:
    with opened(chromium, changed(text, ".scroll { overflow-x: auto;", ".scroll {"), PHONE) as seen:
        assert sideways(seen.page) != []


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("coffee", "light"),
        ("coffee", "dark"),
        ("twelve policies", "light"),
        ("hostile names", "light"),
        ("hostile names", "dark"),
    ],
)
def test_axe_finds_nothing_serious_and_text_has_contrast(
    chromium: Any, pages: dict[str, str], name: str, scheme: str
) -> None:
    with opened(chromium, pages[name], PHONE, color_scheme=scheme) as seen:
        if name != "hostile names":
            open_all(seen.page)
        # in the dark only colours differ
        assert axe_findings(seen.page, rules=("color-contrast",) if scheme == "dark" else ()) == []
        assert pale_labels(seen.page) == []


BARRIERS = {
    "pale": ("--soft: #595959", "--soft: #9a9a9a", "color-contrast"),
    "figure without words": (' role="img" aria-label="', ' role="img" data-was="', "svg-img-alt"),
    "no language": ('<html lang="en">', "<html>", "html-has-lang"),
    "no focus": (' tabindex="0"', "", "scrollable-region-focusable"),
    "switch without a name": ("<label><input", "<label></label><input", "label"),
}


@pytest.mark.parametrize(("old", "new", "rule"), BARRIERS.values(), ids=BARRIERS.keys())
def test_axe_sees_barriers(chromium: Any, text: str, old: str, new: str, rule: str) -> None:
    with opened(chromium, changed(text, old, new), PHONE) as seen:
        assert [found.split(":")[0] for found in axe_findings(seen.page, rules=(rule,))] == [rule]


def test_pale_text_in_the_dark_and_pale_labels_are_seen(chromium: Any, text: str) -> None:
    with opened(chromium, changed(text, "--soft: #b0b5bb", "--soft: #555b61"), color_scheme="dark") as seen:
        assert axe_findings(seen.page, rules=("color-contrast",)) != []
        assert pale_labels(seen.page) == []
    with opened(chromium, changed(text, "</style>", ".text { fill: #808080 }</style>")) as seen:
        assert pale_labels(seen.page) != []
    with opened(chromium, changed(text, "</style>", ".text { fill: #767676 }</style>")) as seen:
        assert pale_labels(seen.page) == []
    assert CONTRAST == 4.5


def heading(page: Any, label: str) -> Any:
    return page.locator("#policies table[data-sortable] thead th").filter(has_text=label)


def order_of(page: Any, label: str) -> str | None:
    found: str | None = heading(page, label).get_attribute("aria-sort")
    return found


def test_the_table_sorts_by_numbers_and_by_words_both_ways(coffee: Any) -> None:
    written = column(coffee, 0)
    numbers = keyed(coffee, 1)
    assert order_of(coffee, "net value") == "none"
    for direction, reverse in (("ascending", False), ("descending", True), ("ascending", False)):
        heading(coffee, "net value").get_by_role("button").click()
        assert order_of(coffee, "net value") == direction
        assert keyed(coffee, 1) == sorted(numbers, key=lambda value: value or 0.0, reverse=reverse)
    for reverse in (False, True):
        heading(coffee, "policy").get_by_role("button").click()
        assert column(coffee, 0) == sorted(written, reverse=reverse)
    assert order_of(coffee, "net value") == "none"
    assert order_of(coffee, "policy") == "descending"


def test_numbers_sort_by_their_value_not_by_their_letters(chromium: Any, text: str) -> None:
    """9.5 stands before 10.0, and what is undefined stays last either way."""
    planted = re.sub(
        r'(data-policy="1">.*?<td class="number") data-value="[^"]*"', r'\1 data-value="9.5"', text, count=1, flags=re.S
    )
    planted = re.sub(r'(data-policy="2">.*?<td class="number") data-value="[^"]*"', r"\1", planted, count=1, flags=re.S)
    with opened(chromium, planted) as seen:
        for reverse in (False, True):
            heading(seen.page, "net value").get_by_role("button").click()
            *known, last = keyed(seen.page, 1)
            numbers = [value for value in known if value is not None]
            assert (last, len(numbers)) == (None, 5)
            assert 9.5 in numbers
            assert numbers == sorted(numbers, reverse=reverse) != sorted(numbers, key=str, reverse=reverse)


def test_equal_rows_keep_their_order(chromium: Any, text: str) -> None:
    planted = re.sub(r'<td class="number" data-value="[^"]*"', '<td class="number" data-value="1.0"', text)
    with opened(chromium, planted) as seen:
        written = column(seen.page, 0)
        for label in ("spend", "spend", "net value"):
            heading(seen.page, label).get_by_role("button").click()
            assert column(seen.page, 0) == written


BROKEN = {
    "direction": ("(descending ? -1 : 1) * ", ""),
    "text": ('getAttribute("data-sort") === "number"', 'getAttribute("data-sort") === "never"'),
    "dead": ("keyed.forEach(", "[].forEach("),
}


@pytest.mark.parametrize(("old", "new"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_sorting_is_seen(chromium: Any, text: str, old: str, new: str) -> None:
    """The check above turns red: made up numbers lie on both sides of 20, so letters and numbers may agree."""
    planted = re.sub(
        r'(data-policy="1">.*?<td class="number") data-value="[^"]*"(.*?>)[\d.]+',
        r'\1 data-value="9.5"\g<2>9.5',
        text,
        count=1,
        flags=re.S,
    )
    with opened(chromium, changed(planted, old, new)) as seen, pytest.raises(AssertionError):
        test_the_table_sorts_by_numbers_and_by_words_both_ways(seen.page)


def test_the_table_sorts_by_keyboard_and_shows_where_the_focus_is(coffee: Any) -> None:
    heading(coffee, "spend").get_by_role("button").focus()
    coffee.keyboard.press("Enter")
    assert order_of(coffee, "spend") == "ascending"
    coffee.keyboard.press("Space")
    assert order_of(coffee, "spend") == "descending"
    coffee.keyboard.press("Tab")
    outline = coffee.evaluate(
        "[document.activeElement.innerText, getComputedStyle(document.activeElement).outlineWidth]"
    )
    assert outline[0].startswith("referrals")
    assert float(outline[1].removesuffix("px")) >= 2


def test_the_skip_link_comes_first_and_leads_to_the_answer(coffee: Any) -> None:
    coffee.keyboard.press("Tab")
    assert coffee.evaluate("document.activeElement.className") == "skip"
    assert coffee.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    coffee.keyboard.press("Enter")
    assert coffee.evaluate("document.activeElement.id") == "main"


def test_switches_hide_a_policy_in_tables_and_figures_and_sorting_does_not_bring_it_back(coffee: Any) -> None:
    everyone = {str(k) for k in range(6)}
    assert shown_policies(coffee) == {"tables": everyone, "figures": everyone}
    coffee.get_by_role("checkbox", name="reward the best").uncheck()
    assert shown_policies(coffee) == {"tables": everyone - {"1"}, "figures": everyone - {"1"}}
    assert coffee.get_by_role("status").inner_text() == "5 of 6 policies are shown."
    heading(coffee, "net value").get_by_role("button").click()
    assert shown_policies(coffee)["tables"] == everyone - {"1"}
    coffee.get_by_role("checkbox", name="all together").focus()
    coffee.keyboard.press("Space")
    assert shown_policies(coffee)["figures"] == everyone - {"1", "5"}
    assert order_of(coffee, "net value") == "ascending"
    coffee.get_by_role("button", name="Show all").click()
    assert shown_policies(coffee) == {"tables": everyone, "figures": everyone}
    assert coffee.get_by_role("status").inner_text() == "All 6 policies are shown."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<g data-policy="1"', '<g data-was="1"'),
        (".off {", ".of {"),
        ('classList.toggle("off"', 'classList.toggle("on"'),
    ],
)
def test_a_switch_that_leaves_something_is_seen(chromium: Any, text: str, old: str, new: str) -> None:
    planted = changed(text, old, new).replace('<path data-policy="1"', "<path")
    with opened(chromium, planted) as seen, pytest.raises(AssertionError):
        test_switches_hide_a_policy_in_tables_and_figures_and_sorting_does_not_bring_it_back(seen.page)


def unreadable(page: Any) -> list[str]:
    """What cannot be read, or does nothing, where no script runs."""
    found = [] if page.locator("#verdict .answer").is_visible() else ["the verdict"]
    found += [] if page.locator("#policies table[data-sortable] tbody tr").count() == 6 else ["rows"]
    found += (
        ["rows hidden"]
        if any(not row.is_visible() for row in page.locator("#policies table[data-sortable] tbody tr").all())
        else []
    )
    found += ["dead buttons"] if any(button.is_visible() for button in page.locator("button, input").all()) else []
    page.locator("#assumptions summary").first.click()
    found += [] if page.locator("#assumptions table").is_visible() else ["assumptions"]
    return found


def test_everything_can_be_read_without_scripts(chromium: Any, pages: dict[str, str], text: str) -> None:
    with opened(chromium, pages["coffee"], java_script_enabled=False) as seen:
        assert unreadable(seen.page) == []
    for old, new in (('id="switches" hidden', 'id="switches"'), ("</style>", "tbody tr { display: none }</style>")):
        with opened(chromium, changed(text, old, new), java_script_enabled=False) as seen:
            assert unreadable(seen.page) != []


def test_paper_has_the_answer_and_no_switches(chromium: Any, pages: dict[str, str], text: str) -> None:
    with opened(chromium, pages["coffee"]) as seen:
        paper = printed(seen.page)
    for needed in (LABELS["undecided"], "Undecided: after 2 replications", percent(0.95), "Made by equitysim"):
        assert " ".join(needed.split()) in paper
    assert "Show all" not in paper
    with opened(chromium, changed(text, "@media print {", "@media print { .verdict { display: none }")) as seen:
        assert LABELS["best"] not in printed(seen.page)


def test_paper_is_light_also_where_the_screen_is_dark(chromium: Any, pages: dict[str, str]) -> None:
    with opened(chromium, pages["coffee"], color_scheme="dark") as seen:
        dark = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        seen.page.emulate_media(media="print")
        assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)" != dark


def acts(browser: Any, text: str) -> list[str]:
    """What names made the page do: dialogs, another title, elements that are not ours, handlers."""
    with opened(browser, text) as seen:
        open_all(seen.page)
        seen.page.mouse.move(200, 300)
        seen.page.mouse.move(600, 500)
        seen.page.wait_for_timeout(200)
        found = [f"dialog: {said}" for said in seen.dialogs]
        found += ["the title was changed"] if seen.page.title() == "run" else []
        strange = "document.querySelectorAll('img, iframe, object, embed, form, script:not(:last-of-type)').length"
        handlers = (
            "Array.from(document.querySelectorAll('*'))"
            ".filter(part => part.getAttributeNames().some(name => name.startsWith('on'))).length"
        )
        found += [f"{seen.page.evaluate(strange)} strange elements"] if seen.page.evaluate(strange) else []
        found += ["handlers"] if seen.page.evaluate(handlers) else []
        return found


def test_hostile_names_do_nothing(chromium: Any, pages: dict[str, str]) -> None:
    assert acts(chromium, pages["hostile names"]) == []
    assert acts(chromium, without_policy(pages["hostile names"])) == []


@pytest.mark.parametrize("harm", HOSTILE[:2], ids=["script", "handler"])
def test_a_name_that_acts_is_seen(chromium: Any, text: str, harm: str) -> None:
    assert acts(chromium, changed(text, "<footer>", f"{harm}<footer>")) != []


def test_motion_is_left_out_for_those_who_asked(chromium: Any, text: str) -> None:
    scroll = "getComputedStyle(document.documentElement).scrollBehavior"
    with opened(chromium, text, reduced_motion="reduce") as seen:
        assert seen.page.evaluate(scroll) == "auto"
    with opened(chromium, text, reduced_motion="no-preference") as seen:
        assert seen.page.evaluate(scroll) == "smooth"
