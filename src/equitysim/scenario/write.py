"""Scenarios as files: the resolved one, with every value written out, and the one to start from."""

import re
from collections.abc import Iterator

from equitysim.digits import rounded
from equitysim.scenario.lower import lower
from equitysim.scenario.outlook import behaviour
from equitysim.scenario.plain import GIVEN, Row, rows_of
from equitysim.scenario.schema import Scenario

_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_ %./()+-]*[A-Za-z0-9_%.)+])?")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_LONGEST_KEY = 200
_SELF_EVIDENT = frozenset({"time", "date", "share"})

STARTER = """\
# A shop and its customers. Change what you know, leave out what you do not: every key has a default.
#   equitysim check FILE      every mistake at once, with its place
#   equitysim show FILE       every value, also the defaults, and where it is from
#   equitysim explain KEY     what a key means
#   equitysim compare FILE    which policy earns more, and how sure that is
format: 1
name: My shop
start: 2027-01-01
horizon: 3 years
currency: EUR

existing: {active: 2000, history: 3 years}      # your customers today, who came over so long
channels:
  advertising: {leads: 100 per month, cost: 5}  # people who hear of you, and what each costs

segments:                                       # occasions: how often they buy such things, from whomever
  regulars:   {share: 25 %, occasions: {mean: 40 per year, spread: 60 %}, order: {mean: 12, spread: 30 %}, margin: 50 %}
  occasional: {share: 75 %, occasions: {mean: 6 per year, spread: 90 %}, order: {mean: 10, spread: 30 %}, margin: 50 %}

equity:                                         # what a balance of 0 and of 100 points means
  choice:    {at_0: 45 %, at_100: 85 %}         # buys from you on a buying occasion
  defection: {at_0: 35 % per year, at_100: 8 % per year}

failure: {per_order: 3 %}                       # orders that go wrong

desks:
  care: {agents: 1, hours: 2 per week, cost: 28 per hour}

programs:
  welcome:      {when: first_purchase, gain: 8, cost: 1}
  reward best:  {when: {every: 90 days}, audience: {best: 20 %}, cost: 0.50,
                 reward: {value: 4, costs_us: 50 %}, gain: {at_1: 5, at_4: 10}}   # points if worth 1, and if worth 4
  make it good: {when: known_failure, restore: {at_0: 40 %, at_5: 90 %}, reward: {value: 5}, desk: care}

policies:                                       # the first is what you do today
  today:            [welcome]
  reward the best:  [welcome, reward best]
  recover everyone: [welcome, make it good]

compare: {baseline: today, measure: net_value, matters: 0.20}   # differences under 0.20 a person are ties
"""


def starter() -> str:
    """The text of a first scenario: short, commented and valid."""
    return STARTER


def resolved(scenario: Scenario) -> str:
    """The scenario with every value written out, its unit and origin beside it; loads back to an equal scenario."""
    head = [
        f"# {_comment(scenario.name)}, every value written out. Beside each its unit, and where a default is from:",
        "# published (a source reports it), derived (from such figures), judgement. What has no such remark was given.",
    ]
    return "\n".join([*head, *_meaning(scenario), *_lines(rows_of(scenario), 0)]) + "\n"


def _meaning(scenario: Scenario) -> Iterator[str]:
    """What points mean in behaviour, as comments."""
    rows = behaviour(lower(scenario, scenario.baseline))
    yield "#"
    yield "# What points mean. Customers at a balance of"
    yield "#" + " " * 27 + "".join(f"{row.balance:>8.0f}" for row in rows)
    for label, shares in (
        ("buy on an occasion", [row.choice for row in rows]),
        (f"leave per {rows[0].defection_per}", [row.defection for row in rows]),
        ("refer after a clean order", [row.referral for row in rows]),
        ("complain after a failure", [row.voice for row in rows]),
        ("return when invited", [row.win_back for row in rows]),
    ):
        yield f"# {label:<26}" + "".join(f"{rounded(share * 100):>6} %" for share in shares)
    yield "#"


def _lines(rows: tuple[Row, ...], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for row in rows:
        key = f"{indent}{text(row.key)}:"
        if len(key) > _LONGEST_KEY:
            # A key this long is not recognised as one unless it is marked.
            yield f"{indent}? {text(row.key)}"
            key = f"{indent}:"
        if row.rows:
            yield key
            yield from _lines(row.rows, depth + 1)
        elif row.items and any(item.rows is not None for item in row.items):
            yield key
            yield from (f"{indent}  - {_flow(item)}" for item in row.items)
        else:
            yield f"{key} {_flow(row)}{_remark(row)}"


def _flow(row: Row) -> str:
    if row.rows is not None:
        return "{" + ", ".join(f"{_flow_key(below.key)}: {_flow(below)}" for below in row.rows) + "}"
    if row.items is not None:
        return "[" + ", ".join(_flow(item) for item in row.items) + "]"
    return text(row.text or "") if row.name_like else (row.text or "")


def _flow_key(name: str) -> str:
    written = text(name)
    return written if len(written) <= _LONGEST_KEY else f"? {written} "


def _remark(row: Row) -> str:
    unit = "" if row.unit in _SELF_EVIDENT else row.unit
    said = "; ".join(part for part in (unit, "" if row.origin == GIVEN else f"default, {row.origin}") if part)
    return f"  # {said}" if said else ""


_DEFAULT = re.compile(r"  # (?:[^;#]*; )?default, (?P<origin>[a-z]+)$")


def origins(text: str) -> dict[int, str]:
    """Line → where the default on it is from, by the remarks of a resolved scenario; what was given has none."""
    found = ((number, _DEFAULT.search(line)) for number, line in enumerate(text.splitlines(), 1))
    return {number: match["origin"] for number, match in found if match is not None}


def _comment(name: str) -> str:
    return re.sub(r"[^\w .,;()%-]", "_", name[:80])


def text(word: str) -> str:
    """A word or name as YAML, quoted where anything could read it as something else."""
    if _PLAIN.fullmatch(word) and word.lower() not in _WORDS and word.isascii():
        return word
    return '"' + "".join(_escaped(character) for character in word) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    code = ord(character)
    if character.isprintable() and code > 0xA0:
        return character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
