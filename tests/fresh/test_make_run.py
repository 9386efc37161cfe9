"""What a stranger does: clone, one command, and wait for the first push."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.fakes.user_agent import UserAgent
from tests.stack import Stack, until

ROOT = Path(__file__).parents[2]
MINUTES = 5


class FreshClone(Stack):
    """A Waitline that `make run` installs and starts in a clone of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "data")
        self._clone = folder / "clone"

    async def start(self) -> None:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self._clone)], check=True)  # noqa: ASYNC221 - a test
        self.home.mkdir(parents=True)
        path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if "node" not in part)
        environment = {**os.environ, "PATH": path, "WAITLINE_PORT": str(self.port), "WAITLINE_HOME": str(self.home)}
        for ours in ("VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"):  # a stranger was not called by `make test`
            environment.pop(ours, None)
        with (self.home / "up.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                ["make", "run"], cwd=self._clone, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        await until(self._is_ready, f"the pages; see {self.home}/up.log", seconds=MINUTES * 60)

    async def stop(self) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(60)


@pytest.mark.fresh
@pytest.mark.spec("R-011")
async def test_one_command_leads_from_a_clone_to_the_first_push_in_five_minutes(tmp_path: Path) -> None:
    assert shutil.which("make"), "make is all that a host must bring, beside Python"
    began = time.monotonic()
    async with FreshClone(tmp_path).running() as stack:
        async with httpx.AsyncClient(base_url=stack.url) as visitor:
            shop, pages = await visitor.get("/shop"), await visitor.get("/")
        assert (shop.status_code, pages.status_code) == (200, 200)
        assert '<div id="root">' in pages.text
        shopper = stack.shopper()
        config = (await shopper.get("/v1/storefront/config")).json()
        ((sku,), *_) = stack.query(
            "SELECT v.sku FROM variant v JOIN stock_level l ON l.variant_id = v.id WHERE l.on_hand = 0 ORDER BY 1"
        )
        async with UserAgent(f"{stack.url}/push") as browser:
            subscription = await browser.subscribe(config["vapid_public_key"])
            wish = {
                "variant": sku,
                "profile": {"anonymous_id": "a-stranger"},
                "push_subscription": subscription.as_json(),
                "consents": [{"channel": "web_push", "text_version": config["consent_text_version"]}],
            }
            (await shopper.post("/v1/waitlist", json=wish)).raise_for_status()
            (await stack.raise_stock(sku, 3)).raise_for_status()
            arrival = await browser.next_arrival()
        assert "is back" in arrival.json()["title"]
    assert time.monotonic() - began < MINUTES * 60
