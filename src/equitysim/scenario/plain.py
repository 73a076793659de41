"""A scenario as text again: every value with its unit, its origin and what it means, defaults written out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args, get_origin

from pydantic.fields import FieldInfo

from equitysim.scenario.parts import Model
from equitysim.scenario.quantity import Quantity

GIVEN = "given"


@dataclass(frozen=True)
class Row:
    """One key: a text, a list, or further rows.

    ``origin``: given, or where the default is from (published, derived, judgement). ``name_like``: a word or a name
    rather than a quantity. ``quantity``: how the text is read, if it is one; ``range``: what it may plausibly be.
    """

    key: str
    origin: str
    unit: str = ""
    source: str = ""
    range: str = ""
    quantity: Quantity | None = None
    text: str | None = None
    name_like: bool = False
    rows: "tuple[Row, ...] | None" = None
    items: "tuple[Row, ...] | None" = None


def with_values(model: Model, **values: Any) -> Any:
    """A copy with some values, that still knows which keys were given."""
    everything = {name: getattr(model, name) for name in type(model).model_fields} | values
    return type(model).model_construct(_fields_set=set(model.model_fields_set), **everything)


def content(model: Model, *, given: bool = False) -> dict[str, Any]:
    """The resolved part as nested mappings and lists of texts, in declared order; ``given``: without defaults."""
    return {row.key: _data(row) for row in rows_of(model, given)}


def _data(row: Row) -> Any:
    if row.rows is not None:
        return {below.key: _data(below) for below in row.rows}
    return row.text if row.items is None else [_data(below) for below in row.items]


def rows_of(model: Model, partial: bool = False) -> tuple[Row, ...]:
    """All keys of a part in declared order; only those given where it states differences."""
    return tuple(_rows(model, partial or model.states_differences))


def _rows(model: Model, partial: bool) -> Iterator[Row]:
    filled = model.filled()
    for name, info in type(model).model_fields.items():
        described = info.json_schema_extra
        if not isinstance(described, dict) or (partial and name not in model.model_fields_set):
            continue
        value = filled.get(name, getattr(model, name))
        meta = described["x-equitysim"]
        if isinstance(meta, dict):
            origin = GIVEN if name in model.model_fields_set else str(meta["origin"])
            source = "" if origin == GIVEN else str(meta["source"])
            base = Row(info.alias or name, origin, str(meta["unit"]), source, str(meta["range"]))
            row = _row(base, value, annotation_of(info), partial)
            if row is not None:
                yield row


def _points(model: Model, base: Row) -> Iterator[Row]:
    """The points of a curve: given or not as the whole curve is."""
    for name, text in model.points_written().items():
        yield _with(base, key=name, text=text, quantity=quantity_of(model.word_type()))


def annotation_of(info: FieldInfo) -> Any:
    """The type of a key with what reads it."""
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _row(base: Row, value: Any, annotation: Any, partial: bool) -> Row | None:
    quantity = quantity_of(annotation)
    if value is None:
        return _with(base, text="off", quantity=quantity) if quantity is not None and quantity.off else None
    if isinstance(value, Model):
        word = value.in_a_word()
        if word is not None:
            name_like = value.states_differences or word.isidentifier()
            return _with(base, text=word, name_like=name_like, quantity=quantity_of(value.word_type()))
        below = (*rows_of(value, partial and not value.complete_in_differences), *_points(value, base))
        return _with(base, rows=below) if below else None
    if isinstance(value, dict):
        kind = _inside(annotation, 1)
        found = (_row(Row(name, GIVEN), item, kind, partial) for name, item in value.items())
        return _with(base, rows=tuple(row if row is not None else Row("", GIVEN) for row in found))
    if isinstance(value, tuple) and quantity is None:
        kind = _inside(annotation, 0)
        each = (_row(Row("", base.origin, base.unit), item, kind, partial) for item in value)
        return _with(base, items=tuple(row for row in each if row is not None))
    if quantity is None or quantity.kind == "text":
        return _with(base, text=str(value), name_like=True)
    return _with(base, text=quantity.write(value), quantity=quantity)


def _with(base: Row, **values: Any) -> Row:
    return replace(base, **values)


def quantity_of(annotation: Any) -> Quantity | None:
    """The reader of a type, None if it has none: lists, mappings and parts."""
    if get_origin(annotation) is Annotated:
        for part in get_args(annotation)[1:]:
            if isinstance(part, Quantity):
                return part
        return quantity_of(get_args(annotation)[0])
    if isinstance(annotation, type) or get_origin(annotation) in (dict, tuple):
        return None
    return next((found for found in map(quantity_of, get_args(annotation)) if found is not None), None)


def _inside(annotation: Any, index: int) -> Any:
    """The type of a mapping's values (1) or a list's items (0)."""
    while get_origin(annotation) not in (dict, tuple):
        options = [part for part in get_args(annotation) if part is not type(None)]
        if not options:
            return None
        annotation = options[0]
    return get_args(annotation)[index]
