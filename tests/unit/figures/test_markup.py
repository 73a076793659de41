"""SVG for a page: named, described, with identifiers of its own."""

import re
import xml.etree.ElementTree as ET

import pytest

from equitysim.figures import data, draw
from equitysim.figures.markup import accessible
from tests.unit.figures.made_comparison import made_comparison

SVG = '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg width="1" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>\n'
SPACE = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("kind", data.KINDS)
def test_every_figure_is_an_image_with_a_title_and_its_numbers(kind: str) -> None:
    drawn = data.of_comparison(made_comparison(), kind)
    root = ET.fromstring(draw.svg(draw.figure(drawn), kind))
    title, description = root.find(f"{SPACE}title"), root.find(f"{SPACE}desc")
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", f"{kind}-title")
    assert title is not None
    assert title.text == drawn.title
    assert title.get("id") == f"{kind}-title"
    assert description is not None
    assert re.search(r"\d", (description.text or "").replace("10 replications", ""))


def test_two_figures_in_one_page_share_no_identifier_and_find_their_own() -> None:
    figures = [draw.svg(draw.figure(data.of_comparison(made_comparison(), "value")), name) for name in ("one", "two")]
    own = [set(re.findall(r'\sid="([^"]+)"', text)) for text in figures]
    assert own[0]
    assert not own[0] & own[1]
    for text, ids in zip(figures, own, strict=True):
        used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
        assert used
        assert used <= ids


def test_the_background_is_white_so_that_a_dark_page_shows_a_card() -> None:
    text = draw.svg(draw.figure(data.of_comparison(made_comparison(), "value")), "value")
    assert re.search(r'<g id="value-patch_1">\s*<path d="[^"]+" style="fill: #ffffff"', text)


def test_words_in_it_do_no_harm() -> None:
    made = accessible(SVG.format("<g/>"), "x", '</title><script>alert("1")</script>', "a & b\x1b <c>")
    assert "<script" not in made
    root = ET.fromstring(made)
    assert [child.tag for child in root] == ["title", "desc", "g"]
    assert root[1].text == "a & b\N{REPLACEMENT CHARACTER} <c>"


def test_comments_and_metadata_are_left_out() -> None:
    made = accessible(SVG.format('<!-- say\nwhat --><metadata><a id="b"/></metadata><g/>'), "x", "t", "d")
    assert "say" not in made
    assert "metadata" not in made


@pytest.mark.parametrize("name", ["", "1", 'a" onload="x', "a-b", "ä"])
def test_a_name_is_an_identifier(name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        accessible(SVG.format(""), name, "t", "d")


def test_what_is_no_svg_is_refused() -> None:
    with pytest.raises(ValueError, match="no SVG"):
        accessible("<html></html>", "x", "t", "d")


@pytest.mark.parametrize("kind", ["value", "sources", "quarters", "payback", "frontier"])
def test_what_belongs_to_a_policy_can_be_found_in_the_drawing(kind: str) -> None:
    text = draw.svg_without_heading(draw.figure(data.of_comparison(made_comparison(), kind)))
    found = re.findall(r' id="policy-(\d+)-(\d+)"', text)
    assert {policy for policy, _ in found} == {"0", "1", "2"}
    assert len(found) == len(set(found))


def test_a_page_can_say_the_heading_itself() -> None:
    drawn = draw.figure(data.of_comparison(made_comparison(title="Corner coffee"), "value"))
    bare, whole = draw.svg_without_heading(drawn), draw.svg(drawn, "value")
    assert float(re.search(r'height="([\d.]+)pt"', bare)[1]) < float(re.search(r'height="([\d.]+)pt"', whole)[1])  # type: ignore[index]
    assert draw.svg(drawn, "value") == whole
