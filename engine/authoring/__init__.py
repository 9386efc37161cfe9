"""Authoring: what the author of a journey is told, from all rooms of the engine together."""
