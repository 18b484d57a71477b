"""Time at rest: microseconds since 1970 in UTC, in one integer column.

Both databases keep it exactly alike (SQLite has no time type and gives naive values back), it sorts and compares
without conversion, and SQL text may be written once. In psql: `to_timestamp(at / 1e6)`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, overload

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@overload
def micros(at: datetime) -> int: ...
@overload
def micros(at: None) -> None: ...
@overload
def micros(at: datetime | None) -> int | None: ...
def micros(at: datetime | None) -> int | None:
    """An aware moment as stored. Raises ValueError for a naive one: nobody can know what it meant."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@overload
def moment(stored: int) -> datetime: ...
@overload
def moment(stored: None) -> None: ...
@overload
def moment(stored: int | None) -> datetime | None: ...
def moment(stored: int | None) -> datetime | None:
    return None if stored is None else _EPOCH + timedelta(microseconds=stored)


class UTCDateTime(TypeDecorator[datetime]):
    """Aware moments in and out, microseconds at rest."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  SQLAlchemy's signature
        return micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002  as above
        return moment(value)


class Rising(TypeDecorator[int]):
    """A number that only rises. SQLite counts by itself only in a column spelt INTEGER."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())
