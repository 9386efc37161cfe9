"""What `waitline up` says once pages can be opened: the addresses, and the one-time link of the first start."""

from rich.console import Console

from api.standalone.home import Home
from engine.settings import Settings


async def welcome(settings: Settings, out: Console) -> None:
    """Print the addresses. The sign-in link is there only while nobody has used it."""
    url = settings.resolved_public_url
    link = Home(settings.home.absolute()).sign_in_link
    out.print("\n[bold green]Waitline is running.[/]\n")
    if settings.demo:
        _line(out, "Demo shop", f"{url}/shop")
    _line(out, "Waitline", link or url)
    if link:
        _line(out, "", "[dim]The link signs you in as the first administrator, once.[/]")
    _line(out, "Data", str(settings.home.absolute()))
    out.print("\n[dim]Ctrl-C stops it. Nothing is lost: the next start goes on where this one was.[/]\n")


def _line(out: Console, name: str, text: str) -> None:
    out.print(f"  {name:<10} {text}", soft_wrap=True)
