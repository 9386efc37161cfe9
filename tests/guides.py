"""The examples of the guides, as tests read them: every block of code in a page, with the heading that it stands below.

(body,) = blocks("docs/messages.md", "The guard")
assert (body.language, body.line) == ("json", 20)
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt

from tests.architecture.sources import ROOT


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code. `role` is what follows the language, like `file=journeys/win_back.py`."""

    page: str
    heading: str
    line: int
    language: str
    role: str
    text: str

    @property
    def commands(self) -> list[str]:
        """The lines of a shell, without prompts and remarks, and with continued lines as one."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [command for line in lines if (command := line.removeprefix("$ ").partition(" # ")[0].strip())]


def pages() -> list[str]:
    """Every page of text in the repository."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    return subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


@cache
def blocks_of(page: str) -> tuple[Block, ...]:
    """Every block of the page, fenced or indented, as a reader of Markdown sees them."""
    return tuple(_blocks(page, (ROOT / page).read_text(encoding="utf-8")))


def blocks(page: str, heading: str, language: str | None = None) -> list[Block]:
    """The blocks below a heading of the page, of one language if it is named."""
    return [block for block in blocks_of(page) if block.heading == heading and language in {None, block.language}]


def _blocks(page: str, text: str) -> Iterator[Block]:
    heading = ""
    tokens = MarkdownIt().parse(text)
    for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        if token.type == "heading_open":
            heading = following.content
        elif token.type in {"fence", "code_block"}:
            language, _, role = token.info.strip().partition(" ")
            line = token.map[0] + 1 if token.map else 0
            yield Block(page, heading, line, language, role, token.content)
