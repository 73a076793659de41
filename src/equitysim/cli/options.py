"""Options of commands as fields of frozen dataclasses: the words, the type and the default of each stand once.

A group of options is a dataclass. What a command asks for is one that inherits from the groups it is made of, in the
order in which ``--help`` shows them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, field, fields
from functools import wraps
from inspect import get_annotations
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import click

from equitysim import units
from equitysim.scenario.words import one_spelling

T = TypeVar("T")
Group = TypeVar("Group")
Rest = ParamSpec("Rest")

_OPTION = "option"


class _Option(NamedTuple):
    """How an option is typed, and what click is told of it."""

    name: str
    settings: dict[str, Any]


def option(name: str, default: T, words: str, **settings: Any) -> T:
    """A field that is typed as ``name``. ``words``: what ``--help`` says; ``settings``: further ones of
    ``click.option``."""
    return field(default=default, metadata={_OPTION: _Option(name, {"help": words, **settings})})


def needed(name: str, words: str, **settings: Any) -> Any:
    """One that has no default."""
    return field(metadata={_OPTION: _Option(name, {"help": words, "required": True, **settings})})


def flag(name: str, words: str) -> bool:
    """One that has no value: it is there or not."""
    return option(name, False, words, is_flag=True)


def whole(name: str, words: str, *, at_least: int = 1) -> int | None:
    """A whole number; None where it is not typed."""
    return option(name, None, words, type=WholeNumber(at_least), metavar="N")


_DIGITS = re.compile("[1-9][0-9]{0,19}")


class WholeNumber(click.ParamType[int]):
    """A whole number as a scenario writes it: ``2_000`` and ``2k``, while ``2.000`` and ``2,000`` are refused."""

    name = "whole number"

    def __init__(self, at_least: int, also: str = "") -> None:
        """``also``: what else may be typed, for the hint."""
        self._at_least = at_least
        self._also = also

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; ends with a usage error for any other text."""
        text = str(value)
        try:
            # a seed may have more digits than any quantity
            number = int(text) if _DIGITS.fullmatch(text) else units.whole(text)
        except units.UnitError as error:
            self.fail(f"{error.message}; {error.hint}{self._also}.", param, ctx)
        if number < self._at_least:
            self.fail(f"{number} is not in the range x>={self._at_least}.", param, ctx)
        return number


def _one_spelling(typed: Any) -> Any:
    """Texts as a scenario's names are compared; what is no text, such as a path, as it is."""
    if isinstance(typed, tuple):
        return tuple(_one_spelling(one) for one in typed)
    return one_spelling(typed) if isinstance(typed, str) else typed


def asks(group: type[Group]) -> Callable[[Callable[Concatenate[Group, Rest], int]], Callable[Rest, int]]:
    """Gives a command the options of a group. It is called with what was typed, as one of the group, and then with
    everything else that click has for it."""
    own = list(_fields(group))

    def add(command: Callable[Concatenate[Group, Rest], int]) -> Callable[Rest, int]:
        @wraps(command)
        def called(*arguments: Rest.args, **typed: Rest.kwargs) -> int:
            asked = group(**{one.name: _one_spelling(typed.pop(one.name)) for one in own})
            return command(asked, *arguments, **typed)

        shown: Callable[Rest, int] = called
        for one in reversed(own):
            shown = _added(one, shown)
        return shown

    return add


def _fields(group: type) -> Iterator[Field[Any]]:
    """The fields of a group: its own, then those of the groups it is made of, in their order. ``dataclasses.fields``
    has them the other way round."""
    left = {one.name: one for one in fields(group)}
    for part in group.__mro__:
        yield from (left.pop(name) for name in get_annotations(part) if name in left)


def _added(one: Field[Any], command: Callable[Rest, int]) -> Callable[Rest, int]:
    name, settings = one.metadata[_OPTION]
    default = {} if one.default is MISSING else {"default": one.default}
    return click.option(name, one.name, **default, **settings)(command)
