"""The parts of `waitline up`."""
