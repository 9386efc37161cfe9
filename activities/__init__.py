"""Every act on the world on behalf of a journey: asking facts, guarding, sending, releasing."""
