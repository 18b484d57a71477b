"""CALLS OUT, and starts everything: settings, sending, tokens, registration, commands."""
