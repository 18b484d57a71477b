"""`tongdai broadcasts`: announcements, watched and held from a terminal."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from bots.clock import Clock
from bots.context import print_json, ready_store, settings_for, site_of, tell
from bots.errors import CommandFailed
from bots.settings import Settings
from ticket_store.broadcast_shapes import Means, broadcast_of, counts_csv
from ticket_store.broadcasts import ENDED, Broadcast
from ticket_store.engine import Store
from ticket_store.errors import ForbiddenStep
from ticket_store.unit_of_work import Work

_EVERY_S = 1.0
_PAGE = 200
_ENDED = frozenset(one.value for one in ENDED)


def list_all(*, as_json: bool) -> None:
    """Prints all announcements, newest first: JSON lines, or one short line each."""
    settings = settings_for()
    with ready_store(settings) as store, store.reading() as work:
        shaped = _shaper(settings, store)
        after: str | None = None
        while True:
            page = work.broadcasts.page(_PAGE, after)
            for one in page:
                _print_line(shaped(work, one), as_json=as_json)
            after = page.next
            if after is None:
                return


def show_csv(broadcast_id: str) -> None:
    """Prints how many people stand where, as CSV. Raises `UnknownBroadcast`."""
    settings = settings_for()
    with ready_store(settings) as store, store.reading() as work:
        print(counts_csv(work, work.broadcasts.find(broadcast_id)), end="")  # noqa: T201 - what was asked for


def show(broadcast_id: str, *, as_json: bool, watch: bool) -> None:
    """Prints one announcement; with `watch` again and again until it ends. Raises `UnknownBroadcast`."""
    settings = settings_for()
    with ready_store(settings) as store:
        shaped = _shaper(settings, store)
        if watch and not as_json:
            _watch(lambda: _load(store, shaped, broadcast_id))
            return
        shape = _load(store, shaped, broadcast_id)
        while watch and shape["state"] not in _ENDED:
            print_json(shape)
            time.sleep(_EVERY_S)
            shape = _load(store, shaped, broadcast_id)
    if as_json:
        print_json(shape)
    else:
        _print_table(shape)


def pause(broadcast_id: str, *, as_json: bool) -> None:
    _step(broadcast_id, "pause", lambda work, _: work.broadcasts.pause(broadcast_id), as_json=as_json)


def resume(broadcast_id: str, *, as_json: bool) -> None:
    _step(broadcast_id, "resume", lambda work, now: work.broadcasts.resume(broadcast_id, now), as_json=as_json)


def cancel(broadcast_id: str, *, as_json: bool) -> None:
    _step(broadcast_id, "cancel", lambda work, now: work.broadcasts.cancel(broadcast_id, now), as_json=as_json)


def _step(broadcast_id: str, verb: str, do: Callable[[Work, Any], object], *, as_json: bool) -> None:
    """A running gateway sees it within a second. Raises `UnknownBroadcast`, `CommandFailed`."""
    settings = settings_for()
    now = Clock(settings.clock_offset).now()
    with ready_store(settings) as store:
        try:
            with store.writing() as work:
                do(work, now)
                work.audit.note("command line", f"broadcast.{verb}", [broadcast_id], now, "command")
        except ForbiddenStep as refused:
            raise CommandFailed(str(refused)) from None
        shape = _load(store, _shaper(settings, store), broadcast_id)
    if as_json:
        print_json(shape)
    else:
        tell(f"{broadcast_id} is {shape['state']}")


def _shaper(settings: Settings, store: Store) -> Callable[[Work, Broadcast], Mapping[str, Any]]:
    can = {one.account.id: one.adapter.capabilities for one in settings.accounts}
    means = Means.of(can, site_of(settings, store).announcements.quiet)
    clock = Clock(settings.clock_offset)
    return lambda work, one: broadcast_of(work, one, means, clock.now())


def _load(store: Store, shaped: Callable[[Work, Broadcast], Mapping[str, Any]], broadcast_id: str) -> Mapping[str, Any]:
    with store.reading() as work:
        return shaped(work, work.broadcasts.find(broadcast_id))


def _print_line(shape: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(shape)
        return
    counts = shape["counts"]
    print(f"{shape['id']}  {shape['state']:<17} {counts['sent']}/{counts['planned']}  {shape['title']}")  # noqa: T201 - what was asked for


def _print_table(shape: Mapping[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(show_header=False, box=None)
    for name in ("id", "title", "topic", "state", "reason", "author", "approved_by", "starts_at", "eta"):
        if shape[name] is not None:
            table.add_row(name, Text(str(shape[name])))
    for part in ("counts", "answered", "skipped_by_reason", "failed_by_reason"):
        for name, count in shape[part].items():
            table.add_row(name if part == "counts" else f"{part.partition('_')[0]}: {name}", Text(str(count)))
    for way in (shape["article"] or {"accounts": ()})["accounts"]:
        said = " ".join(way[part] for part in ("state", "reason") if way[part])
        table.add_row(f"article: {way['account']}", Text(said))
    table.add_row("reports", Text(str(shape["reports"])))
    Console().print(table)


def _watch(load: Callable[[], Mapping[str, Any]]) -> None:
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    before: tuple[int, float] | None = None
    with Progress(*columns) as progress:
        task = progress.add_task("", total=None, speed="")
        while True:
            shape = load()
            counts = shape["counts"]
            done, moment = counts["planned"] - counts["pending"], time.monotonic()
            speed = "" if before is None else f"{(done - before[0]) / max(moment - before[1], 0.001):.0f}/s"
            before = (done, moment)
            progress.update(task, description=shape["state"], completed=done, total=counts["planned"], speed=speed)
            if shape["state"] in _ENDED:
                break
            time.sleep(_EVERY_S)
    _print_table(shape)
