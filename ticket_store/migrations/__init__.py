"""The road from one schema to the next. Written by Alembic, read and corrected by us; tested on both databases."""
