"""Programs that tests need and Python packages cannot bring: browsers and a database server.

On a developer's machine a test without its program is skipped, with the reason; in CI (the variable `CI` is set) it
fails, because there the skip would be a check that silently stopped.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest


def require_program(*names: str, package: str, folders: Iterable[Path] = ()) -> Path:
    """The first of `names` found on the path or in `folders`; `package` is what to install when none is."""
    search = os.pathsep.join([os.environ.get("PATH", ""), *map(str, folders)])
    for name in names:
        if found := shutil.which(name, path=search):
            return Path(found)
    reason = f"{' or '.join(names)} is not installed here (Debian's package: {package})"
    if os.environ.get("CI"):
        pytest.fail(f"CI must have every program: {reason}")
    pytest.skip(reason)
