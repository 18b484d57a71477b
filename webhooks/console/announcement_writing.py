"""Writing an announcement: the form with its dry run, its estimate and its preview; drafts and copies."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from aiohttp import web

from conversation.announcement import announcement, fill
from conversation.ids import AccountId
from conversation.messages import Answer, Media, Message
from conversation.wording import Wording
from ticket_store.broadcast_counts import Counts
from ticket_store.broadcasts import Broadcast, BroadcastState
from ticket_store.errors import ForbiddenStep, UnknownBroadcast
from webhooks.console.announcement_form import Given, announcement_of, blank, given_from, given_of
from webhooks.console.announcement_reasons import reasons
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.naming import Names, channel_name, refusal_text
from webhooks.console.parts import Parts
from webhooks.console.routing import LEADS, Route, Visit, get, person_of, post
from webhooks.console.texts import say
from webhooks.console.uploads import kept_files
from webhooks.desk.wanted_announcement import PICTURES, Announcement
from webhooks.errors import BadFields

ID = "{id:[0-9a-z]{1,40}}"
_NAMELESS = "0"
"""The id that a preview's buttons bring back: none."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What an account would do: how many people get it, when the last one has it if it began now, what it would cost.
    `article_at`: when its followers would have it, as an article.
    """

    counts: Counts
    done_at: datetime
    messages: int
    cost: int | None
    article_at: datetime | None = None


class AnnouncementWriting:
    def __init__(self, parts: Parts, layout: Layout) -> None:
        self._site, self._desk, self._now, self._files = parts.site, parts.desk, parts.now, parts.files
        self._capabilities, self._bubbles = parts.capabilities, parts.preview
        self._layout, self._names, self._channels = layout, Names(parts.site), parts.channels
        self._articles = {one: can.articles for one, can in parts.capabilities.items() if can.articles is not None}
        gazetteer, home = parts.site.profile.lexicon.gazetteer, parts.site.profile.lexicon.province
        self._wards = sorted(one.full_name for one in gazetteer.wards if home in {None, one.province})
        self._provinces = sorted(one.name for one in gazetteer.provinces)

    def routes(self) -> Sequence[Route]:
        return [
            get("/announcements/new", LEADS, self.compose),
            post("/announcements", LEADS, self.save),
            post("/announcements/reach", LEADS, self.reach),
            post("/announcements/preview", LEADS, self.preview),
            get(f"/announcements/{ID}/edit", LEADS, self.edit),
            post(f"/announcements/{ID}/edit", LEADS, self.rewrite),
        ]

    async def compose(self, visit: Visit) -> web.Response:
        """A blank form, or (`?from=`) a copy of another announcement."""
        model = await self._stored(visit.text("from", 40))
        given = blank(self._site.profile) if model is None else given_from(model, self._site.profile, copied=True)
        return self._form(visit, given, model=model)

    async def edit(self, visit: Visit) -> web.Response:
        draft = await self._stored(visit.request.match_info["id"])
        if draft is None:
            return self._unknown(visit)
        if draft.state is not BroadcastState.DRAFT:
            return see_other(f"/console/announcements/{draft.id}")
        return self._form(visit, given_from(draft, self._site.profile, copied=False), draft=draft, model=draft)

    def _form(
        self,
        visit: Visit,
        given: Given,
        status: HTTPStatus = HTTPStatus.OK,
        problem: str = "",
        wrong: frozenset[str] = frozenset(),
        *,
        draft: Broadcast | None = None,
        model: Broadcast | None = None,
    ) -> web.Response:
        """`model`: the announcement whose picture is kept unless another one is given."""
        return self._layout.page(
            visit,
            "announcements/form.html",
            status,
            given=given,
            accounts={one: channel_name(one, visit.language) for one in self._capabilities},
            categories=self._names.categories(visit.language),
            languages=self._site.profile.languages,
            answers=list(Answer),
            topics=self._names.topics(visit.language),
            articles={one: (channel_name(one, visit.language), rules) for one, rules in self._articles.items()},
            areas={
                area: self._names.area(area, visit.language)
                for rules in self._articles.values()
                for area in rules.areas
            },
            wards=self._wards,
            provinces=self._provinces,
            two_people=self._site.profile.announcements.two_people,
            zone=self._site.profile.timezone.key,
            quiet=self._site.profile.announcements.quiet,
            key=visit.text("key", 64) or token_urlsafe(12),
            draft=draft,
            model=model if model is not None and model.message.media else None,
            pictures=",".join(sorted(PICTURES)),
            problem=problem,
            wrong=wrong,
        )

    async def save(self, visit: Visit) -> web.Response:
        """A new announcement: a draft, or one that waits for approval."""
        return await self._save(visit, None)

    async def rewrite(self, visit: Visit) -> web.Response:
        """A draft is changed, and sent for approval if that was asked."""
        draft = await self._stored(visit.request.match_info["id"])
        return self._unknown(visit) if draft is None else await self._save(visit, draft)

    async def _save(self, visit: Visit, draft: Broadcast | None) -> web.Response:
        given, model = given_of(visit, self._site.profile), await self._stored(visit.text("model", 40))
        submits = visit.text("do", 10) != "draft"
        person, key = person_of(visit.person), visit.text("key", 64) or None
        try:
            wanted = announcement_of(given, self._site.profile, await self._picture(visit, model))
            if draft is not None:
                await self._desk.rewrite_draft(draft.id, person, wanted)
                name = draft.id
                if submits:
                    await self._desk.submit_draft(name, person)
            elif submits:
                name = str((await self._desk.announce(person, wanted, key))["id"])
            else:
                name = await self._desk.keep_draft(person, wanted, key)
        except BadFields as bad:
            wrong = frozenset(bad.problems)
            problem = refusal_text(bad, visit.language)
            return self._form(visit, given, HTTPStatus.UNPROCESSABLE_ENTITY, problem, wrong, draft=draft, model=model)
        except ForbiddenStep:
            problem = say(visit.language, "announce-too-late")
            return self._form(visit, given, HTTPStatus.CONFLICT, problem, draft=draft, model=model)
        return see_other(f"/console/announcements/{name}")

    async def _picture(self, visit: Visit, model: Broadcast | None) -> Media | None:
        """The one that came with the form, else the one that was there already, unless it was taken out."""
        given = await kept_files(visit.form, self._files, "picture")
        if given:
            return given[0]
        kept = model is not None and visit.text("without_picture", 1) != "1"
        return next(iter(model.message.media), None) if kept and model is not None else None

    async def _stored(self, name: str) -> Broadcast | None:
        try:
            return await self._desk.stored_broadcast(name)
        except UnknownBroadcast:
            return None

    def _unknown(self, visit: Visit) -> web.Response:
        return self._layout.refusal(visit.request, HTTPStatus.NOT_FOUND, "refused-unknown", visit.person)

    # -- before it is saved

    async def reach(self, visit: Visit) -> web.Response:
        """Who would get it and who not, by channel, how long it would take and what it would cost: a dry run. An audience
        that cannot be is told, not counted.
        """
        given = given_of(visit, self._site.profile)
        found: dict[str, Reach] = {}
        problem = ""
        try:
            model = await self._stored(visit.text("model", 40))
            wanted = announcement_of(given, self._site.profile, await self._picture(visit, model))
            for account in self._capabilities:
                if not wanted.audience.accounts or account in wanted.audience.accounts:
                    found[channel_name(account, visit.language)] = await self._reach(wanted, account)
        except BadFields as bad:
            found, problem = {}, refusal_text(bad, visit.language)
        return self._layout.page(
            visit,
            "announcements/reach.html",
            found=found,
            total=sum(one.counts.pending for one in found.values()),
            problem=problem,
            why=reasons(visit.language),
        )

    async def _reach(self, wanted: Announcement, account: AccountId) -> Reach:
        counts = await self._desk.would_reach(replace(wanted, audience=replace(wanted.audience, accounts=(account,))))
        messages = max(1, len(self._bubbles(account, self._worded(wanted, self._site.profile.languages[0]))))
        means, price = self._desk.means(), self._site.profile.announcements.prices.get(account)
        begin = max(wanted.starts_at or self._now(), self._now())
        work = timedelta(seconds=counts.pending * messages / means.speeds[account])
        done_at = begin + work if wanted.urgent else means.done_at(begin, work)
        cost = None if price is None else price * messages * counts.pending
        chosen = account in wanted.article_accounts
        article_at = await self._desk.article_at(account, begin, urgent=wanted.urgent) if chosen else None
        return Reach(counts, done_at, messages, cost, article_at)

    async def preview(self, visit: Visit) -> web.Response:
        """As the phones of each channel show it, in each language it was written in, cut where the channel cuts it."""
        given = given_of(visit, self._site.profile)
        model = await self._stored(visit.text("model", 40))
        try:
            wanted = announcement_of(given, self._site.profile, await self._picture(visit, model))
        except BadFields:
            wanted = announcement_of(replace(given, fields={**given.fields, **_NO_AUDIENCE}), self._site.profile)
        accounts = [
            one for one in self._capabilities if not wanted.audience.accounts or one in wanted.audience.accounts
        ]
        languages = [self._site.profile.languages[0], *wanted.texts] if wanted.text else []
        shown = await asyncio.to_thread(self._shown, wanted, accounts, languages, visit.language)
        return self._layout.page(visit, "announcements/preview.html", shown=shown, languages=languages, wanted=wanted)

    def _shown(
        self, wanted: Announcement, accounts: Sequence[AccountId], languages: Sequence[str], console: str
    ) -> list[Mapping[str, Any]]:
        return [
            {
                "channel": channel_name(account, console),
                "platform": self._channels[account].platform,
                "can": self._capabilities[account],
                "article": wanted.article if account in wanted.article_accounts else None,
                "spoken": [(one, self._bubbles(account, self._worded(wanted, one))) for one in languages],
            }
            for account in accounts
        ]

    def _worded(self, wanted: Announcement, language: str) -> Message:
        answers = [one for one in Answer if one.value in wanted.answers]
        text = wanted.texts.get(language, wanted.text)
        return announcement(
            fill(text, self._site.profile, language),
            _NAMELESS,
            Wording(self._site.profile, language),
            answers,
            wanted.link,
            wanted.picture,
            wanted.topic,
        )


_NO_AUDIENCE = dict.fromkeys(("wards", "provinces", "active_since", "starts_at", "expires_at"), "")
"""A preview shows words; what is wrong beside them is told elsewhere."""
