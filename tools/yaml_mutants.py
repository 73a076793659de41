"""Spoil the shipped scenarios and studies in every way that people and programs do: is each checked to an end?

    python tools/yaml_mutants.py [--count N] [--seed S]

Each mutant is a shipped file with one to three mutations: lines dropped, doubled, swapped, moved to another depth, cut
off; values of other places, other types, other scripts and no size; odd characters. ``check`` must end with 0, or with
3 and faults that each name file, line and column; never with anything else, an internal fault or a traceback. What is
sound must also become a plan, or be refused on purpose.
"""

import argparse
import contextlib
import io
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from equitysim.cli import main as command
from equitysim.errors import EquitySimError
from equitysim.interrupts import INTERRUPTED
from equitysim.scenario.load import is_study, load
from equitysim.scenario.lower import lower

ROOT = Path(__file__).parents[1]
FILES = (*sorted((ROOT / "scenarios").glob("*.yaml")), *sorted((ROOT / "studies").glob("*.yaml")))

SHARES = [8 if file.parent.name == "scenarios" else 1 for file in FILES]
"""A study takes longer, since a scenario is checked at every point of its design."""

PLACE = re.compile(r".+:\d+:\d+: (error|warning|note): .+")

VALUES = (
    *("", "null", "~", "true", "no", "[]", "{}", "[1, 2]", "{a: 1}", "- 1", "text", "'quoted", '"', "*alias", "&a x"),
    *("!!python/object:os.system x", "!!binary a", "!tag", "|", ">", "? x", "<<: *x", "@", "`", "%", "#", ": ", "- "),
    *("0", "-1", "-0.0", "1e400", "-1e308", "1e-400", ".nan", ".inf", "9" * 400, "0x1F", "0o17", "1_000", "1,5"),
    *("50 %", "101 %", "-3 %", "3 weeks", "0 days", "1e9 years", "1 per second", "12 per", "per year", "2027-02-30"),
    *("\u0663 days", "\u00bd year", "1\u00a0000", "3\u202fweeks", "\ufeff5", "\u200b", "\u202e3", "na\u00efve"),
    *("\U0001f986" * 40, "1.000", "x" * 5_000),
)
"""What is written where a value stands."""

CHARACTERS = "\t\0\x07\x1b\x7f\x85\u2028\ufeff\u200f\ud7ff\U0010ffff\r{}[]:,#&*!|>'\"%@`-? \n"

KEY = re.compile(r"^(\s*(?:- )?[^#:\n]+:)(.*)$")

Lines = list[str]
Mutation = Callable[[Lines, random.Random], None]


def _dropped(lines: Lines, luck: random.Random) -> None:
    del lines[luck.randrange(len(lines))]


def _doubled(lines: Lines, luck: random.Random) -> None:
    place = luck.randrange(len(lines))
    lines.insert(place, lines[place])


def _swapped(lines: Lines, luck: random.Random) -> None:
    a, b = luck.randrange(len(lines)), luck.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def _moved(lines: Lines, luck: random.Random) -> None:
    place = luck.randrange(len(lines))
    lines[place] = luck.choice(("", " ", "  ", "    ", "\t")) + lines[place].lstrip(luck.choice((" ", "")) or None)


def _cut_off(lines: Lines, luck: random.Random) -> None:
    place = luck.randrange(len(lines))
    lines[place] = lines[place][: luck.randint(0, len(lines[place]))]
    if luck.random() < 0.3:
        del lines[place + 1 :]


def _valued(lines: Lines, luck: random.Random) -> None:
    keyed = [k for k, line in enumerate(lines) if KEY.match(line)]
    if keyed:
        place = luck.choice(keyed)
        lines[place] = KEY.sub(lambda found: f"{found[1]} {luck.choice(VALUES)}", lines[place])


def _from_elsewhere(lines: Lines, luck: random.Random) -> None:
    """The value of another key."""
    keyed = [k for k, line in enumerate(lines) if KEY.match(line)]
    if keyed:
        a, b = luck.choice(keyed), luck.choice(keyed)
        value = KEY.sub(r"\2", lines[b])
        lines[a] = KEY.sub(lambda found: found[1] + value, lines[a])


