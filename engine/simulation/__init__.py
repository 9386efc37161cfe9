"""Running journeys in virtual time, over the same interpreter as production."""
