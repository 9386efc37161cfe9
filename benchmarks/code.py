"""How fast journeys are as code: `python -m benchmarks.code`.

Prints what the test kit needs for ninety days, what a journey of 200 nodes costs to be read, checked and printed in
both languages, `waitline journeys plan` of a folder of a hundred against a server on a socket, and how soon the
command says what it can do. Processor time of the best round is shown: other work only ever adds to it. That of a plan
is the command's and the server's together. Ends with 1 when a goal is missed.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from os import environ
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import process_time
from typing import Any

from api.app import create_app
from api.client import Waitline, apply_journeys
from api.journey_files import read_folder
from engine.authoring.code import Language, print_code, read_code
from engine.journey.version import JourneyDocument
from engine.settings import Settings
from engine.simulation.kit import enroll
from engine.store import keys
from engine.store.database import Database
from engine.store.schema import upgrade
from tests.architecture.sources import ROOT
from tests.fakes.serving import serving

ROUNDS = 5
NODES = 200
JOURNEYS = 100
CHANGED = 10
EXAMPLES = ROOT / "examples" / "journeys"
COMMAND = Path(sys.executable).with_name("waitline")


def best(work: Callable[[], object]) -> float:
    """Seconds of processor time, of this process and of the commands that it runs, of the best round."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        began = spent()
        work()
        rounds.append(spent() - began)
    return min(rounds)


def spent() -> float:
    """Seconds of processor time until now, with those of commands that have ended."""
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def reminders(days: int) -> JourneyDocument:
    """A message each day, for so many days."""
    again = {"id": "again", "type": "delay", "duration": "P1D", "max_visits": days}
    mail = {"id": "mail", "type": "message", "channel": "email", "message": "mail"}
    ways = [("entry", "next", "again"), ("again", "next", "mail"), ("again", "visits_over", "done")]
    return document([again, mail], [*ways, ("mail", "sent", "again"), ("mail", "not_sent", "again")])


def long_journey() -> JourneyDocument:
    """Two hundred nodes: waits, pushes, e-mails, branches and pauses, which rejoin."""
    vip = {"kind": "attribute", "attribute": "vip", "op": "equals", "value": True}
    kinds: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({"type": "delay", "duration": "P1D", "title": "A pause"}, ("next",)),
        ({"type": "message", "channel": "email", "message": "mail"}, ("sent", "not_sent")),
        ({"type": "wait_until", "events": [{"event": "Order Completed"}], "timeout": "P2D"}, ("happened", "timed_out")),
        ({"type": "branch", "ways": [{"id": "vip", "when": vip}]}, ("vip", "otherwise")),
        ({"type": "goal", "goal": "reached"}, ("next",)),
    ]
    nodes: list[dict[str, Any]] = []
    ways: list[tuple[str, str, str]] = []
    open_ends = [("entry", "next")]
    for index in range(NODES - 2):
        settings, outlets = kinds[index % len(kinds)]
        name = f"step{index}"
        nodes.append({"id": name, **settings})
        ways += [(source, outlet, name) for source, outlet in open_ends]
        open_ends = [(name, outlet) for outlet in outlets]
    return document(nodes, [*ways, *((source, outlet, "done") for source, outlet in open_ends)])


def document(nodes: list[dict[str, Any]], ways: list[tuple[str, str, str]]) -> JourneyDocument:
    """A journey of these nodes and (source, outlet, target) ways, between an entry and an exit."""
    entry = {"id": "entry", "type": "entry", "trigger": {"kind": "event", "event": "Back in Stock"}}
    edges = [{"source": source, "outlet": outlet, "target": target} for source, outlet, target in ways]
    graph = {"nodes": [entry, *nodes, {"id": "done", "type": "exit"}], "edges": edges}
    messages = {"mail": {"channel": "email", "subject": "{{ product.name }}", "html": "<p>It is back.</p>"}}
    return JourneyDocument.model_validate({"schema": 1, "name": "Measured", "graph": graph, "messages": messages})


def walk_seconds() -> float:
    """Ninety days and as many messages, by the test kit."""
    shape = reminders(90)

    def walk() -> None:
        assert len(enroll(shape, sku="M").passes(days=91).sent) == 90

    return best(walk)


def language_seconds(language: Language) -> float:
    """A long journey read, checked and printed."""
    source = print_code(long_journey(), language)

    def again() -> None:
        read = read_code(source, language)
        assert read.problems == ()
        assert print_code(JourneyDocument.model_validate(read.document), language) == source

    return best(again)


def help_seconds() -> float:
    """`waitline --help`."""
    return best(lambda: subprocess.run([COMMAND, "--help"], check=True, capture_output=True))


async def plan_seconds(folder: Path) -> float:
    """`waitline journeys plan` of a folder, of which ten journeys were changed since they were applied."""
    settings = Settings.model_validate({"home": folder, "secret_key": "a secret for a benchmark"})
    database = Database(f"sqlite+aiosqlite:///{folder / 'waitline.db'}")
    await upgrade(database)
    async with database.transaction() as session:
        _, key = await keys.create_key(session, "server", name="benchmark", now=datetime.now(UTC))
    write_journeys(folder / "journeys")
    async with serving(create_app(settings, database)) as url:
        with Waitline(url, key) as server:
            items = [(one.document or {}, None) for one in read_folder(folder / "journeys")]
            await asyncio.to_thread(server.send, apply_journeys(items))
        for path in sorted((folder / "journeys").glob("*.py"))[:CHANGED]:
            path.write_text(path.read_text().replace("hours(2)", "hours(3)"))
        env = {**environ, "WAITLINE_URL": url, "WAITLINE_KEY": key}

        def plan() -> None:
            ran = subprocess.run(
                [COMMAND, "journeys", "plan"], cwd=folder, env=env, check=False, capture_output=True, text=True
            )
            actions = Counter(line.split()[0] for line in ran.stdout.splitlines() if line[:1].isalpha())
            assert actions == {"nothing": JOURNEYS - CHANGED, "update": CHANGED}, ran

        took = await asyncio.to_thread(best, plan)
    await database.close()
    return took


def write_journeys(folder: Path) -> None:
    """A hundred files: the examples, again and again under other names."""
    folder.mkdir()
    sources = [
        path for path in sorted(EXAMPLES.iterdir()) if path.suffix in {".py", ".yaml"} and "test_" not in path.name
    ]
    for index in range(JOURNEYS):
        source = sources[index % len(sources)]
        text = source.read_text()
        (one,) = read_folder(source)
        (folder / f"{source.stem}_{index}{source.suffix}").write_text(text.replace(one.name, f"{one.name} {index}", 1))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="waitline-code-") as folder:
        rows = [
            ("90 days, 90 messages, by the test kit", walk_seconds(), 0.050),
            (f"{NODES} nodes read, checked, printed: Python", language_seconds("python"), 0.100),
            (f"{NODES} nodes read, checked, printed: YAML", language_seconds("yaml"), 0.100),
            (f"waitline journeys plan, {JOURNEYS} journeys", asyncio.run(plan_seconds(Path(folder))), 3.0),
            ("waitline --help", help_seconds(), 1.0),
        ]
    for what, took, goal in rows:
        verdict = "met" if took < goal else "MISSED"
        print(f"{what:<44} {took * 1e3:8.1f} ms   goal {goal * 1e3:5.0f} ms   {verdict}")
    sys.exit(any(took >= goal for _, took, goal in rows))


if __name__ == "__main__":
    main()
