"""The page is whole, the same every time, and does nothing that a name tells it to."""

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from equitysim.errors import OutputError
from equitysim.figures import data
from equitysim.report import page
from equitysim.report.background import Source
from equitysim.report.compose import page_of
from equitysim.report.view import Cell, Column, Row, Section, Table, named
from tests.unit.figures.made_comparison import NAMES
from tests.unit.report.made_decision import made_decision
from tests.unit.report.made_page import HOSTILE, Element, hostile_html, made_page, read

TAGS = frozenset(
    {"a", "body", "button", "caption", "clippath", "code", "dd", "defs", "details", "div", "dl", "dt", "fieldset"}
    | {"figure", "footer", "g", "h1", "h2", "h3", "head", "header", "html", "input", "label", "legend", "li", "link"}
    | {"main", "meta", "nav", "p", "path", "pattern", "pre", "rect", "script", "section", "small", "span", "style"}
    | {"summary", "svg", "table", "tbody", "td", "th", "thead", "title", "tr", "ul", "use"}
)


@pytest.fixture(scope="module")
def whole() -> str:
    return page.html(made_page())


def harm(root: Element) -> list[str]:
    """What a page must not hold: foreign elements, handlers, styles outside the sheet, addresses."""
    found = [f"<{element.tag}>" for element in root.all() if element.tag not in TAGS]
    for element in root.all():
        for name, value in element.attributes.items():
            if name.startswith("on") or name in ("style", "src", "srcdoc", "action", "formaction"):
                found.append(f"{name}={value[:40]!r}")
            elif name == "href" and not (value.startswith("#") or value == "data:,"):
                found.append(f"href={value[:40]!r}")
            elif name in ("id", "class") and re.fullmatch(r"[a-z0-9 -]+", value) is None:
                found.append(f"{name}={value[:40]!r}")
    found += [f"{tag} × {n}" for tag in ("script", "style") if (n := len(list(root.all(tag)))) != 1]
    return found


def test_the_page_tells_the_answer_first_then_everything_else(whole: str) -> None:
    root = read(whole)
    headings = [element.text for element in root.all() if element.tag in ("h1", "h2")]
    assert headings == [
        "Coffee",
        "Best policy found",
        "The policies",
        "Does the horizon decide?",
        "Why",
        "The money",
        "What is not known",
        "What the decision rests on",
        "Further figures",
        "The claims",
        "How sure is this",
        "What was assumed",
        "How to get this again",
    ]
    assert len(list(root.all("figure"))) == len(data.FIGURES)
    assert [link.text for link in next(root.all("nav")).all("a")] == headings[2:]
    assert "Keep 'today': over 3 years it is the best of 4 policies in net value with 95 % confidence" in root.text
    assert "1 published" in root.text
    assert "equitysim compare corner-coffee.yaml --seed 1" in root.text


def test_headings_descend_one_step_at_a_time(whole: str) -> None:
    levels = [int(element.tag[1]) for element in read(whole).all() if re.fullmatch(r"h\d", element.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_the_three_kinds_of_uncertainty_are_named(whole: str) -> None:
    section = next(element for element in read(whole).all("section") if element.attributes["id"] == "certainty")
    assert [term.text for term in section.all("dt")] == [
        "The simulation's own error",
        "A firm's luck",
        "What is not known",
    ]


def test_identifiers_are_unique_and_links_lead_somewhere(whole: str) -> None:
    root = read(whole)
    identifiers = [element.attributes["id"] for element in root.all() if "id" in element.attributes]
    assert len(identifiers) == len(set(identifiers))
    for element in root.all():
        named_by = [element.attributes[name] for name in ("aria-labelledby",) if name in element.attributes]
        target = element.attributes.get("href", "data:")
        assert {*named_by, *([target[1:]] if target.startswith("#") else [])} <= set(identifiers)


def test_what_there_is_nothing_to_say_about_has_no_heading() -> None:
    text = page.html(page_of(made_decision(NAMES[:1]), {}, Source()))
    titles = [element.text for element in read(text).all("h2")]
    assert titles == ["The policies", "The money", "How sure is this", "How to get this again"]
    assert "fieldset" not in {element.tag for element in read(text).all()}


@pytest.mark.parametrize(("replications", "said"), [(10, "95 % interval"), (1, "One replication, so no intervals")])
def test_the_table_says_what_its_intervals_are(replications: int, said: str) -> None:
    text = page.html(page_of(made_decision(NAMES[:3], replications=replications), {}, Source()))
    assert said in " ".join(read(text).text.split())


def test_equal_comparisons_give_equal_bytes(whole: str, tmp_path: Path) -> None:
    path = page.write(tmp_path, made_page())
    assert path == tmp_path / "report.html"
    assert path.read_bytes() == whole.encode()
    assert not re.search(r"20\d\d-\d\d-\d\d", whole)


def test_the_policy_allows_exactly_the_style_and_script_that_are_there(whole: str) -> None:
    root = read(whole)
    policy = next(meta.attributes["content"] for meta in root.all("meta") if "http-equiv" in meta.attributes)
    for tag in ("style", "script"):
        (text,) = (element.own[0] for element in root.all(tag))
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_nothing_is_loaded_and_nothing_acts(whole: str) -> None:
    assert harm(read(whole)) == []
    assert "http://" not in whole
    assert "https://" not in whole


def test_hostile_names_stay_names() -> None:
    text = hostile_html()
    root = read(text)
    assert harm(root) == []
    assert "</style><script>document.title='run'</script>" in root.text
    assert "{{ 7 * 7 }}{% raw %}" in root.text
    assert not {"\u202e", "\u2066", "\u200f", "\r", "\x1b"} & set(text)
    # cut where it would fill the page, and whole where somebody wants to read it
    assert "x" * 61 not in [element.text for element in root.all("label")]
    assert any(element.text == "x" * 10_000 for element in root.all("span"))
    assert len(text.encode()) < 1_500_000


PLANTED = {
    "element": "<img>",
    "second script": "<script>alert(1)</script>",
    "handler": '<p onclick="alert(1)"></p>',
    "style": '<p style="color:red"></p>',
    "address": '<a href="https://example.org">x</a>',
    "script address": '<a href="javascript:alert(1)">x</a>',
    "identifier": '<p id="today &lt;b&gt;"></p>',
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_the_check_for_harm_sees_it(whole: str, planted: str) -> None:
    assert harm(read(whole.replace("<footer>", f"{planted.replace('<img>', '<img></img>')}<footer>"))) != []


def test_without_escaping_the_check_for_harm_turns_red(monkeypatch: pytest.MonkeyPatch) -> None:
    right = page._environment
    monkeypatch.setattr(page, "_environment", lambda: right().overlay(autoescape=False))
    text = page.html(made_page((HOSTILE[1], "b")))
    assert "<img src=x onerror" in text


def test_a_template_that_asks_for_what_is_not_there_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = page._environment().from_string("{{ page.absent }}")
    with pytest.raises(UndefinedError, match="absent"):
        strict.render(page=made_page())


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OutputError, match=r"cannot write .*report\.html"):
        page.write(tmp_path, made_page())
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_new_section_takes_a_few_lines() -> None:
    table = Table(
        "What it costs", "policy", (Column("spend", "EUR", "spend"),), (Row(named("today"), (Cell("4.36"),)),)
    )
    made = made_page()
    text = page.html(made._replace(sections=(*made.sections, Section("money", "The money", (table,)))))
    assert [element.text for element in read(text).all("h2")][-1] == "The money"
    with pytest.raises(ValueError, match="0 cells in 'today' under 1 columns"):
        replace(table, rows=(Row(named("today"), ()),))
