"""Checking a proof from itself alone, and saying what was checked.

The signature tells that nothing was changed since it was made. The rest holds whoever signed it: the ledger's hashes,
the renderings' hashes, and that the trail can be walked in the versions of the journey.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from engine.journey.version import JourneyDocument, JourneyVersion
from engine.messages.rendered import hash_of_archived
from engine.proofs.bundle import PARTS, Contents, LedgerRow, Manifest, problems_of, read
from engine.proofs.links import OUTCOME_FIELDS, SEND_FIELDS, as_told, hash_of_link
from engine.proofs.signing import digest, is_signed
from engine.proofs.walking import FactsErased, NotWalked, walk

_FIELDS: Mapping[str, tuple[str, ...]] = {"send": SEND_FIELDS, "outcome": OUTCOME_FIELDS}


@dataclass(slots=True)
class Checked:
    """What came out: every fault in a sentence, what was checked, and what could not be.

    `contents` and `versions` are there where they could be read.
    """

    manifest: Manifest
    contents: Contents | None = None
    versions: Mapping[int, JourneyVersion] = field(default_factory=dict[int, JourneyVersion])
    faults: list[str] = field(default_factory=list[str])
    done: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])


def check(text: bytes, key: str | None = None) -> Checked:
    """Check a proof as it was written. `key` is the public key that must have signed it; else the one that it names.

    Raises:
        UnreadableProof: it is none.
    """
    found, manifest = read(text)
    checked = Checked(manifest)
    checked.faults += _changed(found, manifest, key)
    checked.done.append(f"the signature, and the {len(PARTS)} parts that it covers")
    try:
        contents = Contents.model_validate({name: found[name] for name in PARTS if name in found})
        versions = {
            one.number: JourneyVersion(
                journey=contents.enrollment.journey_id,
                number=one.number,
                document=JourneyDocument.model_validate(one.document),
            )
            for one in contents.versions
        }
    except ValidationError as invalid:
        checked.faults.append(f"It cannot be read: {problems_of(invalid)}.")
        return checked
    checked.contents, checked.versions = contents, versions
    checked.faults += _ledger_faults(contents)
    checked.done.append(f"{_many(contents.ledger, 'row')} of the send ledger, each with the hash of its link")
    _check_renderings(contents, checked)
    _check_trail(contents, versions, checked)
    return checked


def _changed(found: Mapping[str, Any], manifest: Manifest, key: str | None) -> Iterator[str]:
    signed = found["manifest"]
    if key is not None and key != manifest.key.x:
        yield f"The key: it is signed by {manifest.key.x}, not by the key that was given."
    if not is_signed(signed, found["signature"], manifest.key.x):
        yield "The signature: it is not of this manifest, by the key that the manifest names."
    for name in PARTS:
        if name not in found:
            yield f"The part “{name}” is missing."
        elif manifest.parts.get(name) != digest(found[name]):
            yield f"The part “{name}” was changed since it was signed."
    for name in sorted(found.keys() - {*PARTS, "manifest", "signature"}):
        yield f"The part “{name}” was added, and is not signed."


def _ledger_faults(contents: Contents) -> Iterator[str]:
    sends = [one.row.get("id") for one in contents.ledger if one.kind == "send"]
    known = {(one.chain, one.link): one.hash for one in contents.ledger}
    for one in contents.ledger:
        place = f"The ledger's {one.kind}, link {one.link} of {one.chain}"
        if sorted(one.row) != sorted(_FIELDS[one.kind]):
            yield f"{place}: it has not the fields of such a row."
            continue
        said = as_told([one.row[name] for name in _FIELDS[one.kind]])
        before = known.get((one.chain, one.link - 1), one.before)
        if one.before is None or one.before != before:
            yield f"{place}: the link before it is another one, or missing."
        elif hash_of_link(one.before, one.chain, one.link, said) != one.hash:
            yield f"{place}: it was changed; its hash is of another row."
        if not _is_hers(one, contents.enrollment.id, sends):
            yield f"{place}: it is about another enrollment."


def _is_hers(one: LedgerRow, enrollment: str, sends: Collection[Any]) -> bool:
    return one.row["enrollment_id"] == enrollment if one.kind == "send" else one.row["send_id"] in sends


def _check_renderings(contents: Contents, checked: Checked) -> None:
    kept = {one.hash for one in contents.renderings}
    for one in contents.renderings:
        if hash_of_archived(one.content) != one.hash:
            checked.faults.append(f"The message {one.hash}: it was changed; its hash is of another message.")
    checked.done.append(f"{_many(kept, 'message')} as archived, each with its hash")
    said = [one.row.get("rendering_hash") for one in contents.ledger if one.kind == "send"]
    missing = sorted({one for one in said if isinstance(one, str)} - kept)
    erased = contents.enrollment.erased_at
    if erased is None:
        checked.faults += [f"The message {one}: it was sent, and is not in the proof." for one in missing]
        return
    checked.notes.append(
        f"The person was erased on {erased:%Y-%m-%d}. What was read for decisions about her is gone"
        + (", and what was sent to her cannot be read any more." if missing else ".")
    )


def _check_trail(contents: Contents, versions: Mapping[int, JourneyVersion], checked: Checked) -> None:
    trail, enrollment = contents.trail, contents.enrollment
    try:
        walk(trail, versions, enrollment.version)
    except NotWalked as fault:
        checked.faults.append(f"The trail: {fault}.")
    except FactsErased:
        checked.notes.append("Where a move led is erased, so the steps after it were not followed.")
    checked.done.append(f"{_many(trail, 'step')} of the trail, each following from the one before it {_in(versions)}")
    ends = [step for step in trail if step.act == "ended"]
    if ends and (ends[0] is not trail[-1] or ends[0].reason != enrollment.exit_reason):
        checked.faults.append(f"The trail: its end is not that of the enrollment, {enrollment.exit_reason}.")


def _many(things: Collection[Any], name: str) -> str:
    return f"{len(things)} {name}" if len(things) == 1 else f"{len(things)} {name}s"


def _in(versions: Collection[int]) -> str:
    return f"in version {', '.join(str(number) for number in sorted(versions))} of the journey"
