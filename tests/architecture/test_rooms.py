"""Which room may use which: the contracts in pyproject.toml, and what they cannot say."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOMS, ROOT, imports, modules, relative, tree


def test_every_import_contract_is_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[done.stdout.find("Contracts") :] + done.stderr


def test_the_journey_language_needs_nothing_but_the_standard_library_and_pydantic() -> None:
    allowed = sys.stdlib_module_names | {"pydantic", "pydantic_core"}
    ours = ("engine.journey", "engine.model")

    foreign = [
        f"{relative(path)}:{line} imports {name}"
        for path in modules("engine/journey")
        for name, line in imports(tree(path))
        if name.partition(".")[0] not in allowed and not name.startswith(ours)
    ]

    assert foreign == []


def test_what_runs_never_imports_what_tests_it() -> None:
    testing = {"tests", "benchmarks", "pytest", "hypothesis", "playwright"}
    plugin = "engine/simulation/fixtures.py"  # what pytest loads in a developer's own tests; nothing imports it

    wrong = [
        f"{relative(path)}:{line} imports {name}"
        for path in modules(*ROOMS)
        for name, line in imports(tree(path))
        if name.partition(".")[0] in testing and relative(path) != plugin
    ]

    assert wrong == []
