"""The salts of enrollments: what their keys are made of, and what is destroyed when a profile is erased."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from engine.store.statements import core, in_chunks
from engine.store.tables import Enrollment

_enrollment = core(Enrollment)


def read_salts(connection: Connection, enrollments: Collection[str]) -> dict[str, bytes]:
    """The salts of these enrollments; those that are missing are destroyed, or never were."""
    found: dict[str, bytes] = {}
    for chunk in in_chunks(sorted(enrollments)):
        rows = connection.execute(
            select(_enrollment.c.id, _enrollment.c.salt).where(
                _enrollment.c.id.in_(chunk), _enrollment.c.salt.is_not(None)
            )
        )
        found.update((row.id, bytes.fromhex(row.salt)) for row in rows)
    return found
