"""Numbers as people write them: what is read, what is refused, and what would be right instead.

A number is never guessed: thousands set apart and decimal commas are refused with a hint that keeps their value. What
only looks otherwise, such as blanks of any kind, fullwidth digits and minus signs, means the same.
"""

import math
import re
import unicodedata
from decimal import Context, Decimal

EXACT = Context(prec=40)
"""Digits to spare, whatever decimal context the caller has set."""

LONGEST_NUMBER = 40
LARGEST_NUMBER = Decimal(10) ** 15

_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<digits>\d[\d_]*\d|\d)?(?P<fraction>\.\d*)?(?P<exponent>[eE][-+]?\d{1,3})?(?P<kilo>k)?"
)
_POWERS = {
    "k": 3,
    "tsd": 3,
    "thousand": 3,
    "m": 6,
    "mio": 6,
    "mn": 6,
    "million": 6,
    "millions": 6,
    "bn": 9,
    "billion": 9,
}
_NUMBER_LIKE = re.compile(r"[-+]?\.?\d(?:[\d_.,'’]| (?=\d))*+(?:[eE][-+]?\d+)?k?(?![\w:/])")
_GROUPED = re.compile(r"(?P<sign>[-+]?)(?P<body>\d+(?:[.,'’ ]\d+)+)")
_IN_GROUPS = re.compile(r"[1-9]\d{0,2}(?P<by>[.,'’ ])\d{2,3}(?:(?P=by)\d{2,3})*(?<=\d{3})")
_NOT_FINITE = frozenset({"nan", ".nan", "inf", ".inf", "infinity"})

ALIKE = str.maketrans(
    {chr(0xFF01 + k): chr(0x21 + k) for k in range(94)}
    | dict.fromkeys("\N{MINUS SIGN}\N{SMALL HYPHEN-MINUS}\N{HYPHEN}\N{NON-BREAKING HYPHEN}", "-")
    | dict.fromkeys("\N{ARABIC PERCENT SIGN}\N{SMALL PERCENT SIGN}", "%")
)
"""Fullwidth forms, signs and hyphens that look like those of a keyboard and mean the same."""


