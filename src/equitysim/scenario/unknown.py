"""What a person writes about a number they do not know: a range, a likely value in it, or a mean and a spread."""

from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from equitysim.digits import tidied
from equitysim.scenario.parts import Model, Problem, key, problem, problems
from equitysim.scenario.quantities import SpreadOfMean
from equitysim.scenario.quantity import Quantity

TO = " to "
"""Between the two ends of a plain range."""


def _written(text: str) -> str:
    # It is written out as it stands, so it is one line.
    return tidied(text)


Written = Annotated[str, Quantity("a value", _written, str, r"\S", numeric=True)]
"""A value as text: which quantity it is depends on the number it is about."""


class Unknown(Model):
    """How far a number of the scenario may be from what is written."""

    low: Written | None = key(
        None,
        shown="none",
        range="any",
        source="Nothing is assumed.",
        meaning="The least it may be.",
        effect="With high alone, every value between is as likely as any other: 2 % to 6 %.",
    )
    likely: Written | None = key(
        None,
        shown="none",
        range="any",
        source="Nothing is assumed.",
        meaning="The likeliest value between low and high.",
        effect="Chances rise in a straight line from low to likely and fall to high: a triangle.",
    )
    high: Written | None = key(
        None,
        shown="none",
        range="any",
        source="Nothing is assumed.",
        meaning="The most it may be.",
        effect="Nothing beyond it is tried.",
    )
    mean: Written | None = key(
        None,
        shown="none",
        range="any",
        source="Nothing is assumed.",
        meaning="Its mean, where a mean and a spread are known.",
        effect="A gamma distribution, as with every mean and spread in a scenario.",
    )
    spread: SpreadOfMean | None = key(
        None,
        unit="coefficient of variation",
        shown="none",
        range="2 % to 50 %",
        source="Nothing is assumed.",
        meaning="Standard deviation over mean.",
        effect="At 10 % two worlds in three lie within a tenth of the mean.",
    )

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, raw: object) -> object:
        if not isinstance(raw, str):
            return raw
        low, separator, high = tidied(raw).partition(TO)
        if not separator:
            raise problem(f"{raw} is no range", "write such as 2 % to 6 %, or {low: …, likely: …, high: …}")
        return {"low": low, "high": high}

    @model_validator(mode="after")
    def _one_way(self) -> "Unknown":
        problems("Unknown", list(self._faults()))
        return self

    def _faults(self) -> list[Problem]:
        range_ = {name for name in ("low", "likely", "high") if getattr(self, name) is not None}
        spread = {name for name in ("mean", "spread") if getattr(self, name) is not None}
        if range_ and spread:
            return [Problem((), "gives a range beside mean or spread", "write one of the two")]
        if range_ >= {"low", "high"} or spread == {"mean", "spread"}:
            return []
        return [
            Problem(
                (), "says too little", "write {low: …, high: …}, with likely if you know it, or {mean: …, spread: …}"
            )
        ]

    def in_a_word(self) -> str | None:
        """A plain range."""
        return None if self.low is None or self.likely is not None else f"{self.low}{TO}{self.high}"

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "string", "pattern": TO}, dict(described)]}
