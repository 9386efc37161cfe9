"""German: a catalogue for each kind of sentence, in the words of the interface (`ui/src/texts/de.json`)."""

import json
from functools import cache
from pathlib import Path

from api.languages.sentences import Translation

CATALOGUES = Path(__file__).parent


@cache
def german() -> Translation:
    """All German sentences; read when somebody first asks for one."""
    sentences: dict[str, str] = {}
    for file in sorted(CATALOGUES.glob("*.json")):
        sentences |= json.loads(file.read_text("utf-8"))
    return Translation(sentences)
