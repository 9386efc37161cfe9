"""What a proof holds: everything that tells of one enrollment, in parts, and a signed manifest with each part's hash.

manifest    schema, when it was made, the public key, and the sha256 of each part
signature   of the manifest
enrollment, versions, trail, ledger, renderings, histories      the parts
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AwareDatetime, Field, ValidationError

from engine.journey.trail import TrailStep
from engine.model import Frozen
from engine.proofs.signing import canonical, digest, public_key, sign

SCHEMA = 1
PARTS = ("enrollment", "versions", "trail", "ledger", "renderings", "histories")


class UnreadableProof(Exception):
    """This is no proof of ours; take the file as it was written."""

    code = "unreadable_proof"


class ProvedEnrollment(Frozen):
    """Whose passage through which journey, and how it ended. `erased_at` says that the person was erased since."""

    id: str
    profile_id: str
    journey_id: str
    journey: str
    version: int
    variant_id: str | None
    status: str
    entered_at: AwareDatetime
    ended_at: AwareDatetime | None
    exit_reason: str | None
    erased_at: AwareDatetime | None


class ProvedVersion(Frozen):
    """A version of the journey that could be walked meanwhile."""

    number: int
    published_at: AwareDatetime
    document: Mapping[str, Any]


class LedgerRow(Frozen):
    """A row of the send ledger, its link, and the hash of the link before it; null where that one is not there."""

    kind: Literal["send", "outcome"]
    chain: str
    link: int
    hash: str
    before: str | None
    row: Mapping[str, Any]


class ProvedRendering(Frozen):
    """A message as it is archived."""

    hash: str
    content: Mapping[str, Any]


class Histories(Frozen):
    """What Temporal keeps of the enrollment, opened: a history for each run, or why there is none."""

    state: Literal["kept", "gone", "unreachable", "destroyed"]
    runs: tuple[Mapping[str, Any], ...] = ()


class Contents(Frozen):
    """The parts of a proof."""

    enrollment: ProvedEnrollment
    versions: tuple[ProvedVersion, ...]
    trail: tuple[TrailStep, ...]
    ledger: tuple[LedgerRow, ...]
    renderings: tuple[ProvedRendering, ...]
    histories: Histories


class PublicKey(Frozen):
    """A public key as a JWK."""

    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    x: str


class Manifest(Frozen):
    """What is signed."""

    schema_: Literal[1] = Field(default=SCHEMA, alias="schema")
    made_at: AwareDatetime
    key: PublicKey
    parts: Mapping[str, str]


def make(contents: Contents, key: Ed25519PrivateKey, now: datetime) -> dict[str, Any]:
    """The proof, as the JSON object that is written down."""
    parts = contents.model_dump(mode="json", by_alias=True)
    digests = {name: digest(parts[name]) for name in PARTS}
    manifest = Manifest(made_at=now, key=PublicKey(x=public_key(key)), parts=digests)
    signed = manifest.model_dump(mode="json", by_alias=True)
    return {"manifest": signed, "signature": sign(signed, key), **parts}


def read(text: bytes) -> tuple[dict[str, Any], Manifest]:
    """The JSON object of a proof, and its manifest.

    Raises:
        UnreadableProof: it is none.
    """
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_refused)
        canonical(found)  # a text with half a character in it has no bytes
        manifest = Manifest.model_validate(found["manifest"])
        if not isinstance(found["signature"], str):
            raise UnreadableProof("Its signature is no text.")
    except (KeyError, TypeError, RecursionError) as missing:
        raise UnreadableProof(f"It has no manifest and signature ({missing}).") from None
    except ValidationError as invalid:
        raise UnreadableProof(f"Its manifest cannot be read: {problems_of(invalid)}.") from None
    except ValueError as broken:
        raise UnreadableProof(f"It is no JSON: {broken}.") from None
    return found, manifest


def problems_of(invalid: ValidationError) -> str:
    """What is wrong, and where, in a line."""
    first = invalid.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
