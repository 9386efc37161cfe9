"""Indexes by which people are found as one types.

Revision: 0002, after 0001.

They are made here and not with the tables, because they are on expressions that each database writes in its own way.
PostgreSQL finds any part of a name by its trigrams (`pg_trgm`, which comes with it and which the owner of a database
may switch on), in columns that it fills by itself and that only searches read. SQLite reads all names for that: it
serves small shops.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_identity_search ON identity (lower(value) text_pattern_ops)",
    "CREATE INDEX ix_profile_first_name_search ON profile (lower(first_name) text_pattern_ops, id) WHERE first_name IS NOT NULL",
    "CREATE INDEX ix_profile_last_name_search ON profile (lower(last_name) text_pattern_ops, id) WHERE last_name IS NOT NULL",
    "ALTER TABLE profile ADD COLUMN search_name text GENERATED ALWAYS AS (translate(lower(coalesce(' ' || first_name, '') || coalesce(' ' || last_name, '') || ' '), ' @.+_-', 'ᚠᚢᚦᚨᚱᚲ')) STORED",
    "ALTER TABLE profile ADD COLUMN search_address text GENERATED ALWAYS AS (translate(lower(coalesce(' ' || email, '') || coalesce(' ' || external_id, '') || coalesce(' ' || phone, '') || ' '), ' @.+_-', 'ᚠᚢᚦᚨᚱᚲ')) STORED",
    "CREATE INDEX ix_profile_search_name ON profile USING gin (search_name gin_trgm_ops)",
    "CREATE INDEX ix_profile_search_address ON profile USING gin (search_address gin_trgm_ops)",
    "CREATE INDEX ix_event_order_id ON event ((properties ->> 'order_id')) WHERE name = 'Order Completed'",
    "CREATE INDEX ix_event_order_number ON event ((properties ->> 'order_number')) WHERE name = 'Order Completed'",
)
_SQLITE = (
    "CREATE INDEX ix_identity_search ON identity (lower(value))",
    "CREATE INDEX ix_event_order_id ON event (CAST(json_extract(properties, '$.order_id') AS TEXT)) WHERE name = 'Order Completed'",
    "CREATE INDEX ix_event_order_number ON event (CAST(json_extract(properties, '$.order_number') AS TEXT)) WHERE name = 'Order Completed'",
)


def upgrade() -> None:
    """Apply."""
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP INDEX ix_identity_search")
    op.execute("DROP INDEX ix_event_order_id")
    op.execute("DROP INDEX ix_event_order_number")
    if op.get_bind().dialect.name != "sqlite":
        for name in ("ix_profile_first_name_search", "ix_profile_last_name_search"):
            op.execute(f"DROP INDEX {name}")
        for name in ("search_name", "search_address"):  # their indexes go with them
            op.execute(f"ALTER TABLE profile DROP COLUMN {name}")
