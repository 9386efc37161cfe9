"""Sentences of ours, found again by their wording, in another language.

A catalogue maps each sentence, with places for its values, to the same sentence elsewhere:

    "No event named “{event}” has been seen yet"   →   "Noch ist kein Ereignis namens „{event}“ gekommen"
    "Not sent: {reason:said}"                      →   "Nicht gesendet: {reason}"
    "{count:number} days"                          →   "{count} Tage"

A place takes any text (a name, an address) and keeps it. `:number` takes digits only, `:word` what has no space in
it. `:said` takes what is a sentence of ours itself, and says that in the other language, too; where it is
none, the whole sentence is another one. `:maybe` says it where it is ours and keeps it where it is not, such as what a
provider answered. A sentence that is quoted inside another may begin small there, and a phrase that begins one large.
A value whose name begins with `_` may be left out in the other language; every other one is said.

A sentence is found by its whole wording first, then by the template with the most letters that fits. One that is not
ours at all stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

PLACE = re.compile(r"\{(\w+)(?::(number|word|said|maybe))?\}")
LONGEST = 1_000
"""Characters of a sentence that is looked for; what is longer is no sentence."""
MOST_LOOKUPS = 100
"""For a sentence and the sentences in it: far more than ours need, and an end to what strangers nest."""
_TAKES = {"number": r"\d+", "word": r"\S+", "said": r".+?", "maybe": r".+?", None: r".+?"}


@dataclass(frozen=True, slots=True)
class _Template:
    """A sentence with places: the wording between them, all of it as a pattern, and what it becomes."""

    wording: tuple[str, ...]
    pattern: re.Pattern[str]
    kinds: Mapping[str, str | None]
    becomes: str

    def fits(self, sentence: str) -> bool:
        """Whether the wording is there in its order: what the pattern would find out at greater length."""
        if not (sentence.startswith(self.wording[0]) and sentence.endswith(self.wording[-1])):
            return False
        at = 0
        for text in self.wording:
            at = sentence.find(text, at)
            if at < 0:
                return False
            at += len(text)
        return True


class Translation:
    """The sentences of a catalogue in its language."""

    def __init__(self, catalogue: Mapping[str, str]) -> None:
        self.catalogue = catalogue

    def of(self, sentence: str) -> str:
        """The sentence in this language; as it is where it is not one of ours."""
        found = self._found(sentence, iter(range(MOST_LOOKUPS))) if len(sentence) <= LONGEST else None
        return sentence if found is None else found

    def _found(self, sentence: str, lookups: Iterator[int]) -> str | None:
        if sentence in self._whole:
            return self._whole[sentence]
        begun = sentence[:1].swapcase() + sentence[1:]
        if sentence[:1].islower():
            return self._exact(begun, lookups, is_begun=True) or self._exact(sentence, lookups)
        found = self._exact(sentence, lookups)
        if found is None and sentence[:1].isupper():
            found = self._exact(begun, lookups, is_begun=True)
            found = found and found[0].upper() + found[1:]
        return found

    def _exact(self, sentence: str, lookups: Iterator[int], *, is_begun: bool = False) -> str | None:
        """As it is written; what was begun otherwise than in the catalogue does not begin with a value."""
        whole = self._whole.get(sentence)
        if whole is not None or next(lookups, None) is None:
            return whole
        candidates = (one for one in self._templates if one.fits(sentence) and (one.wording[0] or not is_begun))
        return next((said for one in candidates if (said := self._filled(one, sentence, lookups)) is not None), None)

    def _filled(self, template: _Template, sentence: str, lookups: Iterator[int]) -> str | None:
        match = template.pattern.fullmatch(sentence)
        if match is None:
            return None
        values: dict[str, str] = {}
        for name, value in match.groupdict().items():
            kind = template.kinds[name]
            said = self._found(value, lookups) if kind in {"said", "maybe"} else value
            if said is None and kind == "said":
                return None
            values[name] = value if said is None else said
        return PLACE.sub(lambda place: values[place[1]], template.becomes)

    @cached_property
    def _whole(self) -> Mapping[str, str]:
        return {one: becomes for one, becomes in self.catalogue.items() if PLACE.search(one) is None}

    @cached_property
    def _templates(self) -> tuple[_Template, ...]:
        """Those with the most letters first: they say most of what a sentence must be."""
        with_places = [one for one in self.catalogue if one not in self._whole]
        with_places.sort(key=lambda one: len(PLACE.sub("", one)), reverse=True)
        return tuple(_template(one, self.catalogue[one]) for one in with_places)


def _template(english: str, becomes: str) -> _Template:
    pieces = PLACE.split(english)  # text, name, kind, text, name, kind, …, text
    names, kinds = pieces[1::3], pieces[2::3]
    pattern = re.escape(pieces[0])
    for name, kind, text in zip(names, kinds, pieces[3::3], strict=True):
        pattern += f"(?P<{name}>{_TAKES[kind]}){re.escape(text)}"
    return _Template(
        wording=tuple(pieces[::3]),
        pattern=re.compile(pattern, re.DOTALL),
        kinds=dict(zip(names, kinds, strict=True)),
        becomes=becomes,
    )
