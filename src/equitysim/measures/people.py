"""The customers of a run, field by field."""

from typing import Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Records = npt.NDArray[np.void]


class People:
    """Customers, or some of them, whose fields are copied side by side when first asked for.

    In a Result the values of one field lie hundreds of bytes apart, and picking customers out of it copies all their
    fields, whichever are read; measures read a few fields of many groups. ``people["orders"]`` is a field of everybody
    here, ``people[mask]`` are some of them, in the same order.
    """

    def __init__(self, whole: "Records | People", places: npt.NDArray[np.intp] | None = None) -> None:
        self._whole = whole
        self._places = places
        self._fields: dict[str, npt.NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(self._whole) if self._places is None else len(self._places)

    @overload
    def __getitem__(self, what: str) -> npt.NDArray[Any]: ...
    @overload
    def __getitem__(self, what: Mask) -> "People": ...
    def __getitem__(self, what: "str | Mask") -> "npt.NDArray[Any] | People":
        if not isinstance(what, str):
            return self if what.all() else People(self, np.flatnonzero(what))
        if what not in self._fields:
            field = self._whole[what]
            self._fields[what] = np.ascontiguousarray(field) if self._places is None else field.take(self._places, 0)
        return self._fields[what]


Customers: TypeAlias = Records | People
"""Customers in canonical order, with the fields of ``rules.state.Customer``: whole records, or field by field."""
