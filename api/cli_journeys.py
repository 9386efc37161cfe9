"""`waitline journeys`: journeys that are kept as code, on their way to a server and back.

    new        begin a file                     plan       what applying would change (0 nothing, 2 changes)
    validate   find what is wrong, offline      apply      make the server be as the files say
    simulate   walk a made-up person            diff       the server's journeys against the files, as code
                                                export     write the server's journeys into the files

Exit codes: 0 nothing to do or done, 2 there are changes, 1 something is wrong. The server's address and key come from
the options, or from WAITLINE_URL and WAITLINE_KEY.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from difflib import unified_diff
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from api import client, journey_files
from api.client import Choice, PlannedJourney, Waitline
from api.journey_files import LANGUAGES, JourneyFile
from engine.authoring.code import Language, keeping, print_code
from engine.authoring.schema import schema_text
from engine.journey.catalogue import Catalogue
from engine.journey.problems import Problem
from engine.journey.reading import read
from engine.journey.templates import templates
from engine.journey.version import JourneyDocument
from engine.settings import Settings
from engine.simulation.kit import catalogue_of, enroll
from workflows.plugins import Plugins, plugins_in

CHANGES, WRONG = 2, 1
app = typer.Typer()
out = Console(highlight=False, markup=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

Folder = Annotated[Path, typer.Argument(help="The folder of journeys, or one file.")]
Url = Annotated[str, typer.Option(envvar="WAITLINE_URL", help="The server's address.")]
Key = Annotated[str, typer.Option(envvar="WAITLINE_KEY", help="A server key.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Publish = Annotated[bool, typer.Option("--publish", help="Publish what changes, instead of saving drafts only.")]
Migration = Annotated[str, typer.Option("--migration", help="Those inside: keep, move or exit.")]
Mapping_ = Annotated[list[str] | None, typer.Option("--map", help="old_node=new_node, for those who move.")]
HERE = Path("journeys")
PLUGINS = Path("plugins")
LOCAL = "http://127.0.0.1:8400"
_COLOURS = {"create": "green", "update": "yellow", "publish": "cyan", "nothing": "dim"}
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The journey's name.")],
    folder: Annotated[Path, typer.Option(help="Where to put the file.")] = HERE,
    template: Annotated[str, typer.Option(help="The template to begin from.")] = "back_in_stock",
    yaml: Annotated[bool, typer.Option("--yaml", help="Write YAML instead of Python.")] = False,
) -> None:
    """Begin a journey from a template."""
    found = {each.id: each.document for each in templates()}
    path = folder / journey_files.file_name(name, ".yaml" if yaml else ".py")
    if template not in found:
        _stop(f"There is no template “{template}”; choose one of {', '.join(found)}.")
    if path.exists():
        _stop(f"{path} exists already; choose another name.")
    journey_files.write_journey(
        path, found[template].model_copy(update={"name": name}).model_dump(by_alias=True), _catalogue()
    )
    out.print(str(path))


@app.command()
def schema() -> None:
    """Print the JSON Schema of journeys in YAML."""
    typer.echo(schema_text(_catalogue()), nl=False)


@app.command()
def validate(folder: Folder = HERE, *, as_json: AsJson = False) -> None:
    """Find what is wrong with the files, without a server."""
    found = _files(folder)
    if as_json:
        rows = [{"file": str(one.path), **problem.model_dump()} for one in found for problem in one.problems]
        typer.echo(json.dumps({"problems": rows}, ensure_ascii=False))
    else:
        for one in found:
            for problem in one.problems:
                out.print(f"{one.path}:{problem}", style="red" if problem.is_blocking else "yellow")
        wrong = sum(bool(one.blocking) for one in found)
        told = f"{wrong} of them with blocking problems" if wrong else "none with a blocking problem"
        out.print(f"{_journeys(len(found))}, {told}.")
    raise typer.Exit(WRONG if any(one.blocking for one in found) else 0)


@app.command()
def plan(
    folder: Folder = HERE,
    *,
    key: Key = "",
    url: Url = LOCAL,
    publish: Publish = False,
    migration: Migration = "keep",
    mapping: Mapping_ = None,
    as_json: AsJson = False,
) -> None:
    """Show what applying the files would change, and how many enrollments it touches."""
    files = _sound(folder)
    with _server(url, key) as server:
        call = client.plan_journeys(
            _items(files, folder), publish=publish, choice=_choice(migration), mapping=_mapping(mapping)
        )
        planned = server.send(call)
    _tell(planned, as_json=as_json)
    if not as_json:
        changed = sum(one.action != "nothing" for one in planned)
        what = "apply --publish" if publish else "apply"
        out.print(f"{_journeys(changed)} to {what}." if changed else "Nothing to do.")
    if publish and any(problem["severity"] == "blocking" for one in planned for problem in one.problems):
        raise typer.Exit(WRONG)
    raise typer.Exit(CHANGES if any(one.action != "nothing" for one in planned) else 0)


@app.command()
def apply(
    folder: Folder = HERE,
    *,
    key: Key = "",
    url: Url = LOCAL,
    publish: Publish = False,
    migration: Migration = "keep",
    mapping: Mapping_ = None,
    overwrite: Annotated[bool, typer.Option(help="Undo what people did on the canvas since.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the server's journeys be as the files say: all of them, or none."""
    files = _sound(folder)
    with _server(url, key) as server:
        call = client.apply_journeys(
            _items(files, folder),
            publish=publish,
            choice=_choice(migration),
            mapping=_mapping(mapping),
            overwrite=overwrite,
        )
        done = server.send(call)
    seen = {one.name: one.revision for one in done if one.revision is not None}
    journey_files.write_seen(folder, {**journey_files.read_seen(folder), **seen})
    _tell(done, as_json=as_json)
    if as_json:
        return
    changed = sum(one.action != "nothing" for one in done)
    drafts = "1 draft saved" if changed == 1 else f"{changed} drafts saved"
    saved = f"{drafts}. Nobody enters by a draft: apply it with --publish, or launch it on the canvas."
    out.print("Nothing to do." if not changed else f"{_journeys(changed)} published." if publish else saved)


