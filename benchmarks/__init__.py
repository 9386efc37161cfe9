"""Measurements, as ratios within one run. Nothing here is a test, and no test holds a time."""
