"""What Messenger citizens and the Page's staff do, as signed posts in Meta's own JSON spelling."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence

from webhooks.sandbox.courier import Parcel, Taken
from webhooks.sandbox.line import Line, lane_of
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble, Button, Upload
from webhooks.sandbox.stage import Json, SandboxAccount, Stage, digits

INBOX_APP_ID = 263902037430900
_WAITS = (0.0, 5.0, 15.0, 60.0, 300.0, 900.0, 2300.0)  # "retried at once, some more times"; after an hour it is over
_MEDIA = {"photo": "image", "voice": "audio", "video": "video", "file": "file"}
_FIELD_OF = {
    "message": "messages", "echo": "message_echoes", "postback": "messaging_postbacks", "referral": "messaging_referrals",
    "delivery": "message_deliveries", "read": "message_reads", "reaction": "message_reactions", "message_edit": "message_edits",
    "handover": "messaging_handovers",
}  # fmt: skip
_ALSO_ESCAPED = {"/": "\\/", "<": "\\u003C", "%": "\\u0025", "@": "\\u0040"}


_ON_STANDBY = {"message", "echo", "read", "delivery", "postback"}  # a postback comes there without its payload


def mid() -> str:
    return f"m_{secrets.token_urlsafe(48)}"


class MessengerCitizens(Line):
    platform = "messenger"
    patience = 5.0
    quick_replies_vanish = True
    has_inbox = True

    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        super().__init__(account, stage)
        self.fields = set(_FIELD_OF.values()) | {"standby", "messaging_handovers"}
        self.profile: Json = {}
        self.routed = (
            False  # our app is the Page's default app: whoever owns a thread gets `messaging`, others `standby`
        )
        self.owners: dict[str, int] = {}  # by person: the app that took the thread from ours
        self._batch: list[Json] = []

    # -- delivery ----------------------------------------------------------------------------------------------

    def next_wait(self, parcel: Parcel) -> float | None:
        return _WAITS[parcel.attempts - 1] if parcel.attempts <= len(_WAITS) else None

    def gave_up(self, parcel: Parcel) -> None:
        super().gave_up(parcel)
        self.subscribed = False

    def signed(self, body: bytes, document: Json) -> dict[str, str]:
        del document
        key = self.account.secret("APP_SECRET").encode()
        return {
            "X-Hub-Signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}",
            "X-Hub-Signature-256": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}",
            "User-Agent": "facebookexternalua",
        }

    def encode(self, document: Json) -> bytes:
        raw = json.dumps(document, separators=(",", ":"))
        for letter, spelling in _ALSO_ESCAPED.items():
            raw = raw.replace(letter, spelling)
        return raw.encode("ascii")

    def item(self, person: Person, kind: str, content: Json, on_taken: Taken | None = None) -> None:
        """One messaging item is on its way, alone or in a batch."""
        if not self.subscribed or _FIELD_OF[kind] not in self.fields:
            return
        page = {"id": self.account.secret("PAGE_ID")}
        sides = {"sender": page, "recipient": {"id": person.id}}
        if kind != "echo":
            sides = {"sender": {"id": person.id}, "recipient": page}
        when = self.stage.now_ms()
        stream = "messaging"
        if person.id in self.owners and kind in _ON_STANDBY:
            if "standby" not in self.fields:
                return
            stream, content = "standby", {"postback": {}} if kind == "postback" else content
        entry = {"id": page["id"], "time": when, stream: [{**sides, "timestamp": when, **content}]}
        if self.faults.batch <= 1:
            self.post(lane_of(person), kind, {"object": "page", "entry": [entry]}, on_taken)
            return
        self._batch.append(entry)
        if len(self._batch) >= self.faults.batch:
            self.flush()

    def flush(self) -> None:
        """What was gathered for a batch goes out as one post with many entries."""
        if self._batch:
            entries, self._batch = self._batch, []
            self.post("batch", "batch", {"object": "page", "entry": entries})

    # -- citizens ----------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        return digits(16)

    def message_ref(self) -> str:
        return mid()

    async def opened(self, person: Person, ref: str) -> None:
        person.touched()
        referral = {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
        if person.started:
            if ref:
                self.item(person, "referral", {"referral": referral})
            return
        person.started = True
        payload = self.profile.get("get_started", {}).get("payload", "GET_STARTED")
        content: Json = {"mid": mid(), "title": "Get Started", "payload": payload}
        if ref:
            content["referral"] = referral
        self.item(person, "postback", {"postback": content})

    async def wrote(self, person: Person, bubble: Bubble) -> None:
        self._message(person, bubble, {"text": bubble.text})

    async def pressed(self, person: Person, button: Button) -> None:
        if button.action == "quick_reply":
            bubble = person._mine("text", button.label)  # noqa: SLF001 - a line speaks for its person
            self._message(person, bubble, {"text": button.label, "quick_reply": {"payload": button.payload}})
        elif button.action == "postback":
            bubble = person._mine("text", button.label)  # noqa: SLF001 - as above
            person.touched()
            content = {"mid": bubble.ref, "title": button.label, "payload": button.payload}
            self.item(person, "postback", {"postback": content}, self.arrival(person, bubble))

    async def shared_phone(self, person: Person, bubble: Bubble, *, own: bool) -> None:
        number = bubble.text if bubble.text.startswith(("+", "0")) else f"+{bubble.text}"
        bubble.kind, bubble.text = "text", number
        content: Json = {"text": number}
        if own:
            content["quick_reply"] = {"payload": number}
        self._message(person, bubble, content)

    async def shared_location(self, person: Person, bubble: Bubble, lat: float, lng: float) -> None:
        place = {"type": "location", "title": "Vị trí", "url": f"https://www.facebook.com/l.php?u=https%3A%2F%2Fmaps%2F{lat},{lng}",
                 "payload": {"coordinates": {"lat": lat, "long": lng}}}  # fmt: skip
        self._message(person, bubble, {"attachments": [place]})

    async def sent_media(self, person: Person, bubble: Bubble, uploads: Sequence[Upload]) -> None:
        content: Json = {
            "attachments": [
                {"type": _MEDIA[each.kind], "payload": {"url": self.media_url(each.item.key, each.item.name)}}
                for each in uploads
            ]
        }
        if bubble.text:
            content["text"] = bubble.text
        self._message(person, bubble, content)

    async def sent_sticker(self, person: Person, bubble: Bubble) -> None:
        sticker = {"url": "https://scontent.xx.fbcdn.net/v/sticker.png", "sticker_id": 144884805685780}
        self._message(person, bubble, {"attachments": [{"type": "sticker", "payload": sticker}]})

    async def blocked(self, person: Person) -> None:
        """Messenger tells nothing; the next send finds out."""

    async def edited(self, person: Person, bubble: Bubble) -> None:
        person.touched()
        number = person.notes[bubble.ref] = person.notes.get(bubble.ref, 0) + 1
        if number <= 5:
            self.item(
                person, "message_edit", {"message_edit": {"mid": bubble.ref, "text": bubble.text, "num_edit": number}}
            )

    async def reacted(self, person: Person, bubble: Bubble) -> None:
        person.touched()
        reaction = {"mid": bubble.ref, "action": "react", "reaction": "love", "emoji": bubble.reaction}
        self.item(person, "reaction", {"reaction": reaction})

    def _message(self, person: Person, bubble: Bubble, content: Json) -> None:
        person.started, person.blocked = True, False
        person.touched()
        self.item(person, "message", {"message": {"mid": bubble.ref, **content}}, self.arrival(person, bubble))

    # -- the Page's own side -----------------------------------------------------------------------------------

    def echo(self, person: Person, ref: str, message: Json, app_id: str | int | None) -> None:
        """The Page's message comes back; a person in the inbox has another `app_id`, or none."""
        content: Json = {"mid": ref, "is_echo": True}
        if app_id is not None:
            content["app_id"] = int(app_id)
        for name in ("text", "metadata"):
            if name in message:
                content[name] = message[name]
        attachment = message.get("attachment")
        if attachment and attachment["type"] == "template":
            content["attachments"] = [{"type": "template", "payload": attachment["payload"]}]
        elif attachment:
            content["attachments"] = [
                {"type": attachment["type"], "payload": {"url": "https://scontent.xx.fbcdn.net/v/t1"}}
            ]
        self.item(person, "echo", {"message": content})

    async def staff_reply(self, person: Person, text: str) -> Bubble:
        ref = mid()
        if self.routed and person.id not in self.owners:
            self.move_thread(person, "take_thread_control", INBOX_APP_ID)
        self.echo(person, ref, {"text": text}, app_id=INBOX_APP_ID)
        return await self.show(person, ref, "text", text, sender="Hộp thư Trang", staff=True)

    def police(self, action: str, reason: str = "") -> None:
        """Meta warns, blocks or unblocks the Page; the event names no person."""
        policy = {"action": action, **({"reason": reason} if reason else {})}
        page, when = self.account.secret("PAGE_ID"), self.stage.now_ms()
        event = {"recipient": {"id": page}, "timestamp": when, "policy_enforcement": policy}
        entry = {"id": page, "time": when, "messaging": [event]}
        self.post("page", "policy_enforcement", {"object": "page", "entry": [entry]})

    def hand_back(self, person: Person) -> None:
        """The inbox gives the thread back to our app."""
        self.move_thread(person, "pass_thread_control", int(self.account.secret("APP_ID")))

    def move_thread(self, person: Person, event: str, owner: int) -> None:
        """The thread has a new owner, and our app is told."""
        ours = int(self.account.secret("APP_ID"))
        before = self.owners.pop(person.id, ours)
        if owner != ours:
            self.owners[person.id] = owner
        moved = {"previous_owner_app_id": str(before), "new_owner_app_id": str(owner), "metadata": ""}
        self.item(person, "handover", {event: moved})

    def delivered(self, person: Person, bubble: Bubble) -> None:
        self.item(person, "delivery", {"delivery": {"mids": [bubble.ref], "watermark": self.stage.now_ms()}})

    def seen(self, person: Person, bubbles: Sequence[Bubble]) -> None:
        del bubbles
        self.item(person, "read", {"read": {"watermark": self.stage.now_ms()}})