@app.command()
def diff(folder: Folder = HERE, *, key: Key = "", url: Url = LOCAL) -> None:
    """Compare the server's drafts with the files, as code: - is the server, + the file."""
    files = _sound(folder)
    differs = False
    with _server(url, key) as server:
        ids = {row["name"]: row["id"] for row in server.send(client.list_journeys())}
        for one in files:
            before = server.send(client.read_draft(ids[one.name])).document if one.name in ids else None
            language = LANGUAGES[one.path.suffix]
            old, new = (_printed(each, language).splitlines() for each in (before, one.document))
            lines = list(unified_diff(old, new, "server", str(one.path), lineterm=""))
            differs = differs or bool(lines)
            for line in lines:
                out.print(line, style={"+": "green", "-": "red", "@": "cyan"}.get(line[:1]))
    raise typer.Exit(CHANGES if differs else 0)


@app.command()
def export(
    folder: Folder = HERE,
    *,
    key: Key = "",
    url: Url = LOCAL,
    name: Annotated[str | None, typer.Option(help="Only this journey.")] = None,
    yaml: Annotated[bool, typer.Option("--yaml", help="Write new files as YAML instead of Python.")] = False,
    overwrite: Annotated[bool, typer.Option(help="Undo what was edited in the files and never applied.")] = False,
) -> None:
    """Write the server's drafts into the files. Comments and the order of a file stay.

    A file is left alone when the server's draft is the one that it was made from: whatever differs was edited in the
    file.
    """
    files = {one.name: one for one in _files(folder)}
    seen = _seen(folder)
    with _server(url, key) as server:
        for row in server.send(client.list_journeys()):
            if name not in {None, row["name"]}:
                continue
            draft = server.send(client.read_draft(row["id"]))
            held = files.get(row["name"])
            path = held.path if held else folder / journey_files.file_name(row["name"], ".yaml" if yaml else ".py")
            if held and not overwrite and seen.get(row["name"]) == draft.revision and _differs(held, draft.document):
                out.print(f"kept, apply it  {path}", style="yellow")
                continue
            if not isinstance(read(draft.document), JourneyDocument):
                _stop(f"“{row['name']}” is too unfinished to be written as code; finish it on the canvas first.")
            try:
                written = journey_files.write_journey(path, draft.document, _catalogue())
            except ValueError as error:
                _stop(str(error))
            seen[row["name"]] = draft.revision
            out.print(f"{'wrote' if written else 'as it is'}  {path}", style=None if written else "dim")
    journey_files.write_seen(folder, seen)


