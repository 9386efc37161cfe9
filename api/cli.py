"""The `waitline` command. Each subcommand imports what it needs when it runs, so that none pays for another."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup
from typer.main import get_command

from api.cli_audit import audit
from engine.settings import Settings

_Refused: Any = typer.BadParameter.__mro__[2]
"""What is raised for words that a command does not know; typer has no name of its own for it."""


class Journeys(TyperGroup):
    """The commands of journeys, which bring the whole language: they are loaded when one of them is asked for.

    Words that they do not know end them with 1, since 2 says that there are changes.
    """

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except _Refused as refused:
            refused.exit_code = 1
            raise

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order of the help."""
        return self._loaded().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name."""
        return self._loaded().get_command(ctx, cmd_name)

    def _loaded(self) -> Any:
        from api.cli_journeys import app as journeys

        return get_command(journeys)


class Commands(TyperGroup):
    """All commands."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order of the help."""
        return [*super().list_commands(ctx), "journeys"]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name."""
        if cmd_name != "journeys":
            return super().get_command(ctx, cmd_name)
        return Journeys(name="journeys", help="Journeys kept as code.", no_args_is_help=True)


app = typer.Typer(
    cls=Commands,
    name="waitline",
    help="Customer journeys that wait.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@app.command()
def up(
    home: Annotated[Path | None, typer.Option(help="The folder that holds all data.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to serve on; 0 picks a free one.")] = None,
    demo: Annotated[bool | None, typer.Option(help="Seed and serve the demo shop (the default).")] = None,
) -> None:
    """Run everything on this machine: Temporal, API, worker, demo shop, built-in inboxes."""
    from api.standalone.supervisor import CannotStart, Supervisor
    from api.standalone.welcome import welcome

    settings = _settings(home=home, port=port, demo=demo)

    def report(line: str) -> None:
        err.print(line, style="yellow")

    supervisor = Supervisor(settings, report)
    try:
        asyncio.run(supervisor.run(lambda started: welcome(started, out)))
    except CannotStart as problem:
        err.print(str(problem), style="bold red")
        raise typer.Exit(1) from None


@app.command()
def api(
    standalone: Annotated[bool, typer.Option(hidden=True, help="With demo shop and built-in inboxes.")] = False,
) -> None:
    """Serve the HTTP API and the pages."""
    from api.serve import serve

    _run(serve(_settings(), standalone=standalone))


@app.command()
def worker() -> None:
    """Carry journeys out."""
    from api.work import work

    _run(work(_settings()))


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from api.serve import migrate as bring_up

    _run(bring_up(_settings()))


@app.command()
def plugins(
    folder: Annotated[Path | None, typer.Option(help="Look here, instead of where the settings say.")] = None,
) -> None:
    """Show what plugins bring, and which were set aside because they break; ends with 1 when any was."""
    from workflows.plugins import load_plugins, plugins_in

    if folder is not None and not folder.is_dir():
        err.print(f"There is no folder {folder}.", style="bold red", markup=False)
        raise typer.Exit(1)
    found = load_plugins(_settings()) if folder is None else plugins_in(folder)
    for place, brought in found.brought.items():
        out.print(f"{place}: {', '.join(f'{one.kind} {one.name}' for one in brought) or 'nothing'}", markup=False)
    for place, problem in found.set_aside.items():
        err.print(f"{place} was set aside. {problem}", style="bold red", markup=False)
    if not found.brought and not found.set_aside:
        out.print("There are no plugins.")
    if found.set_aside:
        raise typer.Exit(1)


@app.command("send-test-email")
def send_test_email(to: Annotated[str, typer.Argument(help="The address that gets the test.")]) -> None:
    """Send a test e-mail by the configured SMTP server."""
    from pydantic import ValidationError

    from activities.errors import DeliveryFailure
    from api import send_test

    settings = _settings()
    server = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        asyncio.run(send_test.send_test_email(settings, to))
    except ValidationError:
        err.print(f"{to!r} is not an e-mail address.", style="bold red")
        raise typer.Exit(2) from None
    except DeliveryFailure as failure:
        err.print(f"{server} did not take it: {failure}. Check the WAITLINE_SMTP_ settings.", style="bold red")
        raise typer.Exit(1) from None
    typer.echo(f"{server} took it. Look into the inbox of {to}.")


@app.command("sign-in-link")
def sign_in_link() -> None:
    """Print the link that signs the first administrator in, once. It is gone when it has been used."""
    from api.serve import first_link

    link = asyncio.run(first_link(_settings()))
    if link is None:
        err.print("The first administrator has signed in already; she can let others in.", style="yellow")
        raise typer.Exit(1)
    typer.echo(link)


app.add_typer(audit, name="audit")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from pydantic import SecretStr

    from api.app import create_app
    from api.openapi import openapi_text
    from engine.store.database import Database

    settings = Settings(secret_key=SecretStr("the document holds no secret"))
    typer.echo(openapi_text(create_app(settings, Database("sqlite+aiosqlite:///never-opened.db"))), nl=False)


def _settings(**given: Any) -> Settings:
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _run(coroutine: Any) -> None:
    import uvloop

    try:
        uvloop.run(coroutine)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


if __name__ == "__main__":
    app()
