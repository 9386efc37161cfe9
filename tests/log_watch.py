"""What the product logs within the test run itself, printed as in production, and whether a line names somebody.

    structlog, logging ──api.logs, from `debug`──► LogWatch ──► the test that made us name a person fails, with the line

The stream looks for people by patterns of its own, blunter than those that mask, and for the names that
tests give to people: these no pattern knows. What other processes log is read by `tests.stack.Stack`.
"""

import io
import os
import re

NAMES = ("Adalovelacia", "Boberg", "Ekland", "Lindqvist", "Ada Lind", "van der Berg")
"""People of the tests, whose names nothing else here is called by."""
_SOMEBODY = re.compile(
    r"[\w.+-]@(?!v\d|type\.googleapis\.com/)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}"
    r"|(?<![\w.:=+])\+\d{9,}"
    r"|(?:/wpush/|/fcm/send/|push\.apple\.com/|notify\.windows\.com/)(?!\[masked\])\w"
    rf"|\b(?:{'|'.join(map(re.escape, NAMES))})\b",
    re.IGNORECASE,
)


class LogWatch(io.TextIOBase):
    """A stream to log to, which keeps nothing but the lines that name somebody."""

    def __init__(self) -> None:
        self.written = 0
        self._named: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        self.written += 1
        if _SOMEBODY.search(text):
            test = os.environ.get("PYTEST_CURRENT_TEST", "no test")
            self._named += [f"{test}: {line}" for line in text.splitlines() if _SOMEBODY.search(line)]
        return len(text)

    def take(self) -> list[str]:
        """Lines that named somebody since this was last asked, each with the test during which it was logged."""
        named, self._named = self._named, []
        return named
