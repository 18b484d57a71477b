"""REMEMBERS: one schema on SQLite and PostgreSQL; personal data encrypted at rest.

`engine.open_store` gives a Store; `store.writing()` and `store.reading()` give a Work, whose parts (inbox, conversations,
messages, outbox, tickets, …) are one module each.
"""
