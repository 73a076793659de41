"""Matplotlib's SVG made fit to stand inside a page: one that lets no style attributes, no foreign identifiers and
nothing that acts through.

Only what is known to be harmless is copied; everything else is refused. Comments go, and with them every name that
people wrote: figures draw text as outlines.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from equitysim.report.view import Drawing

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS: Final = frozenset({"clipPath", "defs", "g", "path", "pattern", "rect", "use"})
_LEFT_OUT: Final = frozenset({"metadata", "style"})
_ATTRIBUTES: Final = frozenset(
    {"clip-path", "d", "fill", "height", "patternUnits", "stroke", "transform", "width", "x", "y"}
)
_STYLES: Final = frozenset(
    {
        "fill",
        "fill-opacity",
        "fill-rule",
        "opacity",
        "stroke",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-opacity",
        "stroke-width",
    }
)
_ROUNDED: Final = frozenset({"d", "height", "width", "x", "y"})
_LONG: Final = re.compile(r"-?\d+\.\d{3,}")
_TRANSLATE: Final = re.compile(r"translate\([^)]*\)")
_POLICY: Final = re.compile(r"policy-(\d+)(?:-|$)")
_URL: Final = re.compile(r"url\(#([^)]+)\)")
_SAFE: Final = re.compile(r"[\w\s.,:#()+-]*", re.ASCII)


_Names = Mapping[str, str]
"""The new identifiers of what is referred to."""


def embedded(text: str, prefix: str) -> Drawing:
    """The drawing in a document that matplotlib wrote.

    Identifiers are numbered under ``prefix``, so that several drawings can stand in one page. What belongs to one
    policy (identifiers ``policy-N-…``) is marked ``data-policy="N"``, lines of text ``class="text"``. Coordinates keep
    two decimals, a hundredth of a point. Raises ValueError for an element, attribute or reference that is not known to
    be harmless.
    """
    root = ET.fromstring(text)
    left, top, width, height = (float(number) for number in root.attrib["viewBox"].split())
    if (left, top) != (0.0, 0.0):
        raise ValueError(f"the drawing begins at {left}, {top}, not at 0, 0")
    names = {name: f"{prefix}-{k}" for k, name in enumerate(dict.fromkeys(_references(root)))}
    body = "".join(part for child in root for part in _copied(child, names))
    return Drawing(width, height, f'<g stroke-linejoin="round" stroke-linecap="butt">{body}</g>')


def _references(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in (_HREF, "href"):
                if not value.startswith("#"):
                    raise ValueError(f"a figure refers to {value[:80]!r}, outside itself")
                yield value[1:]
            else:
                yield from _URL.findall(value)


def _copied(element: ET.Element, names: _Names) -> Iterator[str]:
    kind = element.tag.removeprefix(_SVG)
    if kind in _LEFT_OUT:
        return
    if kind not in _ELEMENTS:
        raise ValueError(f"a figure holds an element <{kind}>, which is not known to be harmless")
    inside = "".join(part for child in element for part in _copied(child, names))
    if not inside and kind in ("g", "defs"):
        return
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in _attributes(element, names))
    yield f"<{kind}{attributes}>{inside}</{kind}>" if inside else f"<{kind}{attributes}/>"


def _attributes(element: ET.Element, names: _Names) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name == "id":
            yield from _identity(value, names)
        elif name in (_HREF, "href"):
            yield "href", f"#{names[value[1:]]}"
        elif name == "style":
            yield from (_checked(*pair, _STYLES, names) for pair in _declarations(value))
        elif name != "type":
            yield _checked(name, value, _ATTRIBUTES, names)
    if any(_is_glyph(child) for child in element):
        yield "class", "text"


def _identity(value: str, names: _Names) -> Iterator[tuple[str, str]]:
    if value in names:
        yield "id", names[value]
    policy = _POLICY.match(value)
    if policy is not None:
        yield "data-policy", policy[1]


def _is_glyph(element: ET.Element) -> bool:
    return element.tag == f"{_SVG}use" and "DejaVu" in element.attrib.get(_HREF, "")


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if name.strip():
            yield name.strip(), value.strip()


def _checked(name: str, value: str, allowed: frozenset[str], names: _Names) -> tuple[str, str]:
    if name not in allowed:
        raise ValueError(f"a figure holds an attribute {name!r}, which is not known to be harmless")
    shown = " ".join(value.split())
    if _SAFE.fullmatch(shown) is None:
        raise ValueError(f"a figure holds {name}={shown[:80]!r}, which is not known to be harmless")
    if name in _ROUNDED:
        shown = _LONG.sub(_rounded, shown)
    elif name == "transform":
        shown = _TRANSLATE.sub(lambda found: _LONG.sub(_rounded, found[0]), shown)
    return name, _URL.sub(lambda found: f"url(#{names[found[1]]})", shown)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
