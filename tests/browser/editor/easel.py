"""The canvas as its author uses it: steps by what is written on them, fields by their labels."""

from playwright.async_api import FloatRect, Locator, expect

from tests.browser.staff.pages import Desk


class Easel(Desk):
    """A signed-in browser at the canvas."""

    async def begin(self, name: str) -> None:
        """A new journey on an empty canvas, by mouse."""
        await self.button("New journey").click()
        await self.page.get_by_label("Name").fill(name)
        await self.button("Empty canvas").click()
        await self.button("Add the entry").click()
        await expect(self.node("When Back in Stock occurs")).to_be_visible()

    async def csrf(self) -> dict[str, str]:
        """The header that a change needs, of whoever is signed in."""
        session = await (await self.page.request.get(f"{self.url}/v1/session")).json()
        return {"X-Waitline-CSRF": session["csrf"]}

    def panel(self) -> Locator:
        """The form of the chosen step."""
        return self.details().get_by_role("tabpanel")

    def open_end(self, step: str, outlet: str) -> Locator:
        """The + below an outlet that leads nowhere."""
        return self.page.get_by_role("button", name=f"Add a step after {step}, {outlet}", exact=True)

    def between(self, step: str, outlet: str, following: str) -> Locator:
        """The + on an edge."""
        return self.page.get_by_role("button", name=f"Add a step between {step}, {outlet}, and {following}", exact=True)

    async def add(self, plus: Locator, step: str) -> None:
        """Press a + and pick the step."""
        await plus.click()
        await self.page.get_by_role("option", name=step).click()

    async def name_step(self, title: str) -> None:
        """Call the chosen step something."""
        await self.panel().get_by_text("More", exact=True).click()
        await self.panel().get_by_label("Name on the canvas").fill(title)

    async def is_saved(self) -> None:
        """Wait until everything is on the server."""
        await expect(self.page.locator('[data-save="saved"]')).to_be_visible()

    async def connect(self, step: str, outlet: str, target: str) -> None:
        """Draw an edge by mouse, from the handle of an outlet to another step."""
        handle = self.node(step).locator(f'.react-flow__handle.source[data-handleid="{outlet}"]')
        goal = self.node(target).locator(".react-flow__handle.target")
        await self.drag(handle, goal)

    async def drag(self, origin: Locator, goal: Locator) -> None:
        """Press, move in steps as a hand does, and let go."""
        start, end = await self.place(origin), await self.place(goal)
        mouse = self.page.mouse
        await mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        await mouse.down()
        await mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
        await mouse.up()

    async def place(self, what: Locator) -> FloatRect:
        """Where it is on the screen, once the canvas has come to rest."""
        before = None
        while (now := await what.bounding_box()) is None or now != before:
            before = now
            await self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return now

    async def launch(self) -> None:
        """From the checklist to live, without a schedule."""
        await self.page.get_by_role("tab", name="Launch").click()
        await expect(self.panel().get_by_role("heading", name="Ready to launch")).to_be_visible()
        await self.panel().get_by_role("button", name="Continue").click()
        await self.panel().get_by_role("button", name="Launch", exact=True).click()
        await expect(self.panel().get_by_role("heading", name="Version 1 is live")).to_be_visible()
