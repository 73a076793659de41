"""Policies: lists of programs, changed programs, and source settings (model §6)."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Tag

from equitysim import units
from equitysim.scenario.by_value import GainByValue, RestoreByValue
from equitysim.scenario.parts import Model, key, problem, problems
from equitysim.scenario.programs import (
    Program,
    Treatment,
    default_gain,
    default_restore,
    default_weight,
    program_faults,
)
from equitysim.scenario.quantities import Cost, LeadRate, Points, Text


class Use(Treatment):
    """A program in a policy, as it is or changed; a changed one keeps the luck of its base."""

    states_differences = True

    use: Text = key(meaning="The program.", effect="One of programs.")
    as_: Text | None = key(
        None,
        alias="as",
        range="any new name",
        shown="the program's own name",
        source="A convention.",
        meaning="Name of the changed program.",
        effect="Distinguishes it in tables from its base.",
    )

    @property
    def name(self) -> str:
        """What the policy calls it."""
        return self.as_ or self.use

    def in_a_word(self) -> str | None:
        """The program's name, if it is used as it is."""
        return None if self.changed or self.as_ is not None else self.use

    @property
    def changed(self) -> bool:
        """Whether it differs from its base."""
        return bool(self.model_fields_set - {"use", "as_"})


class SourceSetting(Model):
    """A channel that this policy runs differently."""

    states_differences = True

    channel: Text = key(meaning="The channel.", effect="One of channels.")
    leads: LeadRate | None = key(
        None,
        unit="leads",
        shown="the channel's",
        source="The channel's own.",
        meaning="Leads under this policy.",
        effect="0 switches the channel off; half the leads are the same people, later.",
    )
    cost: Cost | None = key(
        None,
        unit="money per lead",
        shown="the channel's",
        source="The channel's own.",
        meaning="Cost per lead under this policy.",
        effect="What a better or cheaper campaign costs.",
    )
    oversell: Points | None = key(
        None,
        unit="points",
        shown="the channel's",
        source="The channel's own.",
        meaning="Oversell under this policy.",
        effect="0 stops borrowing.",
    )


def _entry_kind(raw: object) -> str:
    if isinstance(raw, SourceSetting) or (isinstance(raw, dict) and "channel" in raw and "use" not in raw):
        return "<channel>"
    return "<use>"


def _entry(raw: object) -> object:
    if isinstance(raw, str):
        return {"use": raw}
    if not isinstance(raw, dict | Model):
        raise problem(
            "must be a program's name or a mapping", "write {use: NAME, as: NAME} or {channel: NAME, leads: 0}"
        )
    return raw


Entry = Annotated[
    Annotated[Use, Tag("<use>")] | Annotated[SourceSetting, Tag("<channel>")],
    Discriminator(_entry_kind),
    BeforeValidator(_entry),
]


def variants(entries: tuple[Use | SourceSetting, ...]) -> Iterator[Use]:
    """The programs of a policy."""
    return (entry for entry in entries if isinstance(entry, Use))


def merged(program: Program, change: "Use") -> Program:
    """A program with a variant's changes; what neither states has its default for the result.

    Raises ValidationError if that makes no sense.
    """
    given = {name: getattr(program, name) for name in program.model_fields_set}
    for name in change.model_fields_set & set(Program.model_fields):
        value = getattr(change, name)
        old = given.get(name)
        # A trigger is one choice, and so is what a touch does: they are replaced whole.
        if isinstance(value, Model) and isinstance(old, Model) and name not in ("when", "gain", "restore"):
            value = _overlaid(old, value)
        given[name] = value
    return _complete(given)


def _overlaid(old: Model, new: Model) -> Model:
    changes = {name: getattr(new, name) for name in new.model_fields_set}
    for name, value in changes.items():
        before = getattr(old, name)
        if isinstance(value, Model) and isinstance(before, Model):
            changes[name] = _overlaid(before, value)
    values = {name: getattr(old, name) for name in type(old).model_fields} | changes
    return type(old).model_construct(_fields_set=old.model_fields_set | new.model_fields_set, **values)


@cache
def _blank() -> Program:
    """A program with nothing but defaults: frozen, so one serves all."""
    return Program.modelled({"when": "lead"})


def _complete(given: dict[str, Any]) -> Program:
    """Defaults for the keys not given, with canonical values for those given."""
    values = {name: getattr(_blank(), name) for name in Program.model_fields} | given
    if "restore" not in given:
        values["restore"] = RestoreByValue.model_validate(default_restore(values))
    if "gain" not in given:
        values["gain"] = GainByValue.model_validate(default_gain(values))
    if "weight" not in given:
        values["weight"] = units.number(default_weight(values))
    program = Program.model_construct(_fields_set=set(given), **values)
    problems("Program", program_faults(program))
    return program
