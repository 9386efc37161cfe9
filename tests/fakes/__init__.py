"""Doubles that speak the real protocol of what they stand for."""