def _number(lines: Lines, luck: random.Random) -> None:
    numbered = [k for k, line in enumerate(lines) if re.search(r"\d", line)]
    if numbered:
        place = luck.choice(numbered)
        found = luck.choice(list(re.finditer(r"[\d.]+", lines[place])))
        new = (
            luck.choice(VALUES) if luck.random() < 0.3 else f"{luck.choice((1, -1)) * 10 ** luck.uniform(-20, 20):.3g}"
        )
        lines[place] = lines[place][: found.start()] + new + lines[place][found.end() :]


def _character(lines: Lines, luck: random.Random) -> None:
    place = luck.randrange(len(lines))
    at = luck.randint(0, len(lines[place]))
    gone = luck.randint(0, 1)
    lines[place] = lines[place][:at] + luck.choice(CHARACTERS) + lines[place][at + gone :]


def _key(lines: Lines, luck: random.Random) -> None:
    """A letter of a key is missing, or another one."""
    keyed = [k for k, line in enumerate(lines) if KEY.match(line)]
    if keyed:
        place = luck.choice(keyed)
        at = luck.randrange(lines[place].index(":") + 1)
        lines[place] = lines[place][:at] + luck.choice(("", "x", "é", " ")) + lines[place][at + 1 :]


MUTATIONS: tuple[Mutation, ...] = (
    *(_dropped, _doubled, _swapped, _moved, _cut_off),
    *(_valued, _from_elsewhere, _number, _character, _key),
)


def mutant(text: str, luck: random.Random) -> str:
    """The text with one to three mutations."""
    lines = text.split("\n")
    for mutate in luck.choices(MUTATIONS, k=luck.randint(1, 3)):
        if lines:
            mutate(lines, luck)
    return "\n".join(lines)


class Ended(NamedTuple):
    """What came of a mutant: sound, refused or BROKEN, and what was said where it is broken."""

    kind: str
    said: str


def ended(file: Path) -> Ended:
    """Check a file, and make plans of it where it is sound."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = command(["check", str(file)])
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    said = out.getvalue() + err.getvalue()
    if code == 3:
        told = out.getvalue().splitlines()
        right = bool(told) and all(PLACE.fullmatch(line) or line.startswith("… and ") for line in told)
        return Ended("refused" if right and any(": error: " in line for line in told) else "BROKEN", said)
    if code != 0 or "Traceback" in said:
        return Ended("BROKEN", said)
    if not is_study(file):
        try:
            scenario = load(file)
            for policy in scenario.policies:
                lower(scenario, policy)
        except EquitySimError:
            return Ended("sound, refused later", said)
        except Exception as error:  # noqa: BLE001  # what is looked for
            return Ended("BROKEN", f"{said}{type(error).__name__}: {error}")
    return Ended("sound", said)


def storm(count: int, seed: int, folder: Path) -> Counter[str]:
    """Check so many mutants, tell each that is broken, and count."""
    luck = random.Random(seed)
    for place in {file.parent for file in FILES}:
        shutil.copytree(place, folder / place.name, dirs_exist_ok=True)
    kinds: Counter[str] = Counter()
    for number in range(count):
        (original,) = luck.choices(FILES, SHARES)
        file = folder / original.parent.name / "mutant.yaml"
        text = mutant(original.read_text("utf-8"), luck)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        found = ended(file)
        kinds[found.kind] += 1
        if found.kind.isupper():
            kept = folder / f"broken-{number}.yaml"
            kept.write_bytes(file.read_bytes())
            print(f"{number}: {original.name}, kept as {kept}\n{found.said[:1_000]}\n", flush=True)
    return kinds


def main() -> int:
    """The command line; 1 if any was broken, whose files are then kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="equitysim-mutants-"))
    kinds = storm(asked.count, asked.seed, folder)
    print(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    if "BROKEN" in kinds:
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
