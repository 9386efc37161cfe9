"""A real Firefox that receives real web push from the local push service, driven by Marionette.

async with Firefox(program, folder, push_service).running() as firefox:
    await firefox.visit(f"{shop}/shop/products/fjell?variant=FJELL-M")
    ...
    [shown] = await firefox.notifications("/shop/waitline/")
    await firefox.click_notification(shown["title"])
    await firefox.switch_to(f"{shop}/shop/products/fjell?variant=FJELL-M")

The profile lives in ``folder``: a Firefox that was closed and is opened again is the same browser to the push service,
and receives what waited for it. Notifications are drawn by Firefox itself (not handed to the desktop), so a test can
click them as a person would.
"""

import asyncio
import json
import os
import socket
import subprocess
import time
import warnings
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

with warnings.catch_warnings():  # a part of it holds an escape sequence that Python warns of when it compiles it
    warnings.simplefilter("ignore")
    from marionette_driver.errors import JavascriptException
    from marionette_driver.marionette import Marionette

Found = TypeVar("Found")
Driver = Any  # marionette_driver has no types

PATIENCE = 60.0
START_PATIENCE = 90.0
PAUSE = 0.05
PREFERENCES: dict[str, Any] = {
    "alerts.useSystemBackend": False,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.contentblocking.report.hide_vpn_banner": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": True,
    "dom.push.testing.allowInsecureServerURL": True,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "permissions.default.desktop-notification": 1,
    "services.settings.server": "",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
"""Quiet, offline, notifications allowed, drawn by Firefox itself."""

SHOWN = """
    const registration = await navigator.serviceWorker.getRegistration(given[0]);
    const shown = registration ? await registration.getNotifications() : [];
    return shown.map(({title, body, tag, actions, data}) =>
        ({title, body, tag, data, actions: actions.map(({action, title}) => ({action, title}))}));
"""
CLICK = """
    const drawn = [...Services.wm.getEnumerator("alert:alert")].find((each) => each.arguments[1] === given[0]);
    if (!drawn || drawn.document.readyState !== "complete") return false;
    if (given[1] === null) {
        drawn.document.getElementById("alertBox").click();
        return true;
    }
    const listener = [...drawn.arguments].find((argument) => argument instanceof Ci.nsIObserver);
    const button = { QueryInterface: ChromeUtils.generateQI([Ci.nsIAlertAction]), action: given[1] };
    listener.observe(button, "alertclickcallback", drawn.arguments[4]);
    drawn.close();
    return true;
"""
TABS = """
    const windows = [...Services.wm.getEnumerator("navigator:browser")];
    return windows.flatMap(({gBrowser}) => gBrowser.tabs.map((tab) => tab.linkedBrowser.currentURI.spec));
"""


class Firefox:
    """One browser profile in ``folder``, using the push service at ``push_service`` (its HTTP address)."""

    def __init__(self, program: Path, folder: Path, push_service: str) -> None:
        self._program = program
        self._folder = folder
        self.push_service = push_service
        self._process: subprocess.Popen[bytes] | None = None
        self._marionette: Driver | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Firefox"]:
        """Open until the end of the block."""
        await self.open()
        try:
            yield self
        finally:
            await self.close()

    async def open(self) -> None:
        """Start Firefox on its profile and wait until it can be driven."""
        port = _free_port()
        self._write_preferences(port)
        options = ["--headless", "--no-remote", "--profile", str(self._folder), "--marionette"]
        environment = {**os.environ, "HOME": str(self._folder), "MOZ_CRASHREPORTER_DISABLE": "1"}
        with (self._folder / "firefox.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                [self._program, *options, "-remote-allow-system-access", "about:blank"],
                stdout=log,
                stderr=log,
                env=environment,
            )
        self._marionette = await asyncio.to_thread(self._connect, port)

    async def close(self) -> None:
        """Quit as a person does; the profile stays."""
        marionette, process = self._marionette, self._process
        self._marionette = self._process = None
        if marionette is not None:
            await asyncio.to_thread(self._quit, marionette)
        if process is not None:
            try:
                await asyncio.to_thread(process.wait, PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                await asyncio.to_thread(process.wait)
                raise

    async def visit(self, url: str) -> None:
        """Open a page in the current tab and wait until it is loaded."""
        await self._do(lambda marionette: marionette.navigate(url))

    async def evaluate(self, body: str, *arguments: Any) -> Any:
        """The value of an async function's ``body`` in the page; its parameters are called ``given``."""
        return await self._do(lambda marionette: _run(marionette, body, arguments))

    async def evaluate_in_browser(self, body: str, *arguments: Any) -> Any:
        """The same in the browser's own, privileged scope."""

        def run(marionette: Driver) -> Any:
            with marionette.using_context("chrome"):
                return _run(marionette, body, arguments)

        return await self._do(run)

    async def wait_for(self, body: str, *arguments: Any, what: str) -> Any:
        """Evaluate ``body`` in the page until its value is true; fails with ``what`` was waited for."""
        return await self.until(lambda: self.evaluate(body, *arguments), what)

    async def until(self, ask: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """The first true answer of the coroutine function ``ask``."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not (answer := await ask()):
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
            await asyncio.sleep(PAUSE)
        return answer

    async def notifications(self, scope: str) -> list[dict[str, Any]]:
        """What the service worker of ``scope`` shows now; the current tab must be of its origin."""
        return await self.evaluate(SHOWN, scope)

    async def click_notification(self, title: str, action: str | None = None) -> None:
        """Click the notification with this title as a person does: its body, or the button named ``action``.

        Firefox draws no buttons in its own notifications, so a button's click is handed to the listener to which a
        desktop's notification service would hand it.
        """
        clicked = await self.until(lambda: self.evaluate_in_browser(CLICK, title, action), f"a drawn {title!r}")
        assert clicked

    async def tabs(self) -> list[str]:
        """The addresses of all tabs, in order."""
        return await self.evaluate_in_browser(TABS)

    async def switch_to(self, address: str) -> str:
        """Go to the tab whose address begins with ``address``, waiting for it to open; returns its address."""

        def seek(marionette: Driver) -> str | None:
            for handle in marionette.window_handles:
                marionette.switch_to_window(handle)
                url: str = marionette.get_url()
                if url.startswith(address):
                    return url
            return None

        return await self.until(lambda: self._do(seek), f"a tab at {address}")

    async def screenshot(self, path: Path) -> None:
        """Save what the page looks like now."""
        await self._do(lambda marionette: path.write_bytes(marionette.screenshot(format="binary")))

    async def _do(self, act: Callable[[Driver], Found]) -> Found:
        assert self._marionette is not None, "Firefox is closed: call open() first."
        return await asyncio.to_thread(act, self._marionette)

    def _write_preferences(self, port: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        address = "ws" + self.push_service.removeprefix("http").rstrip("/") + "/"
        preferences = PREFERENCES | {"dom.push.serverURL": address, "marionette.port": port}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items())
        (self._folder / "user.js").write_text("\n".join(lines) + "\n")

    def _connect(self, port: int) -> Driver:
        _wait_for_port(port)
        marionette: Driver = Marionette(host="127.0.0.1", port=port)
        marionette.start_session()
        marionette.timeout.script = PATIENCE
        return marionette

    def _quit(self, marionette: Driver) -> None:
        marionette._send_message("Marionette:Quit", {"flags": ["eAttemptQuit"]})
        marionette.client.close()
        marionette.delete_session(send_request=False)  # or it would call the closed browser when it is collected


def _run(marionette: Driver, body: str, arguments: tuple[Any, ...]) -> Any:
    script = f"""
        const [given, finish] = [[...arguments].slice(0, -1), arguments[arguments.length - 1]];
        (async () => {{ {body} }})().then(
            (value) => finish({{ value }}), (error) => finish({{ error: `${{error}}` }}));
    """
    answer = marionette.execute_async_script(script, script_args=arguments, new_sandbox=False)
    if "error" in answer:
        raise JavascriptException(answer["error"])
    return answer.get("value")


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)
        else:
            return


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])
