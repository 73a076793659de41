"""What all parts of a scenario share: the model they derive from, their faults, and how a key is described."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from equitysim.errors import UsageError

Origin = Literal["published", "derived", "judgement", "given"]
Place = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing wrong below a model: where, what, and what would be right."""

    place: Place
    message: str
    hint: str = ""


def problem(message: str, hint: str = "") -> PydanticCustomError:
    """A fault that a validator raises for the value it was given."""
    # Braces in a user's text would be taken for placeholders, so the text travels as context.
    return PydanticCustomError("rule", "{message}", {"message": message, "hint": hint})


def problems(title: str, found: Iterable[Problem]) -> None:
    """Raise all problems of one model at once, each at its own place; nothing if there are none."""
    details = [InitErrorDetails(type=problem(message, hint), loc=place, input=None) for place, message, hint in found]
    if details:
        raise ValidationError.from_exception_data(title, details)


class Model(BaseModel):
    """Base of all parts of a scenario: frozen, and without keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, populate_by_name=False)

    states_differences: ClassVar[bool] = False
    """Whether what is left out is no default but the base's."""
    complete_in_differences: ClassVar[bool] = False
    """Whether it is complete even where differences are stated: what is left out was taken from the base when read."""

    @classmethod
    def modelled(cls, data: Any) -> Self:
        """What plain data describes, by its form alone. Raises pydantic's ValidationError."""
        made: Self = cls.__pydantic_validator__.validate_python(data)
        return made

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; with changes it would be one that nothing has checked. Raises ``errors.UsageError`` for those."""
        if update:
            raise UsageError(
                "model_copy(update=…) checks nothing; change a scenario by scenario.changed({path: value})"
            )
        return super().model_copy(deep=deep)

    def in_a_word(self) -> str | None:
        """The text that stands for the whole part, if it is written as one."""
        return None

    def word_type(self) -> Any:
        """The type of that text, and of the points of a curve, if they are quantities."""
        return None

    def filled(self) -> Mapping[str, Any]:
        """Values of keys whose default depends on what else is said."""
        return {}

    def points_written(self) -> Mapping[str, Any]:
        """Keys that are no fields: the points of a curve, as text."""
        return {}


def key(
    default: Any = ...,
    *,
    meaning: str,
    effect: str,
    unit: str = "",
    range: str = "",  # noqa: A002
    origin: Origin = "judgement",
    source: str = "No source; a judgement.",
    shown: str = "",
    factory: Callable[..., Any] | None = None,
    alias: str | None = None,
) -> Any:
    """Describe one key of the schema.

    ``default`` is written as in a file; ``factory`` replaces it where the default depends on the keys above, and
    ``shown`` then says it in words. ``range`` is what the values may plausibly be (what is allowed at all is part of
    the type).
    """
    required = default is ... and factory is None
    extra = {
        "unit": unit,
        "range": range,
        "origin": "given" if required else origin,
        "source": "" if required else source,
        "effect": effect,
        "shown": shown,
    }
    settings: dict[str, Any] = {"description": meaning, "json_schema_extra": {"x-equitysim": extra}}
    if alias is not None:
        settings["alias"] = alias
    if factory is not None:
        return Field(default_factory=factory, **settings)
    return Field(**settings) if required else Field(default, **settings)
