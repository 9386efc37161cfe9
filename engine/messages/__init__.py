"""Messages: what is said on a channel, and how it becomes the exact thing that one profile receives.

    content (what a marketer wrote)  ──┐
                                       ├──►  render  ──►  rendered (what one profile receives)  ──►  activities.channels
    context (what is known right now) ─┘

Rendering is pure and bounded: the same content and context give the same bytes everywhere, and no template, however
hostile, can run away with time or memory. Signing of click links stays outside: the context brings a function.
"""
