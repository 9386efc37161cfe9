"""Alembic migrations of the application's database."""
