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
import pickle
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar, cast

# SVML's vector functions differ from libm in the last bit; numba reads the setting when it is imported.
os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"

import numba
from llvmlite import binding  # type: ignore[import-untyped]  # it publishes no types
from numba import types
from numba.core.caching import IndexDataCacheFile
from numba.extending import intrinsic, register_jitable


def _load_without_scipy() -> None:
    """Load numba's array functions, which import all of ``scipy.linalg`` only to see whether it is there: a fifth of
    the time to start. Whether it is installed can be asked without importing it.
    """
    from numba.np import linalg

    asked = linalg.ensure_blas

    def installed() -> None:
        if find_spec("scipy") is None:
            raise ImportError

    linalg.ensure_blas = installed
    try:
        import numba.np.arraymath  # noqa: F401  # numba itself loads it with the first function
    finally:
        linalg.ensure_blas = asked


with suppress(ImportError, AttributeError):  # a numba that is built otherwise: then it starts more slowly
    _load_without_scipy()

F = TypeVar("F", bound=Callable[..., object])

KEPT = 8
UNUSED = 86_400.0
_CACHE_NAME = re.compile("[0-9a-f]{20}")

SOURCES = ("jit.py", "codes.py", "plan.py", "result.py", "streams.py", "rules", "engines/compiled")


def source_key(root: Path) -> str:
    """Hash of every source that compiled code may contain, of the versions that compile it and of the processor: its
    architecture, model and features, for which the code is optimised.
    """
    whole = hashlib.sha256()
    for name in SOURCES:
        path = root / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            whole.update(file.relative_to(root).as_posix().encode())
            whole.update(file.read_bytes())
    versions = (sys.version, version("numba"), version("numpy"), version("llvmlite"))
    processor = (platform.machine(), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten())
    for part in (*versions, *processor):
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


def prune(home: Path) -> None:
    """Remove caches of other sources, versions and processors: all but the newest ``KEPT`` and those used within
    ``UNUSED`` seconds.

    A process that still runs from one of them compiles what it misses.
    """
    caches = [path for path in home.iterdir() if _CACHE_NAME.fullmatch(path.name) and path.is_dir()]
    used = {path: path.stat().st_mtime for path in caches}
    for path in sorted(caches, key=used.__getitem__)[:-KEPT]:
        if used[path] < time.time() - UNUSED:
            shutil.rmtree(path, ignore_errors=True)


def usable_cache(root: Path) -> Path | None:
    """The cache directory for these sources, made if need be; None where nothing can be written (the code then
    compiles in memory).
    """
    try:
        directory = cache_home() / source_key(root)
        if not directory.exists():
            directory.mkdir(parents=True, exist_ok=True)
            prune(directory.parent)
        with tempfile.TemporaryFile(dir=directory):  # which also marks the directory as used now
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


@intrinsic
def _borrowed(context: Any, array: Any) -> Any:
    """The array under its own type, without the counter of references to it."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.return_type)(context, builder, arguments[0])
        view.meminfo = view.meminfo.type(None)
        view.parent = view.parent.type(None)
        return view._getvalue()

    return array(array), build


@register_jitable
def borrowed(array: Any) -> Any:
    """An array for the time of one kernel, whose caller keeps it alive. For compiled code only.

    Compiled code counts references to every array it hands from function to function, each time with two locked
    instructions; the tables go through every function of the schedule, and that was an eighth of a whole run.
    """
    return _borrowed(array)  # type: ignore[call-arg]  # numba passes the context


_UNTYPED: Any = IndexDataCacheFile


class CheckedFile(_UNTYPED):  # type: ignore[misc]  # numba publishes no types for it
    """Numba's cache of one function, behind checksums: what is truncated or flipped is compiled again, not loaded or
    fatal.
    """

    def _read(self, path: str) -> bytes | None:
        """What was written to the file, if it is all there; None for a file that is missing, cut or changed."""
        try:
            whole = Path(path).read_bytes()
        except OSError:
            return None
        content = whole[_CHECKSUM:]
        return content if hashlib.sha256(content).digest() == whole[:_CHECKSUM] else None

    def _write(self, path: str, content: bytes) -> None:
        with self._open_for_write(path) as file:
            file.write(hashlib.sha256(content).digest() + content)

    def _load_index(self) -> dict[Any, Any]:
        content = self._read(self._index_path)
        stamp, overloads = (None, {}) if content is None else pickle.loads(content)
        return dict(overloads) if stamp == self._source_stamp else {}

    def _save_index(self, overloads: dict[Any, Any]) -> None:
        self._write(self._index_path, self._dump((self._source_stamp, overloads)))

    def _load_data(self, name: str) -> Any:
        content = self._read(self._data_path(name))
        if content is None:
            raise OSError(f"{name} is missing or damaged")  # numba's own word for: compile it again
        return pickle.loads(content)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), self._dump(data))

    def save(self, key: Any, data: Any) -> None:
        """Keep the code for next time, if there is room; what was compiled runs either way."""
        try:
            super().save(key, data)
        except OSError:
            return


_CHECKSUM = hashlib.sha256().digest_size


def widened(kind: Any) -> Any:
    """The type for which a kernel is compiled when compiled code calls it with this one: 64 bits for every integer.

    Numba would compile the kernel anew for each constant and each width that it is ever called with.
    """
    kind = types.unliteral(kind)  # type: ignore[no-untyped-call]  # numba publishes no types
    return types.int64 if isinstance(kind, types.Integer) else kind


def kernel(function: F) -> F:
    """A function compiled on its first call, whoever calls it. Its arguments must be plain ints and floats: an enum
    member costs 10 µs.
    """
    dispatcher: Any = numba.njit(cache=_cache is not None)(function)
    template_of = dispatcher.get_call_template
    dispatcher.get_call_template = lambda args, kws: template_of(tuple(map(widened, args)), kws)
    if _cache is not None:
        cache = dispatcher._cache
        cache._cache_file = CheckedFile(
            cache_path=cache._cache_path,
            filename_base=cache._impl.filename_base,
            source_stamp=cache._impl.locator.get_source_stamp(),
        )
    return cast(F, dispatcher)
