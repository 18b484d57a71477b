"""One simulated account: what all four platforms have in common."""

import secrets
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping, Sequence

from webhooks.sandbox.courier import Courier, Parcel, Taken
from webhooks.sandbox.exchange import Call, Reply
from webhooks.sandbox.faults import Faults
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble, Button, Picture, Upload
from webhooks.sandbox.shapes import Check, Misfit
from webhooks.sandbox.stage import Json, SandboxAccount, Stage

_NAMES = (
    "Nguyễn Thị Hoa", "Trần Văn Nam", "Lê Minh Anh", "Phạm Thu Hà", "Võ Quốc Bảo", "Huỳnh Ngọc Lan", "Đặng Văn Tám",
    "Bùi Thanh Tâm", "Đỗ Hải Yến", "Hồ Trung Kiên", "Ngô Mỹ Linh", "Phan Đình Phúc", "Lý Kim Oanh", "Vũ Đức Long",
)  # fmt: skip


class Line(ABC):
    """`answer` takes the gateway's calls; the other verbs are told by a `Person` and become webhooks."""

    platform = ""
    patience = 5.0
    in_order = False
    quick_replies_vanish = False
    has_inbox = False

    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        self.account = account
        self.stage = stage
        self.faults = Faults()
        self.courier = Courier(stage, account, self.faults, self)
        self.people: dict[str, Person] = {}
        self.revoked = False
        self.subscribed = True  # False: the platform has given up on the webhook; a human has to switch it on again
        self._bubbles = 0
        self._busy: dict[str, deque[float]] = {}
        stage.wire.hide(value for key, value in account.secrets.items() if not key.endswith(("_ID", "_NAME")))

    # -- the gateway's side ------------------------------------------------------------------------------------

    @classmethod
    @abstractmethod
    def owns(cls, path: str) -> bool:
        """Whether an API path is this platform's."""

    @abstractmethod
    def knows(self, call: Call) -> bool:
        """Whether the call carries this account's credentials (right, expired or revoked)."""

    @classmethod
    @abstractmethod
    def stranger(cls) -> Reply:
        """The answer to credentials nobody here has."""

    @abstractmethod
    async def answer(self, call: Call) -> Reply:
        """The platform's answer; a broken rule is refused in the platform's own form and recorded."""

    @abstractmethod
    def fault_reply(self, kind: str) -> Reply:
        """`429` or an own error code, in the platform's form."""

    # -- the citizen's side ------------------------------------------------------------------------------------

    @abstractmethod
    def new_id(self) -> str: ...
    @abstractmethod
    def message_ref(self) -> str: ...
    @abstractmethod
    async def opened(self, person: Person, ref: str) -> None: ...
    @abstractmethod
    async def wrote(self, person: Person, bubble: Bubble) -> None: ...
    @abstractmethod
    async def pressed(self, person: Person, button: Button) -> None: ...
    @abstractmethod
    async def shared_phone(self, person: Person, bubble: Bubble, *, own: bool) -> None: ...
    @abstractmethod
    async def shared_location(self, person: Person, bubble: Bubble, lat: float, lng: float) -> None: ...
    @abstractmethod
    async def sent_media(self, person: Person, bubble: Bubble, uploads: Sequence[Upload]) -> None: ...
    @abstractmethod
    async def sent_sticker(self, person: Person, bubble: Bubble) -> None: ...
    @abstractmethod
    async def blocked(self, person: Person) -> None: ...

    async def submitted_form(self, person: Person, name: str, phone: str, address: str, ward: str, city: str) -> None:
        raise NotImplementedError(f"{self.platform} has no native form")

    async def followed(self, person: Person) -> None:
        await self.opened(person, "")

    async def unfollowed(self, person: Person) -> None:
        await self.blocked(person)

    async def edited(self, person: Person, bubble: Bubble) -> None:
        raise NotImplementedError(f"{self.platform} does not tell of edits")

    async def reacted(self, person: Person, bubble: Bubble) -> None:
        raise NotImplementedError(f"{self.platform} does not tell of reactions")

    async def staff_reply(self, person: Person, text: str) -> Bubble:
        raise NotImplementedError(f"{self.platform} has no inbox for people")

    def delivered(self, person: Person, bubble: Bubble) -> None:  # noqa: B027 - not every platform has receipts
        """Receipt of arrival on the phone, where the platform sends one."""

    def seen(self, person: Person, bubbles: Sequence[Bubble]) -> None:  # noqa: B027 - as above
        """Receipt of reading, where the platform sends one."""

    # -- how webhooks travel -----------------------------------------------------------------------------------

    def accepts(self, status: int) -> bool:
        return status == 200

    @abstractmethod
    def next_wait(self, parcel: Parcel) -> float | None: ...

    def retry_headers(self, parcel: Parcel) -> Mapping[str, str]:
        del parcel
        return {}

    def gave_up(self, parcel: Parcel) -> None:
        self.stage.broke(self.account, "webhook_lost", f"{parcel.event} was never answered with 200")

    @abstractmethod
    def signed(self, body: bytes, document: Json) -> dict[str, str]:
        """The headers that prove the body."""

    @abstractmethod
    def encode(self, document: Json) -> bytes:
        """The document in the platform's own JSON dialect."""

    def post(self, lane: str, event: str, document: Json, on_taken: Taken | None = None) -> None:
        """The event is on its way to the gateway."""
        body = self.encode(document)
        headers = {"Content-Type": "application/json", **self.signed(body, document)}
        self.courier.send(Parcel(lane, event, body, headers, self.stage.now(), on_taken))

    def arrival(self, person: Person, bubble: Bubble) -> Taken:
        """What happens once the gateway took the citizen's message: its mark changes."""

        async def mark(_answer: bytes) -> None:
            person.mark(bubble, "delivered")

        return mark

    # -- common pieces -----------------------------------------------------------------------------------------

    def person(self, name: str | None = None, id: str | None = None, *, anonymous: bool = False) -> Person:  # noqa: A002 - the platform's word
        """The person with this id, or a new one."""
        if id is not None and id in self.people:
            return self.people[id]
        new = Person(self, id or self.new_id(), name or secrets.choice(_NAMES), anonymous=anonymous)
        self.people[new.id] = new
        new.publish()
        return new

    async def show(
        self,
        person: Person,
        ref: str,
        kind: str,
        text: str,
        *,
        sender: str = "",
        buttons: Sequence[Button] = (),
        media: Sequence[Picture] = (),
        staff: bool = False,
    ) -> Bubble:
        """The account's message is on the phone, and its receipts are on their way."""
        bubble = Bubble(
            self.bubble_id(), ref, False, kind, text, self.stage.now(), sender=sender, buttons=list(buttons),
            media=list(media), staff=staff,
        )  # fmt: skip
        if self.quick_replies_vanish:
            person.keyboard = []
        await person.receive(bubble)
        self.delivered(person, bubble)
        if person.open:
            self.seen(person, [bubble])
        return bubble

    def bubble_id(self) -> int:
        self._bubbles += 1
        return self._bubbles

    def broke(self, rule: str, detail: str) -> None:
        self.stage.broke(self.account, rule, detail)

    def fits(self, check: Check, value: object, path: str = "") -> None:
        """Raises `Misfit`, and records it, when the value breaks the shape."""
        try:
            check(value, path)
        except Misfit as misfit:
            self.broke(misfit.rule, str(misfit))
            raise

    def crowded(self, key: str, most: int, seconds: float) -> float:
        """Counts one call under `key`. 0 while at most `most` fell into the last `seconds`, else the wait in seconds;
        a refused call is not counted. Old counts are forgotten.
        """
        now = self.stage.now()
        times = self._busy.setdefault(key, deque())
        while times and times[0] <= now - seconds:
            times.popleft()
        if len(times) >= most:
            return max(times[0] + seconds - now, 0.001)
        times.append(now)
        return 0.0

    def media_url(self, item_key: str, name: str) -> str:
        return f"{self.stage.base_for(self.account)}/sandbox/media/{item_key}/{name}"

    def look(self) -> Json:
        """What the page needs to know about this account."""
        return {
            "account": self.account.name,
            "platform": self.platform,
            "has_inbox": self.has_inbox,
            "people": [{"id": person.id, "name": person.name} for person in self.people.values()],
        }


def lane_of(person: Person) -> str:
    return f"chat:{person.id}"
