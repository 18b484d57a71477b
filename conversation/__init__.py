"""DECIDES: words, state, step(). Pure: no network, file, clock, randomness or log."""
