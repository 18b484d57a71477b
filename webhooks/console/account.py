"""One's own account: sessions seen and ended, password, second factor."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from aiohttp import web

from ticket_store.engine import Store
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.console.guard import see_other
from webhooks.console.layout import Layout
from webhooks.console.passwords import (
    LEAST_CHARS,
    hash_password,
    is_password,
    new_secret,
    setup_address,
    step_of,
)
from webhooks.console.routing import EVERYBODY, Route, Visit, get, post
from webhooks.console.square_code import square_code
from webhooks.console.texts import say
from webhooks.console.throttle import begin_try, succeeded
from webhooks.signing import Signer

log = structlog.get_logger("console")


class Account:
    def __init__(
        self,
        store: Store,
        writer: Writer,
        layout: Layout,
        signer: Signer,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._writer, self._layout = store, writer, layout
        self._signer, self._now = signer, now

    def routes(self) -> Sequence[Route]:
        return [
            get("/account", EVERYBODY, self.show),
            post("/account/password", EVERYBODY, self.change_password),
            post("/account/second-factor", EVERYBODY, self.set_second_factor),
            post("/account/second-factor/remove", EVERYBODY, self.remove_second_factor),
            post("/account/sessions/end", EVERYBODY, self.end_session),
        ]

    async def show(self, visit: Visit) -> web.Response:
        return await self._account_page(visit)

    async def _account_page(
        self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, problem: str = "", done: str = ""
    ) -> web.Response:
        def load() -> tuple[object, bool]:
            with self._store.reading() as work:
                sessions = work.sessions.of(visit.person.name, self._now())
                return sessions, work.second_factors.get(visit.person.name) is not None

        sessions, has_factor = await asyncio.to_thread(load)
        secret = new_secret()
        setup = setup_address(secret, visit.person.name, "tongdai")
        return self._layout.page(
            visit,
            "auth/account.html",
            status,
            sessions=sessions,
            has_factor=has_factor,
            secret=secret,
            setup=setup,
            square=square_code(setup, say(visit.language, "second-factor-square")),
            sealed=self._signer.sign(f"second factor of {visit.person.name}", secret, self._now() + timedelta(hours=1)),
            problem=problem,
            done=done or visit.request.query.get("done", ""),
            least=LEAST_CHARS,
        )

    async def change_password(self, visit: Visit) -> web.Response:
        name, address, now = visit.person.name, visit.request.remote or "", self._now()
        if await self._writer.write(lambda work: begin_try(work, name, address, now)):
            return await self._account_page(visit, HTTPStatus.TOO_MANY_REQUESTS, "second-factor-wait")
        old, new = str(visit.form.get("old", "")), str(visit.form.get("new", ""))
        if not await asyncio.to_thread(is_password, visit.person.password_hash, old):
            return await self._account_page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, "password-wrong")
        if not LEAST_CHARS <= len(new) <= 1000:
            return await self._account_page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, "password-short")
        hashed = await asyncio.to_thread(hash_password, new)

        def change(work: Work) -> None:
            succeeded(work, name, address)
            work.operators.change_password(name, hashed)
            work.sessions.end_all(name, except_id=visit.session.id)
            work.audit.note(name, "password.change", [name], now, "console")

        await self._writer.write(change)
        log.info("password changed", person=name)
        return see_other("/console/account?done=password-changed")

    async def set_second_factor(self, visit: Visit) -> web.Response:
        """Only with a right code, so that nobody locks themselves out with an app that did not take the secret."""
        now, name = self._now(), visit.person.name
        secret = self._signer.read(f"second factor of {name}", visit.text("sealed"), now)
        step = step_of(secret, visit.text("code", 12), now, 0) if secret else None
        if secret is None or step is None:
            return await self._account_page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, "second-factor-wrong")

        def put(work: Work) -> None:
            work.second_factors.put(name, secret, step)
            work.audit.note(name, "second_factor.set", [name], now, "console")

        await self._writer.write(put)
        log.info("second factor set", person=name)
        return see_other("/console/account?done=second-factor-set")

    async def remove_second_factor(self, visit: Visit) -> web.Response:
        now, name = self._now(), visit.person.name
        code = visit.text("code", 12)

        def remove(work: Work) -> bool:
            known = work.second_factors.get(name)
            if known is None or step_of(known[0], code, now, known[1]) is None:
                return False
            work.second_factors.put(name, None)
            work.audit.note(name, "second_factor.remove", [name], now, "console")
            return True

        if not await self._writer.write(remove):
            return await self._account_page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, "second-factor-wrong")
        log.info("second factor removed", person=name)
        return see_other("/console/account?done=second-factor-removed")

    async def end_session(self, visit: Visit) -> web.Response:
        which = visit.text("id", 64)
        if which == "others":
            await self._writer.write(lambda work: work.sessions.end_all(visit.person.name, visit.session.id))
        else:
            await self._writer.write(lambda work: work.sessions.end(which, visit.person.name))
        return see_other("/console/account?done=session-ended")
