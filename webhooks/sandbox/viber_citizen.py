"""What Viber citizens do, as signed callbacks; `delivered` comes once per device, here twice."""

import hashlib
import hmac
import json
import secrets
from abc import abstractmethod
from collections.abc import Sequence

from webhooks.sandbox.courier import Parcel
from webhooks.sandbox.line import Line, lane_of
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble, Button, Upload
from webhooks.sandbox.shapes import Misfit
from webhooks.sandbox.stage import Json, SandboxAccount, Stage, base64_id
from webhooks.sandbox.viber_shapes import message

_WAITS = (10.0, 60.0, 300.0, 900.0, 2300.0)  # "several times for an hour"; the exact schedule is not published
_MEDIA = {"photo": "picture", "video": "video", "voice": "file", "file": "file"}


def token() -> int:
    """A message token: 64 bits, always beyond 2^53, so that a float would lose it."""
    return 5_000_000_000_000_000_001 + secrets.randbelow(10**18)


class ViberCitizens(Line):
    platform = "viber"
    patience = 5.0

    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        super().__init__(account, stage)
        self.event_types = {
            "delivered",
            "seen",
            "failed",
            "subscribed",
            "unsubscribed",
            "conversation_started",
            "message",
        }
        self.send_name = False
        self.unanswered: dict[str, int] = {}
        self.unanswered_since: dict[str, float] = {}

    @abstractmethod
    async def put_on_phone(self, person: Person, body: Json, ref: str) -> Bubble: ...

    # -- delivery ----------------------------------------------------------------------------------------------

    def next_wait(self, parcel: Parcel) -> float | None:
        return _WAITS[parcel.attempts - 1] if parcel.attempts <= len(_WAITS) else None

    def signed(self, body: bytes, document: Json) -> dict[str, str]:
        del document
        key = self.account.secret("TOKEN").encode()
        return {"X-Viber-Content-Signature": hmac.new(key, body, hashlib.sha256).hexdigest()}

    def encode(self, document: Json) -> bytes:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def _event(
        self, person: Person, event: str, fields: Json, bubble: Bubble | None = None, ref: int | None = None
    ) -> None:
        if event not in self.event_types:
            return
        document = {"event": event, "timestamp": self.stage.now_ms(), "chat_hostname": "SN-CHAT-05_",
                    "message_token": ref or token(), **fields}  # fmt: skip
        self.post(lane_of(person), event, document, self.arrival(person, bubble) if bubble else None)

    # -- citizens ----------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        return base64_id()

    def message_ref(self) -> str:
        return str(token())

    def user(self, person: Person) -> Json:
        name = person.name if self.send_name else "Subscriber"
        avatar = "https://media-direct.cdn.viber.com/pg_download?id=sandbox"
        return {"id": person.id, "name": name, "avatar": avatar, "language": "vi", "country": "VN",
                "api_version": person.app_version}  # fmt: skip

    async def opened(self, person: Person, ref: str) -> None:
        person.started = True
        fields: Json = {"type": "open", "user": self.user(person), "subscribed": person.following}
        if ref:
            fields["context"] = ref
        document = {"event": "conversation_started", "timestamp": self.stage.now_ms(), "chat_hostname": "SN-CHAT-05_",
                    "message_token": token(), **fields}  # fmt: skip

        async def welcome(body: bytes) -> None:
            await self._welcome(person, body)

        if "conversation_started" in self.event_types:
            self.post(lane_of(person), "conversation_started", document, welcome)

    async def _welcome(self, person: Person, body: bytes) -> None:
        if not body.strip():
            return
        try:
            document = json.loads(body)
            if not isinstance(document, dict):
                raise Misfit("welcome", "kind", "must be one message")
            for forbidden in ("receiver", "auth_token", "broadcast_list"):
                if forbidden in document:
                    raise Misfit(f"welcome.{forbidden}", "unknown_field", "has no place in a welcome")
            message(document, "")
        except (ValueError, Misfit) as error:
            self.broke("welcome", f"the answer to conversation_started is not a message: {error}")
            return
        await self.put_on_phone(person, document, str(token()))

    async def wrote(self, person: Person, bubble: Bubble) -> None:
        self._message(person, bubble, {"type": "text", "text": bubble.text})

    async def pressed(self, person: Person, button: Button) -> None:
        if button.silent:
            person.touched()
            self._message(person, None, {"type": "text", "text": button.payload}, silent=True)
        else:
            bubble = Bubble(
                self.bubble_id(), self.message_ref(), True, "text", button.label, self.stage.now(), mark="sending"
            )
            person.bubbles.append(bubble)
            person.publish(bubble)
            self._message(person, bubble, {"type": "text", "text": button.payload})

    async def shared_phone(self, person: Person, bubble: Bubble, *, own: bool) -> None:
        number = bubble.text.lstrip("+")
        fields: Json = {
            "type": "contact",
            "contact": {"name": person.name if own else "Người quen", "phone_number": number},
        }
        asked = next((each for each in person.keyboard if each.action == "share_phone"), None)
        if own and asked:
            fields["text"] = asked.payload
        self._message(person, bubble, fields)

    async def shared_location(self, person: Person, bubble: Bubble, lat: float, lng: float) -> None:
        self._message(person, bubble, {"type": "location", "location": {"lat": lat, "lon": lng}})

    async def sent_media(self, person: Person, bubble: Bubble, uploads: Sequence[Upload]) -> None:
        for index, upload in enumerate(uploads):
            url = self.media_url(upload.item.key, upload.item.name)
            kind = _MEDIA[upload.kind]
            fields: Json = {"type": kind, "media": url, "file_name": upload.item.name, "size": len(upload.item.data)}
            if kind in ("picture", "video"):
                fields["thumbnail"] = url
            if kind == "video":
                fields["duration"] = 4
            if bubble.text and index == 0:
                fields["text"] = bubble.text
            self._message(person, bubble, fields)

    async def sent_sticker(self, person: Person, bubble: Bubble) -> None:
        self._message(person, bubble, {"type": "sticker", "sticker_id": 46105})

    async def followed(self, person: Person) -> None:
        person.tracking = ""
        person.touched()
        self._event(person, "subscribed", {"user": self.user(person)})

    async def unfollowed(self, person: Person) -> None:
        self._event(person, "unsubscribed", {"user_id": person.id})

    async def blocked(self, person: Person) -> None:
        await self.unfollowed(person)

    def _message(self, person: Person, bubble: Bubble | None, content: Json, *, silent: bool = False) -> None:
        person.started = person.following = True
        person.touched()
        self.unanswered[person.id] = 0
        if person.tracking:
            content["tracking_data"] = person.tracking
        self._event(person, "message", {"sender": self.user(person), "message": content, "silent": silent}, bubble)

    def failed(self, person: Person, bubble: Bubble, reason: str) -> None:
        """The phone could not show a message that had been accepted, a bad keyboard for instance."""
        self._event(person, "failed", {"user_id": person.id, "desc": reason}, ref=int(bubble.ref))

    # -- receipts ----------------------------------------------------------------------------------------------

    def delivered(self, person: Person, bubble: Bubble) -> None:
        for _device in range(2):
            self._event(person, "delivered", {"user_id": person.id}, ref=int(bubble.ref))

    def seen(self, person: Person, bubbles: Sequence[Bubble]) -> None:
        self._event(person, "seen", {"user_id": person.id}, ref=int(bubbles[-1].ref))
