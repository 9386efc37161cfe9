"""The language and the rules of Waitline: pure, but for the one impure room `engine.store`."""
