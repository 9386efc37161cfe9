"""Plugins are modules, and Python remembers modules: a test that loads some forgets them afterwards."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def forgotten(folder: Path, *names: str) -> Generator[None]:
    """What is loaded from below the folder is forgotten at the end; what has these names, at the beginning already."""
    path = list(sys.path)
    _drop([name for name in names if name in sys.modules])
    try:
        yield
    finally:
        sys.path[:] = path
        _drop([name for name, one in sys.modules.items() if str(folder) in str(getattr(one, "__file__", ""))])


def _drop(names: list[str]) -> None:
    for name in names:
        del sys.modules[name]
