"""The developers' guide does what it says: each of its blocks is run, in order, by somebody who has only the guide."""

import ast
import asyncio
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from fastapi import FastAPI
from typer.testing import CliRunner

from api.cli import app as command
from api.journey_files import read_folder, write_journey
from engine.authoring.code import print_code, read_code
from engine.journey.version import JourneyDocument
from tests.api.conftest import Doors
from tests.architecture.sources import ROOT, imports
from tests.fakes.serving import serving
from tests.forgetting import forgotten
from tests.guides import blocks, blocks_of

BLOCKS = blocks_of("docs/developers.md")
EXAMPLES = ROOT / "examples" / "journeys"


def run_command(line: str) -> None:
    """Run a line of the console; it ends with 0 unless the guide says otherwise."""
    written, _, remark = line.removeprefix("$ ").partition(" #")
    expected = int(remark.removeprefix(" ends with ")) if remark else 0
    words = shlex.split(written)
    if words[0] == "waitline":
        result = CliRunner().invoke(command, words[1:])
        assert result.exit_code == expected, f"{line}\n{result.output}"
    else:
        run_tests(*words[1:])


def run_tests(*arguments: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-2000:]


@pytest.mark.spec("D-003")
async def test_every_block_of_the_guide_runs_in_order(
    app: FastAPI, doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    key = (await doors.key("server"))["Authorization"].removeprefix("Bearer ")
    with forgotten(tmp_path, "win_back", "raffle", "house"):
        await follow_the_guide(app, key, tmp_path, monkeypatch)
    assert len(BLOCKS) >= 10


async def follow_the_guide(app: FastAPI, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(app) as url:
        monkeypatch.setenv("WAITLINE_URL", url)
        monkeypatch.setenv("WAITLINE_KEY", key)
        for block in BLOCKS:
            text = block.text
            match block.language, block.role.partition("="):
                case "console", _:
                    for line in text.splitlines():
                        await asyncio.to_thread(run_command, line)
                case _, ("file", _, name):
                    (tmp_path / name).parent.mkdir(exist_ok=True)
                    (tmp_path / name).write_text(text)
                case "python", ("client", _, _):
                    await asyncio.to_thread(exec, compile(text, "developers.md", "exec"), {})
                case "yaml", ("ci", _, _):
                    steps = yaml.safe_load(text)["jobs"]["journeys"]["steps"]
                    asked = [step["run"].split()[2] for step in steps if step.get("run", "").startswith("waitline")]
                    assert asked == ["validate", "plan", "apply"]
                case _:
                    pytest.fail(f"nobody runs this block: {block}")


async def test_the_lines_of_the_readme_begin_a_journey_and_bring_it_to_the_server(
    app: FastAPI, doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAITLINE_KEY", (await doors.key("server"))["Authorization"].removeprefix("Bearer "))
    _, block = blocks("README.md", "What you see")
    async with serving(app) as url:
        monkeypatch.setenv("WAITLINE_URL", url)
        for line in block.text.splitlines():
            await asyncio.to_thread(run_command, line)
    (row,) = (await (await doors.signed_in("marketer")).get("/v1/journeys")).json()["items"]
    assert row["name"] == "VIP early access"


def test_a_type_checker_reads_the_types_of_all_that_the_guide_imports() -> None:
    rooms = {
        name.split(".")[0]
        for block in BLOCKS
        if block.language == "python"
        for name, _ in imports(ast.parse(block.text))
        if (ROOT / name.split(".")[0]).is_dir()
    }
    assert rooms == {"activities", "api", "engine", "workflows"}
    assert [room for room in sorted(rooms) if not (ROOT / room / "py.typed").exists()] == []


def test_the_tests_of_the_examples_pass() -> None:
    run_tests(str(EXAMPLES))


def test_the_examples_are_understood_without_running_them_and_can_be_rewritten(tmp_path: Path) -> None:
    found = read_folder(EXAMPLES)
    assert [journey.name for journey in found] == ["Course seat reopened", "Push, then e-mail", "VIP early access"]
    for journey in found:
        text = journey.path.read_text()
        language = "yaml" if journey.path.suffix == ".yaml" else "python"
        read = read_code(text, language)
        assert (read.problems, journey.problems) == ((), ())
        assert read.document == journey.document
        copy = tmp_path / journey.path.name
        copy.write_text(text)
        write_journey(copy, journey.document or {})
        if language == "yaml":
            assert copy.read_text() == text == print_code(JourneyDocument.model_validate(read.document), "yaml", text)
