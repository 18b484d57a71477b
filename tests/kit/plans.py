"""By which indexes SQLite goes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from ticket_store.unit_of_work import Work


@contextmanager
def plans_of(work: Work) -> Iterator[list[str]]:
    """The steps of every statement that runs inside, Core's and plain ones, with its values bound as they were; there when
    the block has ended.
    """
    asked: list[tuple[str, Any]] = []
    plans: list[str] = []
    sql, connection = work._sql, work._connection
    plain = {name: getattr(sql, name) for name in ("rows", "change")}

    def noting(name: str) -> Callable[..., Any]:
        def run(text: str, values: Sequence[Any] = ()) -> Any:
            asked.append((text, values))
            return plain[name](text, values)

        return run

    def note(_: object, __: object, text: str, values: Any, *___: object) -> None:
        asked.append((text, values))

    for name in plain:
        setattr(sql, name, noting(name))
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(connection, "before_cursor_execute", note)
        for name in plain:
            delattr(sql, name)
    for text, values in asked:
        plans += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(values)).all()]
