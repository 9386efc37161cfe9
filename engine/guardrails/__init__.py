"""Guardrails: whether a message may go to this profile, on this channel, at this moment, and if not, why not."""
