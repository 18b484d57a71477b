"""Figures over the API: what hotlines publish."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ticket_store.exports import moment
from ticket_store.figures import OPERATOR, Figures
from webhooks.api import models
from webhooks.api.operations import Answered, Asked, Operation
from webhooks.api.parameters import moment as moment_parameter
from webhooks.desk.desk import Desk

_BY = {
    "channel": "account",
    "category": "category",
    "department": "department",
    "ward": "ward_code",
    "operator": OPERATOR,
}


class StatCalls:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def operations(self) -> list[Operation]:
        zone = self._desk.tools.site.profile.timezone
        return [
            Operation(
                "GET",
                "/stats",
                "show_stats",
                "Of the tickets received in the period: how many were answered and resolved, how quickly.",
                self.show,
                models.Stats,
                query=(
                    moment_parameter("since", zone, "Received at or after; a date begins in the site's own time."),
                    moment_parameter("until", zone, "Received before."),
                ),
            )
        ]

    async def show(self, asked: Asked) -> Answered:
        since, until = asked.query["since"], asked.query["until"]
        return Answered(await asyncio.to_thread(self._load, since, until))

    def _load(self, since: datetime | None, until: datetime | None) -> dict[str, Any]:
        tools = self._desk.tools
        now = tools.now()
        with tools.store.reading() as work:
            total: Sequence[Figures] = work.figures.by(None, since, until, now)
            parts = {name: work.figures.by(dimension, since, until, now) for name, dimension in _BY.items()}
        return {
            "since": moment(since),
            "until": moment(until),
            "total": _shape(total[0]),
            **{name: [{"code": one.key, **_shape(one)} for one in found] for name, found in parts.items()},
        }


def _shape(one: Figures) -> dict[str, Any]:
    return {
        "received": one.received,
        "answered": one.answered,
        "resolved": one.resolved,
        "on_time": one.on_time,
        "overdue": one.overdue,
        "handling_ratio": one.handling_ratio,
        "median_first_answer_seconds": one.median_first_answer_s,
        "median_resolution_seconds": one.median_resolution_s,
    }
