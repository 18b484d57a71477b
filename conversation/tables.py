"""Reads a table of a profile by name and kind; every mistake names its file, its key and what was wanted."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TypeVar

from conversation.errors import BadProfile

T = TypeVar("T")


class Table:
    """One TOML table being read. Whatever was not asked for when `finish` is called is an unknown key."""

    def __init__(self, file: str, values: Mapping[str, object], path: str = "") -> None:
        self._file = file
        self._values = values
        self._path = path
        self._read: set[str] = set()

    def bad(self, key: str, reason: str, rule: str = "", names: str = "") -> BadProfile:
        return BadProfile(self._file, f"{self._path}{key}", reason, rule, names)

    def has(self, key: str) -> bool:
        return key in self._values

    def names(self) -> tuple[str, ...]:
        """All there are, for a table whose keys are somebody's own names."""
        return tuple(self._values)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, str, "a text", default)
        if not value.strip():
            raise self.bad(key, "is empty", "empty")
        return value

    def number(self, key: str, default: int | None = None, *, least: int = 0, most: int = 100_000) -> int:
        value = self._take(key, int, "a whole number", default)
        if isinstance(value, bool) or not least <= value <= most:
            raise self.bad(key, f"must be a whole number from {least} to {most}", "number", f"{least}–{most}")
        return value

    def yes(self, key: str, *, default: bool) -> bool:
        return self._take(key, bool, "true or false", default)

    def one_of(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.bad(key, f"must be one of {', '.join(allowed)}", "one-of", value)
        return value

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        values = self._take(key, list, "a list of texts", None if default is None else list(default))
        if not all(isinstance(value, str) and value for value in values):
            raise self.bad(key, "must be a list of texts")
        return tuple(values)

    def some_of(self, key: str, allowed: Collection[str], default: Sequence[str]) -> tuple[str, ...]:
        values = self.texts(key, default)
        for value in values:
            if value not in allowed or values.count(value) > 1:
                raise self.bad(key, f"must name each of {', '.join(allowed)} at most once")
        return values

    def dates(self, key: str) -> frozenset[date]:
        values = self._take(key, list, "a list of dates", [])
        if not all(type(value) is date for value in values):
            raise self.bad(key, "must be a list of dates, written 2027-02-06 without quotes")
        return frozenset(values)

    def spoken(self, key: str, languages: Sequence[str]) -> Mapping[str, str]:
        """A text for every language: either one for all, or a table by language."""
        if isinstance(self._values.get(key), str):
            return dict.fromkeys(languages, self.text(key))
        inner = self.table(key)
        found = {language: inner.text(language) for language in languages}
        inner.finish()
        return found

    def table(self, key: str, *, optional: bool = False) -> "Table":
        values = self._take(key, dict, "a table", {} if optional else None)
        return Table(self._file, values, f"{self._path}{key}.")

    def tables(self, key: str) -> list["Table"]:
        values = self._take(key, list, "a list of tables", None)
        if not all(isinstance(value, dict) for value in values):
            raise self.bad(key, "must be a list of tables")
        return [Table(self._file, value, f"{self._path}{key}[{at}].") for at, value in enumerate(values)]

    def finish(self) -> None:
        """Raises `BadProfile` when the table holds a key that nobody asked for."""
        for key in self._values:
            if key not in self._read:
                raise self.bad(key, "no setting has this name")

    def _take(self, key: str, kind: type[T], wanted: str, default: T | None) -> T:
        self._read.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise self.bad(key, "is missing")
        if not isinstance(value, kind):
            raise self.bad(key, f"must be {wanted}")
        return value
