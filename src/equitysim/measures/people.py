"""The customers of a run, field by field."""

from typing import Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from equitysim.codes import Status
from equitysim.plan import Plan

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


def seed_persons(customers: "Customers", plan: Plan) -> Mask:
    """Who counts as a seed person (model §9): everybody who entered otherwise than by referral. Where the customers in
    force at the start are stated, not those who were lost by then, of whom nobody spoke.
    """
    seeds: Mask = customers["generation"] == 0
    for rank, source in enumerate(plan.sources):
        if source.active:
            seeds = seeds & ~((customers["source"] == rank) & _lost_at_start(customers, plan))
    return seeds


def _lost_at_start(customers: "Customers", plan: Plan) -> Mask:
    """Of people who came before t = 0: whose clock of retention never started there."""
    if plan.parameters.horizon <= 0.0:  # no edge
        lost: Mask = customers["status"] == Status.LOST
        return lost
    never: Mask = np.isinf(customers["mark"]) & np.isnan(customers["kept"])
    return never


Customers: TypeAlias = Records | People
"""Customers in canonical order, with the fields of ``rules.state.Customer``: whole records, or field by field."""
