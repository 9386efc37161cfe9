"""The one impure room of the engine: tables, repositories, the send ledger and the outbox, on SQLite or PostgreSQL."""
