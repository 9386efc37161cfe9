"""The forking process: it has imported everything, and forks the API and the workers from it.

    supervisor ──{"arguments", "environment", "log"}──► this ──fork──► API, worker, worker
               ◄──{"forked": pid} … {"ended": pid, "code"}──┘

What is imported once is in memory once: pages that nobody writes to are shared by all who were forked. That pays for a
worker a core (decision 0011), and a child that ended is back in a few milliseconds. The nursery runs no thread and no
event loop, which is what makes forking safe. When it ends, the kernel ends its children.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import sys
import traceback
from typing import Any, NoReturn

from sqlalchemy.orm import configure_mappers

from api.cli import app
from api.standalone.deathsig import die_with_parent

PRELOADED = (
    "api.serve",
    "api.work",
    "api.standalone.extras",
    "aiosqlite",
    "anyio._backends._asyncio",
    "httpcore._async",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "uvloop",
)


def main() -> None:
    """Import, then fork on demand until the supervisor is gone."""
    gc.disable()  # what is imported stays: to look for garbage among it again and again costs a third of the time
    for name in PRELOADED:
        importlib.import_module(name)
    configure_mappers()
    gc.collect()
    gc.freeze()
    told, teller = os.pipe()
    os.set_blocking(teller, False)
    signal.signal(signal.SIGCHLD, _ignore)
    signal.set_wakeup_fd(teller)
    chosen = selectors.DefaultSelector()
    chosen.register(0, selectors.EVENT_READ)
    chosen.register(told, selectors.EVENT_READ)
    unread = b""
    while True:
        for key, _ in chosen.select():
            if key.fd == told:
                os.read(told, 4096)
                _report_ended()
                continue
            some = os.read(0, 65_536)
            if not some:
                return
            *lines, unread = (unread + some).split(b"\n")
            for line in lines:
                _say({"forked": _fork(json.loads(line))})


def _ignore(_number: int, _frame: object) -> None:
    """What ended is said to the pipe that the signal wakes."""


def _report_ended() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say({"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def _say(message: dict[str, Any]) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


def _fork(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _become(order)
    return pid


def _become(order: dict[str, Any]) -> NoReturn:
    """Be the child: own session, own output, own environment; then run the command."""
    code = 1
    try:
        gc.enable()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        os.closerange(3, 64)
        os.environ.update(order["environment"])
        die_with_parent()
        app(order["arguments"], prog_name="waitline")
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # a forked child must never return into the loop of its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
