"""Temporal orchestration: timers, signals, retries. Carries out decisions and holds no business rule."""
