"""REMEMBERS: one schema on SQLite and PostgreSQL; personal data encrypted at rest."""
