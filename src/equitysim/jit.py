"""The only importer of numba: its settings, the place of its cache, and the two decorators the model is written with.

``law`` marks a function that runs as plain Python when Python calls it and is compiled into whatever compiled code
calls it: both engines execute one source. ``kernel`` marks a function that is compiled for Python too: draws, which
plain Python would make twenty times slower.

The cache lives in a directory named after the sources, the versions, the settings and the processor it holds code for.
Numba's own check looks only at the file of the function itself and would serve code compiled from an older version of a
function it calls. Which directory that is, and whose, is ``code_cache``'s.
"""

import hashlib
import os
import pickle
import platform
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from equitysim import code_cache
from equitysim.errors import CompileWarning
from equitysim.sources import add_sources, package

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# SVML's vector functions differ from libm in the last bit; numba reads its settings when it is imported.
os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"
# One reading of it for all, whatever it is set to, and whatever a configuration file of numba's says.
os.environ[code_cache.PLAIN] = str(int(not code_cache.compiles()))

import numba
from llvmlite import binding  # type: ignore[import-untyped]  # it publishes no types
from numba import types
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile
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

SOURCES = (
    "jit.py",
    "moments.py",
    "edges.py",
    "codes.py",
    "plan.py",
    "result.py",
    "streams.py",
    "rules",
    "engines/compiled",
)

SETTINGS = (
    "BOUNDSCHECK",
    "CPU_FEATURES",
    "CPU_NAME",
    "DEBUGINFO_DEFAULT",
    "DEBUG_NRT",
    "DISABLE_INTEL_SVML",
    "ENABLE_AVX",
    "EXTEND_VARIABLE_LIFETIMES",
    "LLVM_REFPRUNE_FLAGS",
    "LLVM_REFPRUNE_PASS",
    "LOOP_VECTORIZE",
    "NRT_STATS",
    "OPT",
    "SLP_VECTORIZE",
)
"""Settings of numba (``NUMBA_OPT`` …) that change what is compiled; numba's own cache looks at none of them."""


def source_key(root: "Traversable") -> str:
    """Hash of every source that compiled code may contain, of the versions and settings that compile it and of the
    processor: its architecture, model and features, for which the code is optimised.
    """
    whole = hashlib.sha256()
    add_sources(whole, root, SOURCES)
    versions = (sys.version, version("numba"), version("numpy"), version("llvmlite"))
    processor = (platform.machine(), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten())
    settings = (f"{name}={getattr(numba.config, name, None)}" for name in SETTINGS)
    for part in (*versions, *processor, *settings):
        whole.update(part.encode())
    return whole.hexdigest()[:20]


def _place() -> code_cache.Place:
    """Where code is kept. Warns where it will not be there for the next command; in workers, the coordinator does."""
    if not code_cache.compiles():
        return code_cache.Place(None, None, "")
    found = code_cache.place(source_key(package()))
    if found.why_not and parent_process() is None:
        warnings.warn(
            f"Compiled code is not kept, so that every command compiles anew: {found.why_not}.",
            CompileWarning,
            stacklevel=2,
        )
    return found


PLACE = _place()


def is_compiled(name: str) -> bool:
    """Whether the cache holds code of a kernel of this name, made from these sources."""
    return PLACE.folder is not None and any(PLACE.folder.glob(f"*.{name}-*.nbi"))


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


_FILE: Any = IndexDataCacheFile
_NAMES: Any = CompileResultCacheImpl
_CACHE: Any = FunctionCache


class CheckedFile(_FILE):  # type: ignore[misc]  # numba publishes no types for it
    """Numba's cache of one function, in files of ours alone and behind checksums: what is somebody else's, truncated or
    flipped is compiled again, not loaded or fatal.
    """

    def _read(self, path: str) -> bytes | None:
        """What was written to the file, if it is all there; None for a file that is missing, cut or changed."""
        whole = code_cache.read(Path(path)) or b""
        content = whole[_CHECKSUM:]
        return content if hashlib.sha256(content).digest() == whole[:_CHECKSUM] else None

    def _write(self, path: str, content: bytes) -> None:
        code_cache.write(Path(path), hashlib.sha256(content).digest() + content)

    def _load_index(self) -> dict[Any, Any]:
        content = self._read(self._index_path)
        return {} if content is None else dict(pickle.loads(content))

    def _save_index(self, overloads: dict[Any, Any]) -> None:
        self._write(self._index_path, self._dump(overloads))

    def _load_data(self, name: str) -> Any:
        content = self._read(self._data_path(name))
        if content is None:
            raise OSError(f"{name} is missing or damaged")  # numba's own word for: compile it again
        return pickle.loads(content)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), self._dump(data))

    def save(self, key: Any, data: Any) -> None:
        """Keep the code for next time, if there is room; what was compiled runs either way."""
        with suppress(OSError):
            super().save(key, data)


class _Located(_NAMES):  # type: ignore[misc]
    """How numba writes code down. Where it goes, and how the files are named, is ours: numba would look at its own
    settings, and make folders that others can write where the user's mask allows it."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = self
        self._py_file = function.__code__.co_filename
        self._filename_base = f"{function.__module__}.{function.__qualname__}-{self._lineno}"

    def ensure_cache_path(self) -> None:
        """Called before code is saved: the folder is there."""


class _Kept(_CACHE):  # type: ignore[misc]
    """Numba's cache of one function, in a folder of ours."""

    def __init__(self, function: Callable[..., object], folder: Path) -> None:
        self._name = repr(function)
        self._py_func = function
        self._impl = _Located(function)
        self._cache_path = str(folder)
        self._cache_file = CheckedFile(self._cache_path, self._impl.filename_base, "")
        self.enable()


_CHECKSUM = hashlib.sha256().digest_size


def widened(kind: Any) -> Any:
    """The type for which a kernel is compiled when compiled code calls it with this one: 64 bits for every integer.

    Numba would compile the kernel anew for each constant and each width that it is ever called with.
    """
    kind = types.unliteral(kind)  # type: ignore[no-untyped-call]  # numba publishes no types
    return types.int64 if isinstance(kind, types.Integer) else kind


def kernel(function: F) -> F:
    """A function compiled on its first call, whoever calls it. Its arguments must be plain ints and floats: an enum
    member costs 10 µs. Plain Python, with the same bits, where nothing is compiled.
    """
    if not code_cache.compiles():
        return function
    dispatcher: Any = numba.njit(function)
    template_of = dispatcher.get_call_template
    dispatcher.get_call_template = lambda args, kws: template_of(tuple(map(widened, args)), kws)
    if PLACE.folder is not None:
        dispatcher._cache = _Kept(function, PLACE.folder)
    return cast(F, dispatcher)
