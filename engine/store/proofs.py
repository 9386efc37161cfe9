"""What a proof of an enrollment holds, as it is kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, select, tuple_

from engine.journey.trail import TrailStep
from engine.proofs.bundle import Contents, Histories, LedgerRow, ProvedEnrollment, ProvedRendering, ProvedVersion
from engine.proofs.links import OUTCOME_FIELDS, SEND_FIELDS, instant_as_told
from engine.store.errors import UnknownRecord
from engine.store.staff_changes import Change, remember
from engine.store.statements import Executor, core, in_chunks
from engine.store.tables import (
    Enrollment,
    Journey,
    Profile,
    PublishedVersion,
    Rendering,
    Send,
    SendOutcome,
    TrailRow,
)

_enrollment, _journey, _profile, _version = core(Enrollment), core(Journey), core(Profile), core(PublishedVersion)
_trail, _send, _outcome, _rendering = core(TrailRow), core(Send), core(SendOutcome), core(Rendering)
_Row = Mapping[str, Any]
_LinkOf = tuple[str, int]
_LINKS_A_STATEMENT = 500


async def read_contents(executor: Executor, enrollment_id: str, *, by: str, now: datetime) -> Contents:
    """Everything that a proof holds but the histories, which are Temporal's. That it was read stands in the audit.

    Raises:
        UnknownRecord: there is no such enrollment.
    """
    statement = (
        select(_enrollment, _journey.c.name.label("journey"), _profile.c.erased_at)
        .join_from(_enrollment, _journey, _journey.c.id == _enrollment.c.journey_id)
        .join(_profile, _profile.c.id == _enrollment.c.profile_id)
        .where(_enrollment.c.id == enrollment_id)
    )
    row = (await executor.execute(statement)).one_or_none()
    if row is None:
        raise UnknownRecord("enrollment", enrollment_id)
    trail = await _read_trail(executor, enrollment_id)
    sends = await _read(executor, select(_send).where(_send.c.enrollment_id == enrollment_id))
    contents = Contents(
        enrollment=_told(row),
        versions=await _read_versions(executor, row, trail, now),
        trail=trail,
        ledger=await _read_ledger(executor, sends),
        renderings=await _read_renderings(executor, {one["rendering_hash"] for one in sends if one["rendering_hash"]}),
        histories=Histories(state="destroyed" if row.erased_at is not None else "gone"),
    )
    change = Change(
        by=by, action="export", subject_kind="profile", subject_id=row.profile_id, after={"enrollment": row.id}
    )
    await remember(executor, change, now)
    return contents


def _told(row: Row[Any]) -> ProvedEnrollment:
    return ProvedEnrollment(
        id=row.id,
        profile_id=row.profile_id,
        journey_id=row.journey_id,
        journey=row.journey,
        version=row.version,
        variant_id=row.variant_id,
        status="active" if row.ended_at is None else "ended",
        entered_at=row.entered_at,
        ended_at=row.ended_at,
        exit_reason=row.exit_reason,
        erased_at=row.erased_at,
    )


async def _read_trail(executor: Executor, enrollment_id: str) -> tuple[TrailStep, ...]:
    columns = [_trail.c[name] for name in TrailStep.model_fields]
    rows = await executor.execute(
        select(*columns).where(_trail.c.enrollment_id == enrollment_id).order_by(_trail.c.seq)
    )
    return tuple(TrailStep.model_validate(dict(row)) for row in rows.mappings())


async def _read_versions(
    executor: Executor, row: Row[Any], trail: Iterable[TrailStep], now: datetime
) -> tuple[ProvedVersion, ...]:
    """Those that it walked, and those that it could have moved to while it ran."""
    first = min([row.version, *(step.facts.get("from_version", row.version) for step in trail)])
    rows = await executor.execute(
        select(_version.c.number, _version.c.published_at, _version.c.document)
        .where(_version.c.journey_id == row.journey_id, _version.c.number >= first)
        .where((_version.c.number <= row.version) | (_version.c.published_at <= (row.ended_at or now)))
        .order_by(_version.c.number)
    )
    return tuple(ProvedVersion.model_validate(dict(one)) for one in rows.mappings())


async def _read_ledger(executor: Executor, sends: Sequence[_Row]) -> tuple[LedgerRow, ...]:
    outcomes: list[_Row] = []
    for chunk in in_chunks([row["id"] for row in sends]):
        outcomes += await _read(executor, select(_outcome).where(_outcome.c.send_id.in_(chunk)))
    hashes = {(row["chain"], row["link"]): row["hash"] for row in (*sends, *outcomes)}
    before = {(row["chain"], row["link"] - 1) for row in (*sends, *outcomes) if row["link"] > 1}
    hashes |= await _read_hashes(executor, before - hashes.keys())
    told = [_as_link("send", row, SEND_FIELDS, hashes) for row in sends]
    told += [_as_link("outcome", row, OUTCOME_FIELDS, hashes) for row in outcomes]
    return tuple(sorted(told, key=lambda one: (one.kind != "send", one.chain, one.link)))


def _as_link(
    kind: Literal["send", "outcome"], row: _Row, fields: tuple[str, ...], hashes: Mapping[_LinkOf, str]
) -> LedgerRow:
    chain, link = row["chain"], row["link"]
    before = "" if link == 1 else hashes.get((chain, link - 1))
    said = {name: _as_told(row[name]) for name in fields}
    return LedgerRow(kind=kind, chain=chain, link=link, hash=row["hash"], before=before, row=said)


async def _read(executor: Executor, statement: Select[*tuple[Any, ...]]) -> list[_Row]:
    return [{**row} for row in (await executor.execute(statement)).mappings()]


async def _read_hashes(executor: Executor, links: Iterable[_LinkOf]) -> dict[_LinkOf, str]:
    """The hashes of links. No index leads to them, for every send would pay for it: each chunk is a walk."""
    found: dict[_LinkOf, str] = {}
    for chunk in in_chunks(sorted(links), _LINKS_A_STATEMENT):
        for table in (_send, _outcome):
            place = tuple_(table.c.chain, table.c.link)
            rows = await executor.execute(select(table.c.chain, table.c.link, table.c.hash).where(place.in_(chunk)))
            found.update({(row.chain, row.link): row.hash for row in rows})
    return found


async def _read_renderings(executor: Executor, hashes: Iterable[str]) -> tuple[ProvedRendering, ...]:
    found: list[ProvedRendering] = []
    for chunk in in_chunks(sorted(hashes)):
        rows = await executor.execute(select(_rendering).where(_rendering.c.hash.in_(chunk)))
        found += [ProvedRendering(hash=row.hash, content=row.content) for row in rows]
    return tuple(found)


def _as_told(value: Any) -> Any:
    return instant_as_told(value) if isinstance(value, datetime) else value
