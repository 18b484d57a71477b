"""What all simulated accounts share: the clock, the shelf of media, the wire, the incidents, the listeners of the page."""

import asyncio
import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webhooks.sandbox.wire import Wire

Json = dict[str, Any]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """One simulated official account. `secrets` by setting name without the prefix (`TOKEN`, `OA_SECRET`, …);
    `hook_url` is where its webhooks go until the gateway registers another address.
    """

    platform: str
    name: str
    secrets: Mapping[str, str] = field(repr=False)
    hook_url: str

    def secret(self, key: str) -> str:
        return self.secrets.get(key, "")


@dataclass(frozen=True, slots=True)
class Incident:
    """A strict rule the gateway broke. `rule` is a short code, `detail` names the place, never a value."""

    platform: str
    rule: str
    detail: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Shelved:
    key: str
    name: str
    content_type: str
    data: bytes = field(repr=False)


class Shelf:
    """Media that people or the gateway sent. A link dies when it is told to, as the platforms' links do."""

    def __init__(self) -> None:
        self._files: dict[str, Shelved] = {}
        self.dead: set[str] = set()

    def put(self, data: bytes, name: str, content_type: str) -> Shelved:
        item = Shelved(secrets.token_urlsafe(16), name, content_type, data)
        self._files[item.key] = item
        return item

    def get(self, key: str) -> Shelved | None:
        return None if key in self.dead else self._files.get(key)

    def expire_links(self) -> None:
        """Every link given out so far answers 404 from now on."""
        self.dead |= set(self._files)


class Stage:
    def __init__(self, *, clock: Callable[[], float], sleep: Sleep, time_scale: float, base_url: str | None) -> None:
        self._clock = clock
        self._sleep = sleep
        self.time_scale = time_scale
        self._base_url = base_url
        self._seen_origin: str | None = None
        self.shelf = Shelf()
        self.incidents: list[Incident] = []
        self.listeners: set[asyncio.Queue[tuple[str, Json]]] = set()
        self.wire = Wire(self.publish, clock)

    def now(self) -> float:
        """Seconds since 1970 by the sandbox's clock, which a test may move."""
        return self._clock()

    def now_ms(self) -> int:
        return int(self._clock() * 1000)

    async def wait(self, seconds: float) -> None:
        await self._sleep(seconds * self.time_scale)

    def broke(self, account: SandboxAccount, rule: str, detail: str) -> None:
        """The gateway broke a rule: kept in `incidents` and shown on the page."""
        incident = Incident(account.platform, rule, detail, account.name)
        self.incidents.append(incident)
        self.publish("incident", incident_view(incident))

    def publish(self, kind: str, data: Json) -> None:
        """Every open page hears of it; a page that does not read is dropped and will load the state anew."""
        for listener in list(self.listeners):
            try:
                listener.put_nowait((kind, data))
            except asyncio.QueueFull:
                self.listeners.discard(listener)

    def called_by(self, origin: str) -> None:
        self._seen_origin = origin

    def base_for(self, account: SandboxAccount) -> str:
        """Where media links point: the given base, else the address the gateway calls us by, else that of its hook."""
        scheme, _, rest = account.hook_url.partition("://")
        return self._base_url or self._seen_origin or f"{scheme}://{rest.split('/')[0]}"


def incident_view(incident: Incident) -> Json:
    return {
        "platform": incident.platform,
        "account": incident.account,
        "rule": incident.rule,
        "detail": incident.detail,
    }


def digits(count: int) -> str:
    """A random number of exactly `count` digits. Random, because a gateway remembers ids across our restarts."""
    return str(secrets.randbelow(9 * 10 ** (count - 1)) + 10 ** (count - 1))


def base64_id() -> str:
    """Like Viber's user ids: base64 of 16 bytes; always with a slash and a plus, so that nobody forgets to escape them."""
    text = base64.b64encode(secrets.token_bytes(16)).decode()
    return f"{text[:3]}/{text[4:8]}+{text[9:]}"
