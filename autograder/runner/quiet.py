"""Libraries that only show something, such as plots, progress and logs: what they are asked to do is taken quietly.

There is no screen and no disk, and no mark may depend on what is installed on the grading machine: so these modules are
never the real ones. Whatever is taken from them, called or computed with gives more of the same; progress bars still
walk through what they were given.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from opcode import opmap
from types import FunctionType, ModuleType
from typing import Any

LIBRARIES = (
    "IPython", "altair", "bokeh", "comet_ml", "fastprogress", "graphviz", "ipywidgets", "matplotlib",
    "matplotlib_inline", "mlflow", "mpl_toolkits", "plotly", "pylab", "rich", "seaborn", "tensorboard", "tensorboardX",
    "torch.utils.tensorboard", "torchinfo", "torchsummary", "torchviz", "tqdm", "visdom", "wandb",
)  # fmt: skip
_UNPACKING = (opmap["UNPACK_SEQUENCE"], opmap["UNPACK_EX"])
# What notebooks have without an import, and files that were made from them use.
NOTEBOOK = ("display", "get_ipython")
# What ``from ... import *`` brings.
STARS = {
    "IPython.display": "Audio HTML Image Markdown SVG Video clear_output display",
    "tqdm": "tqdm trange",
    "pylab": "axis close colorbar figure grid hist imshow legend plot savefig scatter show subplot subplots title"
    " xlabel xlim ylabel ylim",
}
STARS["matplotlib.pyplot"] = STARS["pylab"]


class Quiet:
    """Takes everything: it is called, asked for its parts and computed with, and gives more of the same."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _part(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        decorates = len(args) == 1 and not kwargs and isinstance(args[0], FunctionType | type)
        return args[0] if decorates else QUIET

    def __iter__(self) -> Iterator[Any]:
        """As many parts as there are names to take them, as in ``fig, ax = plt.subplots()``; in a loop none."""
        frame = sys._getframe(1)
        code, at = frame.f_code.co_code, frame.f_lasti
        taken = code[at + 1] if code[at] in _UNPACKING else 0
        return iter([QUIET] * taken)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def __setattr__(self, _name: str, _value: object) -> None:
        pass

    def __setitem__(self, _key: object, _value: object) -> None:
        pass

    def __delitem__(self, _key: object) -> None:
        pass

    def __bool__(self) -> bool:
        return False

    def __contains__(self, _item: object) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __int__(self) -> int:
        return 0

    def __index__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 0.0

    def __str__(self) -> str:
        return ""

    def __format__(self, _format: str) -> str:
        return ""

    def __instancecheck__(self, _instance: object) -> bool:
        return False

    def __mro_entries__(self, _bases: object) -> tuple[type, ...]:
        return (Quiet,)

    def _same(self, *_args: Any) -> Any:
        return QUIET

    def _no(self, _other: object) -> bool:
        return False

    __getitem__ = __neg__ = __pos__ = __abs__ = _same
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _same
    __lt__ = __le__ = __gt__ = __ge__ = _no


QUIET = Quiet()


class Bar:
    """A progress bar that nobody sees: it walks through what it was given."""

    def __init__(self, iterable: Any = (), *_args: Any, **_kwargs: Any) -> None:
        self._iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return QUIET

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    @staticmethod
    def write(*_args: Any, **_kwargs: Any) -> None:
        """What ``tqdm.write`` prints."""

    @staticmethod
    def pandas(*_args: Any, **_kwargs: Any) -> None:
        """What gives data frames a bar."""


def _range(*numbers: int, **_settings: Any) -> Bar:
    return Bar(range(*numbers))


_BARS = ("tqdm", "tqdm_notebook", "tqdm_gui", "progress_bar", "master_bar", "track")
WALKING: dict[str, Any] = {**dict.fromkeys(_BARS, Bar), **dict.fromkeys(("trange", "tnrange"), _range)}


def _part(name: str) -> Any:
    return WALKING.get(name, QUIET)


class QuietModule(ModuleType):
    """A module of such a library: any part of it is there."""

    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name == "__all__" and self.__name__ in STARS:
            return STARS[self.__name__].split()
        if name.startswith("__"):
            raise AttributeError(name)
        return _part(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return QUIET(*args, **kwargs)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds these libraries, and whatever they are asked to have below them."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> Any:
        if is_quiet(fullname):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return QuietModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def is_quiet(name: str) -> bool:
    """Whether a module is one of these libraries, or lies in one."""
    return any(f"{name}.".startswith(f"{library}.") for library in LIBRARIES)


def hush() -> None:
    """Puts the quiet modules in the place of the real ones, for whatever is imported in this process from here on."""
    for name in [name for name in sys.modules if is_quiet(name)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder())
