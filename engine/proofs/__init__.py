"""Proofs: an enrollment with all that tells of it, signed, which anybody can check without our database or server."""
