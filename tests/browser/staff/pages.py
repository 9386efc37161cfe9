"""The staff pages as people use them: by what is written there, never by how it is built."""

from typing import Literal

from playwright.async_api import ConsoleMessage, Locator, Page, expect

CHANNEL = {"email": "E-mail", "sms": "SMS"}


class Desk:
    """A signed-in browser. `complaints` are the errors on its console, which no page may cause."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    async def follow(self, sign_in_link: str) -> None:
        """Sign in."""
        await self.page.goto(sign_in_link)
        await expect(self.heading("Journeys")).to_be_visible()
        self.complaints.clear()

    async def open(self, address: str) -> None:
        """Go to an address of the interface."""
        await self.page.goto(f"{self.url}{address}")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def choose_of_mine(self, item: str) -> None:
        """Something in the menu of whoever is signed in."""
        await self.page.get_by_role("button", name="Your account: ").click()
        await self.page.get_by_role("menuitem", name=item).click()

    async def find(self, query: str) -> Locator:
        """What ⌘K finds."""
        await self.page.keyboard.press("Control+k")
        await self.page.get_by_role("combobox", name="Go to a page, a journey or a person…").fill(query)
        return self.page.get_by_role("option")

    # --- journeys -------------------------------------------------------------------------------------------------

    def journey_row(self, name: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=name)

    def node(self, words: str) -> Locator:
        """A node on the canvas, by its title or its summary."""
        return self.page.get_by_label("Canvas of").get_by_role("group").filter(has_text=words)

    def details(self) -> Locator:
        """The panel beside the canvas."""
        return self.page.get_by_role("complementary", name="Details")

    async def show_version(self, name: str) -> None:
        await self.page.get_by_role("button", name="Version").click()
        await self.page.get_by_role("menuitem", name=name).click()

    # --- people ---------------------------------------------------------------------------------------------------

    def timeline(self) -> Locator:
        return self.page.get_by_role("region", name="Timeline")

    def rows(self) -> Locator:
        return self.timeline().get_by_role("listitem")

    def row(self, title: str) -> Locator:
        return self.rows().filter(has_text=title)

    def card(self, name: str) -> Locator:
        """A card beside the timeline."""
        return self.page.get_by_role("region", name=name)

    async def show_only(self, kind: str) -> None:
        await self.page.get_by_role("group", name="Show").get_by_role("button", name=kind, exact=True).click()

    # --- inbox ----------------------------------------------------------------------------------------------------

    def caught(self) -> Locator:
        """The messages in the list."""
        return self.page.get_by_role("region", name="Inbox").get_by_role("listitem")

    def reader(self) -> Locator:
        """The message that is open."""
        return self.page.get_by_role("region", name="Message")

    async def show_channel(self, channel: Literal["email", "sms"]) -> None:
        await self.page.get_by_text(CHANNEL[channel], exact=True).click()
