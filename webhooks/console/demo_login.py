"""One click instead of a password, in the demonstration only: the gateway of `serve` never mounts this."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from aiohttp import web

from ticket_store.records import Operator
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.console.auth import Auth
from webhooks.console.routing import OpenRoute
from webhooks.signing import Signer

_LASTS = timedelta(days=30)
_NO_PASSWORD = "-"  # noqa: S105 - no hash at all: no password fits
PEOPLE = {"operator": "Lan", "admin": "Minh"}
"""Who one is, by role."""


class DemoLogin:
    """Its addresses are signed for this very process: another run's, or a guessed one, open nothing."""

    def __init__(self, writer: Writer, auth: Auth, signer: Signer, now: Callable[[], datetime]) -> None:
        self._writer, self._auth, self._signer, self._now = writer, auth, signer, now
        self._purpose = f"demo log-in {token_hex(16)}"

    def routes(self) -> Sequence[OpenRoute]:
        return [OpenRoute("GET", "/demo/{token}", self.login)]

    def address(self, role: str) -> str:
        return f"/console/demo/{self._signer.sign(self._purpose, role, self._now() + _LASTS)}"

    async def login(self, request: web.Request) -> web.Response:
        role = self._signer.read(self._purpose, request.match_info["token"], self._now())
        if role is None or request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            raise web.HTTPNotFound
        name, now = PEOPLE[role], self._now()

        def known(work: Work) -> Operator | None:
            if work.operators.find(name) is None:
                work.operators.add(name, role, _NO_PASSWORD, now)
            return work.operators.find(name)

        person = await self._writer.write(known)
        if person is None or person.disabled_at is not None:
            raise web.HTTPNotFound
        return await self._auth.begin(request, person)
