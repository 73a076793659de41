"""A drawing inside a page holds nothing but outlines, and no identifier that another one could have."""

import re

import pytest

from equitysim.figures import data, draw
from equitysim.report.svg import embedded
from tests.unit.figures.made_comparison import NAMES, made_comparison
from tests.unit.report.made_page import HOSTILE, drawings, read

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 20" '
    'width="10pt" height="20pt">'
)
OF_NOBODY = {"waterfall", "gains", "tornado"}
NOT_THE_BASELINE = {"horizons", "desks"}
REFUSED = {
    "script": ("<script>alert(1)</script>", "element <script>"),
    "foreign object": ("<foreignObject/>", "element <foreignObject>"),
    "image": ('<image xlink:href="#a"/>', "element <image>"),
    "link": ('<a xlink:href="#a"/>', "element <a>"),
    "text": ("<text>name</text>", "element <text>"),
    "animation": ('<path d="M 0 0"><set/></path>', "element <set>"),
    "handler": ('<path onload="alert(1)"/>', "attribute 'onload'"),
    "class": ('<path class="skip"/>', "attribute 'class'"),
    "style": ('<path style="position: fixed"/>', "attribute 'position'"),
    "outside": ('<use xlink:href="https://example.org/#a"/>', "outside itself"),
    "data": ('<use href="data:image/svg+xml,x"/>', "outside itself"),
    "url": ('<path fill="url(https://example.org/a)"/>', "fill="),
    "attribute break": ('<path d="&quot; onload=&quot;alert(1)"/>', "d="),
}


@pytest.mark.parametrize(("body", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_could_do_harm_is_refused(body: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        embedded(f"{HEAD}{body}</svg>", "f0")


def test_identifiers_are_its_own_and_styles_become_attributes() -> None:
    body = (
        '<g id="axes_1"><defs><path id="mark" d="M 0 0"/></defs>'
        '<g id="policy-3-17"><use xlink:href="#mark" style="fill: #fff; stroke-width: 0.8"/></g></g>'
    )
    drawing = embedded(f"{HEAD}{body}</svg>", "f2")
    assert (drawing.width, drawing.height) == (10.0, 20.0)
    assert '<path id="f2-0" d="M 0 0"/>' in drawing.body
    assert '<g data-policy="3"><use href="#f2-0" fill="#fff" stroke-width="0.8"/></g>' in drawing.body
    assert "axes_1" not in drawing.body


def test_coordinates_keep_a_hundredth_of_a_point_and_scales_all_they_have() -> None:
    body = '<path d="M 1.23456 -0.999999 \nL 10 7.5" transform="translate(3.14159 2) scale(0.015625 -0.015625)"/>'
    written = embedded(f"{HEAD}{body}</svg>", "f0").body
    assert 'd="M 1.23 -1 L 10 7.5" transform="translate(3.14 2) scale(0.015625 -0.015625)"' in written


@pytest.mark.parametrize("names", [NAMES[:4], NAMES, HOSTILE], ids=["four", "twelve", "hostile"])
def test_every_figure_can_be_embedded_beside_the_others(names: tuple[str, ...]) -> None:
    bodies = {kind: embedded(svg, f"f{k}").body for k, (kind, svg) in enumerate(drawings(tuple(names)).items())}
    whole = "".join(bodies.values())
    identifiers = re.findall(r' id="([^"]*)"', whole)
    assert len(identifiers) == len(set(identifiers)) > 0
    assert set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', whole)) != set()
    for found in re.findall(r'(?:href="#|url\(#)([\w-]+)', whole):
        assert found in identifiers
    everyone = {str(k) for k in range(len(names))}
    for kind, body in bodies.items():
        whose = set() if kind in OF_NOBODY else everyone - {"0"} if kind in NOT_THE_BASELINE else everyone
        assert set(re.findall(r'data-policy="(\d+)"', body)) == whose
        assert {element.tag for element in read(body).all()} <= {
            "clippath",
            "defs",
            "g",
            "path",
            "pattern",
            "rect",
            "use",
        }
        assert 'class="text"' in body
        assert "<!--" not in body


def test_a_figure_loses_its_heading_only_in_the_page() -> None:
    drawn = draw.figure(data.of_comparison(made_comparison(), "value"))
    whole, kept = (embedded(text, "f0") for text in (draw.svg_without_heading(drawn), draw.svg_without_heading(drawn)))
    assert whole == kept
    assert whole.height < drawn.get_figheight() * 72 - 20
    assert all(text.get_visible() for text in drawn.texts)
