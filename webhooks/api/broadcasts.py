"""Announcements over the API: written by one person, approved by another."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from ticket_store.broadcasts import Audience
from ticket_store.records import Person
from webhooks.api import models
from webhooks.api.formats import FORMAT
from webhooks.api.operations import Answered, Asked, Operation
from webhooks.api.parameters import PAGING
from webhooks.api.server import BASE
from webhooks.desk.desk import Desk
from webhooks.desk.wanted_announcement import MAY_ANNOUNCE, Announcement
from webhooks.errors import DeskError

_GONE = {404: "There is no such announcement."}
_STEP = {**_GONE, 409: "It is in a state in which this cannot be done; `current` names it."}
_APPROVE = {**_STEP, 403: "Its author may not approve it, unless the site's profile allows that."}

Act = Callable[[str, Person], Awaitable[Mapping[str, Any]]]


class BroadcastCalls:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def operations(self) -> list[Operation]:
        desk = self._desk
        one = "/broadcasts/{id}"
        return [
            Operation(
                "GET",
                "/broadcasts",
                "list_broadcasts",
                "Announcements, the newest first.",
                self.page,
                models.BroadcastPage,
                MAY_ANNOUNCE,
                query=PAGING,
            ),
            Operation(
                "POST",
                "/broadcasts",
                "write_broadcast",
                "An announcement; it waits for somebody else's approval. Its counts are those of a dry run.",
                self.write,
                models.Broadcast,
                MAY_ANNOUNCE,
                body=models.broadcast_body(desk.tools.site.profile, [*desk.tools.capabilities]),
                status=201,
                once=True,
                problems={409: "It would expire before it starts."},
            ),
            Operation(
                "GET",
                one,
                "show_broadcast",
                "How it stands.",
                self.show,
                models.Broadcast,
                MAY_ANNOUNCE,
                problems=_GONE,
            ),
            Operation(
                "GET",
                f"{one}/counts",
                "count_broadcast",
                "How many people stand where, by account, state and reason, and what they answered.",
                self.counts,
                models.CountedPage,
                MAY_ANNOUNCE,
                query=(FORMAT,),
                problems=_GONE,
                also_csv=True,
            ),
            self._step("approve", "It starts, at once or at `starts_at`.", desk.approve_broadcast, _APPROVE),
            self._step("pause", "Nobody gets it until it is resumed.", desk.pause_broadcast, _STEP),
            self._step("resume", "It goes on where it was paused or stopped.", desk.resume_broadcast, _STEP),
            self._step("cancel", "Nobody else gets it, for good.", desk.cancel_broadcast, _STEP),
        ]

    def _step(self, verb: str, summary: str, act: Act, problems: Mapping[int, str]) -> Operation:
        async def handle(asked: Asked) -> Answered:
            return Answered(await act(asked.path["id"], asked.person))

        return Operation(
            "POST",
            f"/broadcasts/{{id}}/{verb}",
            f"{verb}_broadcast",
            summary,
            handle,
            models.Broadcast,
            MAY_ANNOUNCE,
            once=True,
            problems=problems,
        )

    async def page(self, asked: Asked) -> Answered:
        items, following = await self._desk.broadcasts(asked.query["limit"], asked.query["after"])
        return Answered({"items": items, "next": following})

    async def show(self, asked: Asked) -> Answered:
        return Answered(await self._desk.broadcast(asked.path["id"]))

    async def counts(self, asked: Asked) -> Answered:
        if asked.csv:
            return Answered({}, csv=await self._desk.broadcast_counts_csv(asked.path["id"]))
        return Answered({"items": await self._desk.broadcast_counts(asked.path["id"])})

    async def write(self, asked: Asked) -> Answered:
        body: models.NewBroadcast = asked.body
        wanted = body.audience
        audience = Audience(
            accounts=tuple(wanted.accounts),
            wards=tuple(wanted.wards),
            provinces=tuple(wanted.provinces),
            categories=tuple(wanted.categories),
            active_since=_moment(wanted.active_since, self._desk.tools.site.profile.timezone),
            languages=tuple(wanted.languages),
        )
        now = self._desk.tools.now()
        if body.expires_at is not None and body.expires_at <= max(body.starts_at or now, now):
            raise DeskError("it would expire before it starts: expires_at must be later")
        announcement = Announcement(
            title=body.title,
            text=body.text,
            audience=audience,
            starts_at=body.starts_at,
            expires_at=body.expires_at,
            urgent=body.urgent,
            texts=body.texts,
            answers=body.answers,
            link=None if body.link is None else (body.link.label, body.link.url),
            topic=body.topic,
        )
        made = await self._desk.announce(asked.person, announcement, asked.key)
        return Answered(made, 201, {"Location": f"{BASE}/broadcasts/{made['id']}"})


def _moment(given: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """A day begins in the site's own time."""
    if given is None:
        return None
    whole = given if isinstance(given, datetime) else datetime.combine(given, time(), zone)
    try:
        return whole.astimezone(UTC)
    except OverflowError:
        return None  # before any time there was, or after: it narrows nothing
