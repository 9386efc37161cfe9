"""What Temporal keeps is sealed: every payload of a history, with a key of its own for each enrollment.

    value ──pydantic──► payload ──AES-256-GCM, key of the enrollment──► what the server stores

The key follows from the operator's secret and the enrollment's salt, which lies in our database. Erasing a profile
deletes the salts of her enrollments, and with them what the histories say, wherever a copy of them lies.

Each payload of an enrollment names it, so that who has the keys can read it without knowing where it was found
(`workflows.codec`). It is bound to that name: under another one it does not open.

It is done by the payload converter and not by a codec, because the SDK's walks for a codec cost a fan-out a sixth of
its time (decision 0010). What a workflow hands to a local activity stays plain: it never leaves the process. A key is
read from the database before a payload is looked at; `make_ready` reads those of a whole batch at once.
"""

import base64
import copy
from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Any, Self, cast

from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadConverter,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from engine.store.database import Database
from engine.store.enrollment_keys import read_salts
from engine.store.vault import Cipher, Vault
from workflows.payloads import SharedPydanticConverter

ENCODING = b"binary/sealed"
OF = "of"
"""Where a payload names its enrollment, among its metadata. Those from before there was a name are read as they are."""
ENCODING_IN_JSON = base64.b64encode(ENCODING).decode()
_OF_NOBODY = {"encoding": ENCODING}
PURPOSE = "temporal"
ENROLLMENT = "enr_"
REMEMBERED = 20_000


class KeyDestroyed(Exception):
    """The profile was erased: what this enrollment's history says cannot be read any more."""

    code = "key_destroyed"


class EnrollmentKeys:
    """The ciphers of enrollments that are under way in this process, and the one for everything else."""

    def __init__(self, vault: Vault, database: Database) -> None:
        self._database = database
        self._common = vault.cipher(PURPOSE)
        self._known: OrderedDict[str, Cipher] = OrderedDict()

    def has(self, workflow: str | None) -> bool:
        """Whether the key of this workflow is at hand."""
        return workflow is None or not workflow.startswith(ENROLLMENT) or workflow in self._known

    async def load(self, workflows: Collection[str]) -> None:
        """Have the keys of these workflows at hand, unless they are destroyed."""
        missing = [one for one in workflows if not self.has(one)]
        if not missing:
            return
        salts = await self._database.run(lambda connection: read_salts(connection, missing), writes=False)
        for enrollment, salt in salts.items():
            self._known[enrollment] = self._common.with_salt(salt)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def cipher(self, workflow: str | None) -> Cipher:
        """The cipher of this workflow.

        Raises:
            KeyDestroyed: its profile was erased, or nobody asked for it to be loaded.
        """
        if workflow is None or not workflow.startswith(ENROLLMENT):
            return self._common
        try:
            self._known.move_to_end(workflow)
            return self._known[workflow]
        except KeyError:
            raise KeyDestroyed(KeyDestroyed.__doc__) from None

    def forget(self) -> None:
        """Read every key anew; those that were destroyed meanwhile are gone here, too."""
        self._known.clear()


class _Sealing(PayloadConverter, WithSerializationContext):
    """Seals what the pydantic converter made, for one workflow. `keys` belongs to the class that is made for them."""

    keys: EnrollmentKeys

    def __init__(self) -> None:
        self._inner = SharedPydanticConverter()
        self._workflow: str | None = None
        self._seals = True

    def with_context(self, context: SerializationContext) -> Self:
        """For the workflow that the payloads belong to."""
        bound = copy.copy(self)
        bound._workflow = _workflow_of(context)
        bound._seals = not (isinstance(context, ActivitySerializationContext) and context.is_local)
        return bound

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        """Seal each value."""
        payloads = self._inner.to_payloads(values)
        if not self._seals or not payloads:
            return payloads
        cipher, about = self.keys.cipher(self._workflow), bound_to(self._workflow)
        metadata = {"encoding": ENCODING, OF: about} if about else _OF_NOBODY
        return [
            Payload(metadata=metadata, data=cipher.seal(payload.SerializeToString(), about)) for payload in payloads
        ]

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        """Open what is sealed; what was stored before there were keys is plain."""
        return self._inner.from_payloads([self._opened(payload) for payload in payloads], type_hints)

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        return Payload.FromString(self.keys.cipher(self._workflow).open(payload.data, bound_to(self._workflow)))


class SealingConverter(DataConverter):
    """The data converter of a client or worker whose payloads are sealed."""

    keys: EnrollmentKeys
    workflow: str | None = None

    @classmethod
    def over(cls, keys: EnrollmentKeys) -> Self:
        """The converter that seals with these keys."""
        bound = type("Sealing", (_Sealing,), {"keys": keys})
        converter = cls(
            payload_converter_class=bound, failure_converter_class=DefaultFailureConverterWithEncodedAttributes
        )
        object.__setattr__(converter, "keys", keys)
        return converter

    def with_context(self, context: SerializationContext) -> Self:
        """For one workflow. Results of local activities are stored, so here these are sealed like everything else."""
        workflow = _workflow_of(context)
        known = WorkflowSerializationContext(namespace="", workflow_id=workflow or "")
        bound = copy.copy(self)
        object.__setattr__(bound, "payload_converter", self.payload_converter.with_context(known))  # type: ignore[attr-defined]  # it is of the class above
        object.__setattr__(bound, "workflow", workflow)
        return bound

    async def make_ready(self, workflows: Collection[str] | None = None) -> None:
        """Have the keys of these workflows at hand, or that of the one that this is for."""
        await self.keys.load(workflows if workflows is not None else [self.workflow] if self.workflow else [])

    def opened(self, told: Any, workflow: str) -> Any:
        """A history as JSON with its payloads opened, for who may read it. Its key must be at hand."""
        if isinstance(told, list):
            return [self.opened(one, workflow) for one in cast("list[Any]", told)]
        if not isinstance(told, dict):
            return told
        held = cast("dict[str, Any]", told)
        if held.get("metadata", {}).get("encoding") == ENCODING_IN_JSON:
            plain = self.keys.cipher(workflow).open(base64.b64decode(held["data"]), bound_to(workflow))
            return MessageToDict(Payload.FromString(plain))
        return {name: self.opened(one, workflow) for name, one in held.items()}

    async def encode(self, values: Sequence[Any]) -> list[Payload]:
        """Into payloads, with the key of the workflow."""
        if not self.keys.has(self.workflow):
            await self.make_ready()
        return await super().encode(values)

    async def decode(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        """Out of payloads, with the key of the workflow."""
        if not self.keys.has(self.workflow):
            await self.make_ready()
        return await super().decode(payloads, type_hints)


def _workflow_of(context: SerializationContext) -> str | None:
    return getattr(context, "workflow_id", None) or None


def bound_to(workflow: str | None) -> bytes:
    """What a payload is bound to: its enrollment. A schedule adds the time to the id of what it starts."""
    return workflow.encode() if workflow is not None and workflow.startswith(ENROLLMENT) else b""
