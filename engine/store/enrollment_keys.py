"""The salts of enrollments: what their keys are made of, and what is destroyed when a profile is erased."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from engine.store.prepared import IDS, Prepared, is_among
from engine.store.statements import core
from engine.store.tables import Enrollment

_enrollment = core(Enrollment)
_SALTS = Prepared(
    select(_enrollment.c.id, _enrollment.c.salt).where(is_among(_enrollment.c.id, IDS), _enrollment.c.salt.is_not(None))
)


def read_salts(connection: Connection, enrollments: Collection[str]) -> dict[str, bytes]:
    """The salts of these enrollments; those that are missing are destroyed, or never were."""
    return {row["id"]: bytes.fromhex(row["salt"]) for row in _SALTS.rows(connection, {"ids": sorted(enrollments)})}
