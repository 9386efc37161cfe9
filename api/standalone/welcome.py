"""What `waitline up` says once pages can be opened: the addresses, and the one-time link of the first start."""

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from api.standalone.home import Home
from engine.settings import Settings


async def welcome(settings: Settings, out: Console) -> None:
    """Print the addresses. The sign-in link is there only while nobody has used it."""
    url = settings.resolved_public_url
    table = Table.grid(padding=(0, 2))
    table.add_row("Demo shop", f"[link={url}/shop]{url}/shop[/link]")
    link = Home(settings.home.absolute()).sign_in_link
    table.add_row("Waitline", f"[link={link or url}]{link or url}[/link]")
    if link:
        table.add_row("", "[dim]Signs you in once, as the first administrator.[/dim]")
    table.add_row("Data", f"{settings.home.absolute()}")
    out.print(Panel(table, title="Waitline is running", border_style="green", expand=False))
    out.print("[dim]Ctrl-C stops it. Nothing is lost; `waitline up` goes on where it was.[/dim]")
