"""The only importer of numba: its settings, the place of its cache, and the two decorators the model is written with.

``law`` marks a function that runs as plain Python when Python calls it and is compiled into whatever compiled code
calls it: both engines execute one source. ``kernel`` marks a function that is compiled for Python too: draws, which
plain Python would make twenty times slower.

The cache lives in a directory named after the sources, the versions and the processor it holds code for. Numba's own
check looks only at the file of the function itself and would serve code compiled from an older version of a function
it calls.
"""

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar, cast

# SVML's vector functions differ from libm in the last bit; numba reads the setting when it is imported.
os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"

import numba
from numba.extending import register_jitable

F = TypeVar("F", bound=Callable[..., object])

SOURCES = ("jit.py", "codes.py", "plan.py", "result.py", "streams.py", "rules", "engines/compiled")


def source_key(root: Path) -> str:
    """Hash of every source that compiled code may contain, of the versions that compile it and of the processor's
    architecture.
    """
    whole = hashlib.sha256()
    for name in SOURCES:
        path = root / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            whole.update(file.relative_to(root).as_posix().encode())
            whole.update(file.read_bytes())
    for part in (sys.version, version("numba"), version("numpy"), version("llvmlite"), platform.machine()):
        whole.update(part.encode())
    return whole.hexdigest()[:20]


def cache_home() -> Path:
    """Where this system keeps a user's caches; ``EQUITYSIM_CACHE`` overrides it."""
    chosen = os.environ.get("EQUITYSIM_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "equitysim"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "equitysim"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "equitysim"


def usable_cache(root: Path) -> Path | None:
    """The cache directory for these sources, made if need be; None where nothing can be written (the code then
    compiles in memory).
    """
    try:
        directory = cache_home() / source_key(root)
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return directory
    except (OSError, RuntimeError):  # RuntimeError: there is no home directory
        return None


_cache = usable_cache(Path(__file__).parent)
if _cache is not None:
    numba.config.CACHE_DIR = str(_cache)  # type: ignore[attr-defined]  # numba fills its config at run time


def is_compiled(name: str) -> bool:
    """Whether the cache holds code of a kernel of this name, made from these sources."""
    return _cache is not None and any(_cache.rglob(f"*.{name}-*.nbi"))


def law(function: F) -> F:
    """A function of the model: plain Python for Python, compiled for compiled callers."""
    return register_jitable(function)


def kernel(function: F) -> F:
    """A function compiled on its first call, whoever calls it. Its arguments must be plain ints and floats: an enum
    member costs 10 µs.
    """
    return cast(F, numba.njit(cache=_cache is not None)(function))