@app.command()
def simulate(
    file: Annotated[Path, typer.Argument(help="The file of the journey.")],
    days: Annotated[float, typer.Option(help="How long to watch.")] = 90,
    attribute: Annotated[list[str] | None, typer.Option(help="name=value of the made-up person.")] = None,
    entry: Annotated[list[str] | None, typer.Option("--property", help="name=value of the entry event.")] = None,
    stock: Annotated[list[str] | None, typer.Option(help="sku=units that can be bought.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Walk a made-up person through a journey in virtual time, without a server."""
    (one, *_) = _sound(file)
    levels = _pairs(stock)
    if wrong := [f"{sku}={units}" for sku, units in levels.items() if type(units) is not int or units < 0]:
        _stop(f"“{wrong[0]}” is no stock; write how many can be bought, like M=3.")
    own = _plugins()
    person = enroll(
        one.document or {},
        attributes=_pairs(attribute),
        stock=levels,
        plugins=(*own.nodes.values(), *own.channels.values()),
        **_pairs(entry),
    ).passes(days=days)
    if as_json:
        trail = [step.model_dump(mode="json") for step in person.trail]
        typer.echo(json.dumps({"path": person.path, "sent": person.sent, "ended": person.ended, "trail": trail}))
        return
    for step in person.trail:
        out.print(f"{step.at:%Y-%m-%d %H:%M}  {step.node:<20} {step.act:<9} {step.outlet or ''} {step.reason or ''}")
    out.print(f"sent: {', '.join(person.sent) or 'nothing'}; ended: {person.ended or 'still on the way'}")


def _files(folder: Path) -> list[JourneyFile]:
    return journey_files.read_folder(folder, _catalogue()) if folder.exists() else []


def _plugins() -> Plugins:
    """The plugins beside the journeys, in the folder `plugins` or the one that WAITLINE_PLUGINS names."""
    found = plugins_in(Settings().plugins or PLUGINS)
    for place, problem in found.set_aside.items():
        err.print(f"{place} was set aside. {problem}", style="yellow")
    return found


def _catalogue() -> Catalogue:
    own = _plugins()
    return catalogue_of((*own.nodes.values(), *own.channels.values()))


def _sound(folder: Path) -> list[JourneyFile]:
    """The journeys of the folder; ends the command when one of them cannot be used."""
    found = _files(folder)
    if not found:
        missing = "does not exist" if not folder.exists() else "holds no journey"
        _stop(f"{folder} {missing}; begin a journey with: waitline journeys new NAME.")
    wrong = [line for one in found for line in one.blocking]
    if wrong:
        _stop("\n".join(wrong))
    return found


def _items(files: list[JourneyFile], folder: Path) -> list[tuple[dict[str, Any], int | None]]:
    seen = _seen(folder)
    return [(one.document or {}, seen.get(one.name)) for one in files]


def _seen(folder: Path) -> dict[str, int]:
    try:
        return journey_files.read_seen(folder)
    except ValueError as problem:
        _stop(str(problem))


@contextmanager
def _server(url: str, key: str) -> Generator[Waitline]:
    if not key:
        _stop("A key is missing: set WAITLINE_KEY to a server key, which an admin makes on the page “Team”.")
    try:
        with Waitline(url, key) as server:
            yield server
    except client.ClientError as error:
        _stop(str(error))


def _tell(planned: list[PlannedJourney], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"journeys": [asdict(one) for one in planned]}, ensure_ascii=False))
        return
    for one in planned:
        touched = f"; {one.enrollments} people are inside" if one.enrollments else ""
        out.print(f"{one.action:<8} {one.name}{touched}", style=_COLOURS[one.action])
        for change in one.changes:
            field = f".{change['field']}" if change["field"] else ""
            values = f": {_short(change['before'])} → {_short(change['after'])}" if change["how"] == "changed" else ""
            out.print(f"  {_SIGNS[change['how']]} {change['part']} {change['what']}{field}{values}")
        if one.drifted_by:
            out.print(
                f"  ! {one.drifted_by} edited it on the canvas since; export it first, or apply --overwrite.",
                style="red",
            )
        for problem in map(_problem, one.problems):
            out.print(f"  [{problem.code}] {problem.sentence}", style="red" if problem.is_blocking else "yellow")


def _problem(told: Mapping[str, Any]) -> Problem:
    """A problem, from how the server tells it."""
    return Problem(**{"sentence" if name == "message" else name: value for name, value in told.items()})


def _journeys(count: int) -> str:
    return "1 journey" if count == 1 else f"{count} journeys"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _printed(document: dict[str, Any] | None, language: Language) -> str:
    if document is None:
        return ""
    typed = read(document)
    if isinstance(typed, JourneyDocument):
        return print_code(typed, language)
    return json.dumps(document, indent=2, ensure_ascii=False)


def _differs(held: JourneyFile, draft: dict[str, Any]) -> bool:
    return _printed(keeping(held.document or {}, draft), "yaml") != _printed(draft, "yaml")


def _choice(migration: str) -> Choice:
    choices: dict[str, Choice] = {"keep": "keep", "move": "move", "exit": "exit"}
    if migration not in choices:
        _stop(f"Those inside keep, move or exit; “{migration}” is none of them.")
    return choices[migration]


def _mapping(rows: list[str] | None) -> Mapping[str, str]:
    return {name: str(value) for name, value in _pairs(rows, plain=True).items()}


def _pairs(rows: list[str] | None, *, plain: bool = False) -> dict[str, Any]:
    """`name=value` as a mapping; the value is JSON where it can be read as such."""
    found: dict[str, Any] = {}
    for row in rows or []:
        name, is_pair, value = row.partition("=")
        if not is_pair:
            _stop(f"“{row}” is not name=value; write it like country=DE.")
        try:
            found[name] = value if plain else json.loads(value)
        except ValueError:
            found[name] = value
    return found


def _stop(sentence: str) -> NoReturn:
    err.print(sentence, style="bold red")
    raise typer.Exit(WRONG)