class UnitError(ValueError):
    """Text that is not the quantity it should be; ``hint`` says what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def tidied(text: str) -> str:
    """The text as a keyboard would write it: a blank for blanks of any kind, fullwidth forms and signs as in ASCII."""
    return " ".join(text.translate(ALIKE).split())


def decimal(text: str, unit: str = "") -> Decimal:
    """Read a number: ``1_000``, ``0.5``, ``1e-3``, ``50k``. ``unit``: what follows it, for the hint.

    Raises UnitError for anything else, for leading zeros (which some readers take as octal), for NaN and infinity,
    and beyond 10¹⁵. Thousands set apart and decimal commas are never guessed; the hint keeps the value.
    """
    text = tidied(text)
    if len(text) > LONGEST_NUMBER:
        raise UnitError(f"a number of {len(text)} characters", f"at most {LONGEST_NUMBER} characters")
    if text.lower().lstrip("+-") in _NOT_FINITE:
        raise UnitError(f"'{text}' is not a finite number", "write a finite number")
    match = _NUMBER.fullmatch(text)
    if match is None or not (match["digits"] or len(match["fraction"] or "") > 1) or not text.isascii():
        raise UnitError(f"'{text}' is not a number", _number_hint(text, unit))
    digits = (match["digits"] or "0").replace("_", "")
    if len(digits) > 1 and digits.startswith("0"):
        raise UnitError(
            f"'{text}' has a leading zero", f"write {digits.lstrip('0') or '0'}{match['fraction'] or ''}{unit}"
        )
    value = Decimal(f"{match['sign']}{digits}{match['fraction'] or ''}{match['exponent'] or ''}")
    if match["kilo"]:
        value = EXACT.multiply(value, 1_000)
    if abs(value) > LARGEST_NUMBER:
        raise UnitError(f"'{text}' is too large", "write a number below 1e15")
    return value


def whole(text: str) -> int:
    """Read a whole number. Raises UnitError, also for a fraction of zeros: ``2.000`` is two thousand to many."""
    text = tidied(text)
    value = decimal(text)
    low, match = math.floor(value), _NUMBER.fullmatch(text)
    if match is not None and match["fraction"] and not match["exponent"] and not match["kilo"]:
        readings = _readings(text, points=True)
        rounded = f"{low}" if value == low else f"{low} or {low + 1}"
        hint = (
            f"write {_grouped(readings[0])}, or {rounded} if that is meant" if len(readings) > 1 else f"write {rounded}"
        )
        raise UnitError(f"'{text}' is not a whole number: it has a fraction", hint)
    if value != low:
        raise UnitError(f"'{text}' is not a whole number", f"write {low} or {low + 1}")
    return low


def _number_hint(text: str, unit: str) -> str:
    """What would be right, with the value that was written."""
    start = _NUMBER_LIKE.match(text)
    readings = () if start is None else _readings(start[0], points=start[0] != text)
    beyond = "" if start is None or start[0] == text else ": a plain number belongs here"
    if len(readings) > 1:
        return f"write {_grouped(readings[0])}{unit}, or {plain(Decimal(readings[1]))}{unit} if that is meant{beyond}"
    if readings:
        return f"write {_grouped(readings[0])}{unit}{beyond}"
    if start is not None and (power := _POWERS.get(text[start.end() :].strip(" .").lower())):
        return f"write {_grouped(plain(EXACT.scaleb(Decimal(start[0]), power)))}{unit}"
    if start is not None and beyond and _NUMBER.fullmatch(start[0]):
        return f"write {start[0]}{beyond}"
    digits = "".join(str(unicodedata.decimal(character, character)) for character in text)
    if digits != text and _NUMBER.fullmatch(digits):
        return f"write {digits}{unit}"
    return "write a number such as 12, 0.5, 1_000 or 50k"


def _readings(text: str, *, points: bool = False) -> tuple[str, ...]:
    """What a number with thousands set apart or a decimal comma may mean: whole thousands first, then a fraction.
    ``points``: a single point may set thousands apart as well."""
    match = _GROUPED.fullmatch(text)
    if match is None:
        return ()
    sign, body = match["sign"], match["body"]
    by = "".join(character for character in body if not character.isdigit())
    last = by[-1]
    groups = re.sub(r"[.,'’ ]", "", body)
    before, _, after = body.rpartition(last)
    if len(set(by)) > 1:
        first = before.replace(by[0], "")
        fits = last in ".," and by.count(last) == 1 and _IN_GROUPS.fullmatch(before)
        return (f"{sign}{first}.{after}",) if fits else ()
    grouped = _IN_GROUPS.fullmatch(body) is not None
    if len(by) > 1 or last not in ".,":
        return (f"{sign}{groups}",) if grouped else ()
    if last == "." and not points:
        return ()
    return (f"{sign}{groups}", f"{sign}{before}.{after}") if grouped else (f"{sign}{before}.{after}",)


def _grouped(number: str) -> str:
    """``2000 or 2_000``; other numbers as they are."""
    digits = number.lstrip("+-")
    return f"{number} or {int(number):_}" if digits.isdigit() and len(digits) > 3 else number


def meant(text: str) -> Decimal | None:
    """A number alone, also with a decimal comma; None for anything else."""
    readings = _readings(text)
    return Decimal(readings[-1]) if readings else bare(text)


def apart(text: str) -> tuple[str, str]:
    """A number at the beginning, as it was written, and what follows it."""
    match = _NUMBER_LIKE.match(text)
    return ("", text) if match is None else (match[0], text[match.end() :])


def thousands(text: str) -> str | None:
    """What to write instead of a number whose only point has exactly three digits after it, since a point sets
    thousands apart in some countries: ``50.000 per quarter``. None for any other text."""
    number, rest = apart(tidied(text))
    readings = _readings(number, points=True) if number.count(".") == 1 and "," not in number else ()
    if len(readings) < 2:
        return None
    short = plain(Decimal(readings[1]))
    alone = f"{short}0" if short == readings[1] else short
    return f"write {_grouped(readings[0])}{rest}, or {alone}{rest} if that is meant"


def significant(value: float | Decimal, figures: int) -> Decimal:
    """The number to so many significant digits, exactly."""
    return Decimal(f"{value:.{figures}g}")


LARGEST_SHOWN = 1e12
"""Numbers from here on are shown with a power of ten: nobody reads fifteen digits."""

SMALLEST_SHOWN = 1e-12
"""So are those that are smaller, but for 0."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def rounded(value: float, figures: int = 3, sign: str = "") -> str:
    """A number for people to so many significant digits: ``1,130``, ``0.00012``, ``2.38 × 10¹⁴``. ``sign``: ``+`` shows
    it of what is positive, too."""
    if not math.isfinite(value):
        return f"{value:{sign}}"
    exact = significant(value, figures)
    if exact and not SMALLEST_SHOWN <= abs(exact) < LARGEST_SHOWN:
        power = exact.adjusted()
        raised = str(power).translate(_RAISED)
        return f"{exact.scaleb(-power).normalize(EXACT):{sign}f}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{raised}"
    return f"{exact:{sign},f}"


def plain(value: Decimal) -> str:
    """The shortest text of a number without an exponent, if that is not too long."""
    short = value.normalize(EXACT)
    text = format(short, "f")
    return text if len(text) <= LONGEST_NUMBER - 4 else str(short)


def bare(text: str, unit: str = "") -> Decimal | None:
    """A number alone; None for what is none. Raises UnitError as :func:`decimal` for one that cannot be read."""
    try:
        return decimal(text, unit)
    except UnitError:
        if _NUMBER_LIKE.fullmatch(text) or (_NUMBER.fullmatch(text) and any(map(str.isdigit, text))):
            raise
        return None
