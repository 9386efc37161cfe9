"""What a developer does who has only the package and its guide: install, write, test, apply, edit, export, review."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import browser
from tests.browser.editor.easel import Easel
from tests.browser.tabs import opened_tab
from tests.guides import blocks_of
from tests.stack import Stack, until

__all__ = ["browser"]
ROOT = Path(__file__).parents[2]
PATIENCE = 300.0  # a first start, of a package that nobody has compiled yet
BLOCKS = [(block.language, block.role, block.text) for block in blocks_of("docs/developers.md")]


class Installed(Stack):
    """A Waitline started by the program that the wheel brought."""

    def __init__(self, home: Path, program: Path, plugins: Path) -> None:
        super().__init__(home)
        self._program = program
        self._plugins = plugins

    async def start(self) -> None:
        self.home.mkdir(parents=True)
        environment = {**clean(), "WAITLINE_PORT": str(self.port), "WAITLINE_HOME": str(self.home)}
        environment["WAITLINE_PLUGINS"] = str(self._plugins)
        with (self.home / "up.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                [self._program, "up"], cwd=self.home, stdout=log, stderr=log, env=environment
            )
        await until(self._is_ready, f"readiness; see {self.home}/up.log", seconds=PATIENCE)


def clean() -> dict[str, str]:
    """The environment without anything that leads to this checkout."""
    return {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}


def run(folder: Path, *words: str | Path, env: Mapping[str, str] | None = None, ends: int = 0) -> str:
    ran = subprocess.run(words, cwd=folder, env=env or clean(), capture_output=True, text=True, check=False)
    assert ran.returncode == ends, f"{words}\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}"
    return ran.stdout


def install(folder: Path) -> Path:
    """A fresh environment with the wheel, what it needs as locked, and pytest; the folder of its programs."""
    tools = Path(sys.executable).parent
    wheels, environment = folder / "wheels", folder / "venv"
    run(ROOT, tools / "hatchling", "build", "-t", "wheel", "-d", wheels)
    run(folder, tools / "uv", "venv", "--quiet", "--python", sys.executable, environment)
    uv = (tools / "uv", "pip", "install", "--quiet", "--python", environment)
    (wheel,) = wheels.glob("*.whl")
    run(folder, *uv, "-r", ROOT / "requirements" / "run.txt")
    run(folder, *uv, "--no-deps", wheel)
    run(folder, *uv, "-c", ROOT / "requirements" / "dev.txt", "pytest")
    return environment / "bin"


def write(folder: Path, role: str, text: str) -> None:
    path = folder / role.removeprefix("file=")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def follow_the_guide(folder: Path, env: Mapping[str, str]) -> None:
    """Write every file of the guide, and run every line of its consoles, as a person at a shell would."""
    for language, role, text in BLOCKS:
        if role.startswith("file="):
            write(folder, role, text)
        elif language == "console":
            for line in text.splitlines():
                command, _, remark = line.removeprefix("$ ").partition(" #")
                ends = int(remark.removeprefix(" ends with ")) if remark else 0
                program, *words = shlex.split(command)
                run(folder, Path(env["BIN"]) / program, *words, env=env, ends=ends)


@pytest.mark.fresh
@pytest.mark.timeout(900)
async def test_the_guide_alone_leads_from_the_wheel_to_a_diff_that_a_reviewer_expects(
    tmp_path: Path, browser: Browser
) -> None:
    bin_ = await asyncio.to_thread(install, tmp_path)
    work = tmp_path / "shop"
    for _, role, text in BLOCKS:
        if role.startswith("file=plugins/"):  # read when the server starts
            write(work, role, text)
    async with Installed(tmp_path / "home", bin_ / "waitline", work / "plugins").running() as stack:
        key = (await (await stack.staff()).post("/v1/keys", json={"name": "laptop", "scope": "server"})).json()[
            "plaintext"
        ]
        env = {**clean(), "BIN": str(bin_), "WAITLINE_URL": stack.url, "WAITLINE_KEY": key}
        await asyncio.to_thread(follow_the_guide, work, env)
        await asyncio.to_thread(commit, work)

        async with opened_tab(browser, viewport={"width": 1440, "height": 900}) as page:
            await edit_on_the_canvas(Easel(page, stack.url), stack)

        plan = await asyncio.to_thread(run, work, bin_ / "waitline", "journeys", "plan", env=env, ends=2)
        assert "Push, then mail" in plan
        await asyncio.to_thread(run, work, bin_ / "waitline", "journeys", "export", env=env)
        diff = await asyncio.to_thread(run, work, "git", "diff", "--unified=0", "--no-color")

    changed = [line for line in diff.splitlines() if re.match(r"[+-](?![+-])", line)]
    assert changed == [
        '-  "Push, then mail": 1',  # the revision of the draft that was seen last, in journeys/.waitline.json
        '+  "Push, then mail": 2',
        "-    timeout=hours(2),",
        "+    timeout=hours(3),",
    ]


def commit(work: Path) -> None:
    git = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@shop.example")
    run(work, "git", "init", "--quiet")
    (work / ".gitignore").write_text("__pycache__/\n.pytest_cache/\n")
    run(work, *git, "add", ".")
    run(work, *git, "commit", "--quiet", "-m", "Journeys as code")


async def edit_on_the_canvas(easel: Easel, stack: Stack) -> None:
    """A colleague finds two hours too short."""
    await easel.page.context.add_cookies(
        [
            {"name": cookie.name, "value": cookie.value or "", "url": stack.url}
            for cookie in (await stack.staff()).cookies.jar
        ]
    )
    ((journey,),) = stack.query("SELECT id FROM journey WHERE name = ?", "Push, then mail")
    await easel.open(f"/journeys/{journey}?version=draft")
    await easel.node("2 hours").click()
    length = easel.panel().get_by_label("At most", exact=True)
    await length.fill("3")
    await length.blur()
    await easel.is_saved()
    await expect(easel.node("3 hours")).to_be_visible()
