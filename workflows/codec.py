"""Payloads opened for Temporal's own tools, which ask for it by the protocol of its codec servers.

    Temporal's UI ──► payloads as it got them ──► the enrollment that each one names ──► its key ──► payloads in plain

Payloads come and go as protobuf writes them in JSON: a mapping of metadata and the data, all bytes in base64. What was
not sealed here goes back as it came. What cannot be opened becomes a plain text that says why, because a tool shows one
event after the other, and would show none of them after a refusal.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload

from engine.store.database import Database
from engine.store.vault import CannotOpen, Vault
from workflows.sealing import ENCODING_IN_JSON, OF, EnrollmentKeys, KeyDestroyed, bound_to

ERASED = "No key opens this any more: the person was erased, or the enrollment is not one of this Waitline."
UNREADABLE = (
    "This cannot be opened here: it was sealed by another secret, before payloads named their enrollment, or changed."
)
NOTE = "waitline"
"""Where a payload that could not be opened says so for programs, among its metadata: `erased` or `unreadable`."""
_ENROLLMENT_ID = re.compile(r"enr_[0-9A-Za-z_]{1,60}")

JsonPayload = Mapping[str, Any]


async def opened(vault: Vault, database: Database, payloads: Sequence[JsonPayload]) -> list[JsonPayload]:
    """These payloads in plain. Keys are read anew each time, so that one that was destroyed opens nothing more."""
    keys = EnrollmentKeys(vault, database)
    await keys.load({name for payload in payloads if _is_sealed(payload) and (name := _enrollment_of(payload))})
    return [_opened(payload, keys) if _is_sealed(payload) else payload for payload in payloads]


def _opened(payload: JsonPayload, keys: EnrollmentKeys) -> JsonPayload:
    enrollment = _enrollment_of(payload)
    try:
        sealed = base64.b64decode(payload.get("data", ""), validate=True)
        plain = keys.cipher(enrollment).open(sealed, bound_to(enrollment))
    except KeyDestroyed:
        return _saying("erased", ERASED)
    except (CannotOpen, binascii.Error):
        return _saying("unreadable", UNREADABLE)
    return MessageToDict(Payload.FromString(plain))


def _is_sealed(payload: JsonPayload) -> bool:
    return payload.get("metadata", {}).get("encoding") == ENCODING_IN_JSON


def _enrollment_of(payload: JsonPayload) -> str | None:
    """The enrollment that it names; None when it names none, as what belongs to no person does."""
    try:
        name = base64.b64decode(payload["metadata"].get(OF, ""), validate=True).decode("ascii", "replace")
    except binascii.Error:
        return None
    return name if _ENROLLMENT_ID.fullmatch(name) else None


def _saying(note: str, sentence: str) -> JsonPayload:
    metadata = {"encoding": _in_json("json/plain"), NOTE: _in_json(note)}
    return {"metadata": metadata, "data": _in_json(json.dumps(sentence))}


def _in_json(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
