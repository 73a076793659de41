"""Single Python values as the text that a scenario would say: numbers, dates, spans of time, NumPy's and pandas'."""

import datetime
import math
import numbers
import os
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, TypeGuard

from equitysim.arguments import shown
from equitysim.units import UnitError, write_duration, write_number

if TYPE_CHECKING:
    import numpy as np


def text_of(value: object) -> str:
    """A single value as it would be written. Raises UnitError for what cannot be: missing, not finite, a moment within
    a day, or no single value."""
    if isinstance(value, str):
        return str(value)
    if _is_numpys(value):
        return text_of(_plain(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real | Decimal):
        number = float(value)
        if not math.isfinite(number):
            raise UnitError(f"{number} is not a finite number", "give a finite number, or leave the key out")
        return write_number(number)
    if isinstance(value, datetime.date | datetime.timedelta) and value == value:
        return _time(value)
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    raise UnitError(f"{shown(value)} is no value", "give a text, a number, a date or a span of time")


def is_array(value: object) -> "TypeGuard[np.ndarray]":
    """Whether it is an array of NumPy's; nothing is where nobody has imported NumPy, which takes long."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def _is_numpys(value: object) -> "TypeGuard[np.generic]":
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic) and not isinstance(value, str | bytes)


def _plain(value: "np.generic") -> object:
    """A scalar of NumPy's as one of Python's."""
    import numpy as np

    if isinstance(value, np.datetime64):
        return value.astype("datetime64[us]").item()
    if isinstance(value, np.timedelta64):
        if np.datetime_data(value.dtype)[0] in ("Y", "M", "generic"):
            raise UnitError(f"{shown(value)} has no length in days", "give it in days or weeks")
        return value.astype("timedelta64[us]").item()
    return float(value) if isinstance(value, np.floating) else value.item()


def _time(value: datetime.date | datetime.timedelta) -> str:
    if isinstance(value, datetime.timedelta):
        return write_duration(value / datetime.timedelta(days=1))
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None or value != datetime.datetime(value.year, value.month, value.day):
            raise UnitError(f"{shown(value)} is not a day", "give a date, or a time at midnight without a time zone")
        value = value.date()
    return value.isoformat()
