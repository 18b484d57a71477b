"""What Zalo users and the OA's own people do, as signed events; redelivered after 30 s, 5, 15, 30 and 60 minutes."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence

from webhooks.sandbox.courier import Parcel
from webhooks.sandbox.line import Line, lane_of
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble, Button, Upload
from webhooks.sandbox.stage import Json, SandboxAccount, Stage, digits
from webhooks.sandbox.zalo_tokens import OAuth

_WAITS = (30.0, 300.0, 900.0, 1800.0, 3600.0)
_MEDIA = {"photo": "image", "voice": "audio", "video": "video", "file": "file"}
ADMIN_ID = "8800000000000000009"


def msg_id() -> str:
    return secrets.token_hex(10)


class ZaloCitizens(Line):
    platform = "zalo"
    patience = 2.0
    has_inbox = True

    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        super().__init__(account, stage)
        self.oauth = OAuth(account, stage)

    # -- delivery ----------------------------------------------------------------------------------------------

    def next_wait(self, parcel: Parcel) -> float | None:
        return _WAITS[parcel.attempts - 1] if parcel.attempts <= len(_WAITS) else None

    def retry_headers(self, parcel: Parcel) -> Mapping[str, str]:
        return {"num_retry": str(parcel.attempts)} if parcel.attempts else {}

    def gave_up(self, parcel: Parcel) -> None:
        """After the last retry the webhook is disabled; a human has to switch it on again."""
        super().gave_up(parcel)
        self.subscribed = False

    def signed(self, body: bytes, document: Json) -> dict[str, str]:
        parts = str(document["app_id"]).encode(), body, str(document["timestamp"]).encode()
        mac = hashlib.sha256(b"".join(parts) + self.account.secret("OA_SECRET").encode()).hexdigest()
        return {"X-ZEvent-Signature": f"mac={mac}", "X-ZEvent-Server": "OA OpenAPI", "User-Agent": "ZaloWebhook"}

    def encode(self, document: Json) -> bytes:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def event(self, person: Person, name: str, content: Json, bubble: Bubble | None = None) -> None:
        """One event is on its way, in the envelope all of them share."""
        if not self.subscribed:
            return
        document = {
            "app_id": self.account.secret("APP_ID"),
            **content,
            "event_name": name,
            "timestamp": str(self.stage.now_ms()),
        }
        self.post(lane_of(person), name, document, self.arrival(person, bubble) if bubble else None)

    # -- citizens ----------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        return f"7{digits(18)}"

    def message_ref(self) -> str:
        return msg_id()

    def _ids(self, person: Person) -> Json:
        by_app = person.notes.setdefault("by_app", f"5{digits(18)}")
        return {"oa_id": self.account.secret("OA_ID"), "user_id_by_app": by_app}

    async def opened(self, person: Person, ref: str) -> None:
        del ref
        if not person.started and not person.anonymous:
            person.touched()
            self.event(person, "user_click_chatnow", {**self._ids(person), "user_id": person.id})
        person.started = True

    async def followed(self, person: Person) -> None:
        person.touched()
        self.event(person, "follow", {**self._ids(person), "follower": {"id": person.id}, "source": "oa_profile"})

    async def unfollowed(self, person: Person) -> None:
        self.event(person, "unfollow", {**self._ids(person), "follower": {"id": person.id}, "source": "oa_profile"})

    async def blocked(self, person: Person) -> None:
        await self.unfollowed(person)

    async def wrote(self, person: Person, bubble: Bubble) -> None:
        self._message(person, "text", bubble, {"text": bubble.text})

    async def pressed(self, person: Person, button: Button) -> None:
        if button.action != "reply":
            return
        if button.silent:
            self._message(person, "text", None, {"text": button.payload})
        else:
            await person.send_text(button.payload)

    async def shared_phone(self, person: Person, bubble: Bubble, *, own: bool) -> None:
        card = {"phone": bubble.text, "qrCodeUrl": "https://qr-talk.zdn.vn/sandbox"}
        attachment = {"type": "link", "payload": {"thumbnail": "https://h.zdn.vn/card.png", "url": "https://zalo.me/card",
                                                  "description": json.dumps(card)}}  # fmt: skip
        content = {"text": person.name if own else "Người quen", "attachments": [attachment]}
        self._message(person, "business_card", bubble, content)

    async def shared_location(self, person: Person, bubble: Bubble, lat: float, lng: float) -> None:
        place = {"type": "location", "payload": {"coordinates": {"latitude": str(lat), "longitude": str(lng)}}}
        self._message(person, "location", bubble, {"text": "", "attachments": [place]})

    async def sent_media(self, person: Person, bubble: Bubble, uploads: Sequence[Upload]) -> None:
        for index, upload in enumerate(uploads):
            url = self.media_url(upload.item.key, upload.item.name)
            kind = _MEDIA[upload.kind]
            payload: Json = {"url": url}
            if kind in ("image", "video"):
                payload["thumbnail"] = url
            if kind == "file":
                payload |= {"name": upload.item.name, "size": str(len(upload.item.data)),
                            "type": upload.item.name.rsplit(".", 1)[-1],
                            "checksum": hashlib.md5(upload.item.data, usedforsecurity=False).hexdigest()}  # fmt: skip
            content: Json = {"attachments": [{"type": kind, "payload": payload}]}
            if bubble.text and index == 0:
                content["text"] = bubble.text
            self._message(person, kind, bubble, content, ref=bubble.ref if index == 0 else msg_id())

    async def sent_sticker(self, person: Person, bubble: Bubble) -> None:
        sticker = {
            "type": "sticker",
            "payload": {"id": "46979", "url": "https://zalo-api.zadn.vn/api/emoticon/sprite?eid=46979"},
        }
        self._message(person, "sticker", bubble, {"attachments": [sticker]})

    async def submitted_form(self, person: Person, name: str, phone: str, address: str, ward: str, city: str) -> None:
        person.touched()
        info = {"name": name, "phone": phone, "user_dob": "01/02/1990", "gender": "Nam",
                "full_address": {"user_city": city, "user_ward": ward, "user_address": address}}  # fmt: skip
        person.notes["shared"] = {"name": name, "phone": phone, "address": address, "city": city, "district": ""}
        for bubble in person.inbox:
            bubble.buttons = [each for each in bubble.buttons if each.action != "form"]
        self.event(person, "user_submit_info", {**self._sides(person), "info": info})

    def withdrew(self, person: Person) -> None:
        """The citizen withdraws consent: their data has to be erased."""
        self.event(person, "user_withdraw", {"oa_id": self.account.secret("OA_ID"), "user_id": person.id})

    async def reacted(self, person: Person, bubble: Bubble) -> None:
        content = {"message": {"msg_id": bubble.ref, "react_icon": "/-heart"}}
        self.event(person, "user_reacted_message", {**self._sides(person), **content})

    def _sides(self, person: Person) -> Json:
        sides: Json = {"sender": {"id": person.id}, "recipient": {"id": self.account.secret("OA_ID")}}
        if not person.anonymous:
            sides["user_id_by_app"] = self._ids(person)["user_id_by_app"]
        return sides

    def _message(self, person: Person, kind: str, bubble: Bubble | None, content: Json, ref: str = "") -> None:
        person.started, person.blocked = True, False
        person.touched()
        message = {**content, "msg_id": ref or (bubble.ref if bubble else msg_id())}
        name = f"user_send_{kind}"
        if person.anonymous:
            message["conversation_id"] = person.notes.setdefault("conversation_id", msg_id())
            name = f"anonymous_send_{kind}"
        self.event(person, name, {**self._sides(person), "message": message}, bubble)

    # -- the OA's own side -------------------------------------------------------------------------------------

    def echo(self, person: Person, name: str, ref: str, message: Json, admin_id: str = "") -> None:
        """Every message that leaves the OA is reported; `admin_id` only where a person wrote it."""
        sender: Json = {"id": self.account.secret("OA_ID")}
        if admin_id:
            sender["admin_id"] = admin_id
        content: Json = {"msg_id": ref}
        if message.get("text"):
            content["text"] = message["text"]
        if person.anonymous:
            content["conversation_id"] = person.notes.get("conversation_id", "")
        self.event(person, name, {"sender": sender, "recipient": {"id": person.id}, "message": content})

    async def staff_reply(self, person: Person, text: str) -> Bubble:
        ref = msg_id()
        self.echo(person, "oa_send_text", ref, {"text": text}, admin_id=ADMIN_ID)
        return await self.show(person, ref, "text", text, sender="Quản trị viên OA", staff=True)

    def delivered(self, person: Person, bubble: Bubble) -> None:
        if not person.anonymous:
            self.event(person, "user_received_message", {**self._from_oa(person), "message": {"msg_id": bubble.ref}})

    def seen(self, person: Person, bubbles: Sequence[Bubble]) -> None:
        if not person.anonymous:
            read = {"msg_ids": [bubble.ref for bubble in bubbles]}
            self.event(person, "user_seen_message", {**self._from_oa(person), "message": read})

    def _from_oa(self, person: Person) -> Json:
        return {"sender": {"id": self.account.secret("OA_ID")}, "recipient": {"id": person.id}}
