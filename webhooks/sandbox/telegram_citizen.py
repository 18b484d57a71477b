"""What Telegram citizens do, as updates: one after the other per chat, with the secret header, until any 2xx."""

import json
import secrets
from abc import abstractmethod
from collections.abc import Mapping, Sequence

from webhooks.sandbox.courier import Parcel, Taken
from webhooks.sandbox.line import Line, lane_of
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble, Button, Upload
from webhooks.sandbox.stage import Json, SandboxAccount, Shelved, Stage
from webhooks.sandbox.telegram_business import BusinessConnection, new_connection

CALLBACK_SECONDS = 150.0
DEFAULT_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
_DAY = 86_400.0


class TelegramCitizens(Line):
    platform = "telegram"
    patience = 60.0
    in_order = True

    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        super().__init__(account, stage)
        self.secret_token = account.secret("SECRET")
        self.allowed = set(DEFAULT_UPDATES)
        self.business: BusinessConnection | None = None
        self.callbacks: dict[str, float] = {}
        self.files: dict[str, Shelved] = {}
        self._update_id = secrets.randbelow(2**30)
        self._message_id = secrets.randbelow(1000)

    @abstractmethod
    async def execute(self, body: bytes) -> None:
        """The answer to an update may itself be a call."""

    # -- delivery ----------------------------------------------------------------------------------------------

    def accepts(self, status: int) -> bool:
        return 200 <= status < 300

    def next_wait(self, parcel: Parcel) -> float | None:
        life = CALLBACK_SECONDS if parcel.event == "callback_query" else _DAY
        if self.stage.now() - parcel.born_at > life:
            return None
        if parcel.retry_after is not None:
            return min(parcel.retry_after, 3600.0)
        return 0.0 if parcel.attempts <= 1 else min(2.0 ** (parcel.attempts - 1), 90.0)

    def signed(self, body: bytes, document: Json) -> dict[str, str]:
        del body, document
        return {"X-Telegram-Bot-Api-Secret-Token": self.secret_token} if self.secret_token else {}

    def encode(self, document: Json) -> bytes:
        update_id, (kind, content) = (
            document["update_id"],
            next(each for each in document.items() if each[0] != "update_id"),
        )
        return f'{{"update_id":{update_id},\n"{kind}":{_dense(content)}}}'.encode()

    def update(self, person: Person, kind: str, content: Json, on_taken: Taken | None = None) -> None:
        """The update is on its way, in the queue that Telegram would use for its kind."""
        if kind not in self.allowed:
            return
        self._update_id += 1

        async def taken(body: bytes) -> None:
            if on_taken is not None:
                await on_taken(body)
            await self.execute(body)

        own_queue = kind in ("callback_query", "my_chat_member", "message_reaction") or "business" in kind
        lane = f"{kind.removeprefix('edited_')}:{person.id}" if own_queue else lane_of(person)
        self.post(lane, kind, {"update_id": self._update_id, kind: content}, taken)

    # -- citizens ----------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        return str(6_000_000_000 + secrets.randbelow(2**51))

    def message_ref(self) -> str:
        self._message_id += 1
        return str(self._message_id)

    def bot(self) -> Json:
        number = self.account.secret("TOKEN").split(":")[0]
        return {
            "id": int(number) if number.isdigit() else 7_000_000_001,
            "is_bot": True,
            "first_name": "1022",
            "username": "tongdai1022_bot",
        }

    async def opened(self, person: Person, ref: str) -> None:
        bubble = Bubble(
            self.bubble_id(),
            self.message_ref(),
            True,
            "text",
            f"/start {ref}".strip(),
            self.stage.now(),
            mark="sending",
        )
        person.bubbles.append(bubble)
        person.publish(bubble)
        await self.wrote(person, bubble)

    async def wrote(self, person: Person, bubble: Bubble) -> None:
        content: Json = {"text": bubble.text}
        if bubble.text.startswith("/"):
            length = len(bubble.text.split()[0].encode("utf-16-le")) // 2
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        self._message(person, bubble, content)

    async def pressed(self, person: Person, button: Button) -> None:
        if button.action == "reply":
            await person.send_text(button.label)
            return
        if button.action != "callback":
            return
        person.touched()
        holder = next(each for each in reversed(person.bubbles) if button in each.buttons)
        query_id = str(secrets.randbelow(2**62))
        self.callbacks[query_id] = self.stage.now()
        message = {**self._head(person, holder), "from": self.bot(), "text": holder.text}
        if "connection" in person.notes:
            message["business_connection_id"] = person.notes["connection"]
        content = {"id": query_id, "from": self._from(person), "chat_instance": "-3400000000000000001",
                   "data": button.payload, "message": message}  # fmt: skip
        self.update(person, "callback_query", content)

    async def shared_phone(self, person: Person, bubble: Bubble, *, own: bool) -> None:
        contact: Json = {"phone_number": bubble.text, "first_name": person.name if own else "Người quen"}
        if own:
            contact["user_id"] = int(person.id)
        self._message(person, bubble, {"contact": contact})

    async def shared_location(self, person: Person, bubble: Bubble, lat: float, lng: float) -> None:
        self._message(person, bubble, {"location": {"latitude": lat, "longitude": lng}})

    async def sent_media(self, person: Person, bubble: Bubble, uploads: Sequence[Upload]) -> None:
        group = str(secrets.randbelow(2**60)) if len(uploads) > 1 else ""
        for index, upload in enumerate(uploads):
            content = self._media(upload)
            if bubble.text and index == 0:
                content["caption"] = bubble.text
            if group:
                content["media_group_id"] = group
            self._message(person, bubble, content, ref=bubble.ref if index == 0 else self.message_ref())

    async def sent_sticker(self, person: Person, bubble: Bubble) -> None:
        item = self.stage.shelf.put(b"RIFF\0\0\0\0WEBPVP8 ", "sticker.webp", "image/webp")
        sticker = {**self._file_entry(item), "width": 512, "height": 512, "is_animated": False, "is_video": False,
                   "type": "regular", "emoji": bubble.text}  # fmt: skip
        self._message(person, bubble, {"sticker": sticker})

    async def blocked(self, person: Person) -> None:
        self._membership(person, "member", "kicked")

    async def followed(self, person: Person) -> None:
        self._membership(person, "kicked", "member")

    async def edited(self, person: Person, bubble: Bubble) -> None:
        content = {**self._head(person, bubble), "from": self._from(person), "edit_date": int(self.stage.now()),
                   "text": bubble.text}  # fmt: skip
        self._tell(person, "edited_message", content)

    async def reacted(self, person: Person, bubble: Bubble) -> None:
        content = {"chat": self._chat_of(person), "message_id": int(bubble.ref), "user": self._from(person),
                   "date": int(self.stage.now()), "old_reaction": [],
                   "new_reaction": [{"type": "emoji", "emoji": bubble.reaction}]}  # fmt: skip
        self.update(person, "message_reaction", content)

    # -- shapes ------------------------------------------------------------------------------------------------

    def _message(self, person: Person, bubble: Bubble, content: Json, ref: str = "") -> None:
        person.started = True
        person.blocked = False
        person.touched()
        head = {**self._head(person, bubble), "from": self._from(person)}
        if ref:
            head["message_id"] = int(ref)
        self._tell(person, "message", {**head, **content}, self.arrival(person, bubble))

    def _tell(self, person: Person, kind: str, content: Json, on_taken: Taken | None = None) -> None:
        """A message or an edit; in the chat of a business account it is of another kind and names the connection."""
        connection = person.notes.get("connection")
        if connection is not None:
            prefix = "edited_business_message" if kind.startswith("edited") else "business_message"
            kind, content = prefix, {"business_connection_id": connection, **content}
        self.update(person, kind, content, on_taken)

    # -- a business account ------------------------------------------------------------------------------------

    def connect_business(self, owner_name: str = "Phòng Tiếp dân") -> None:
        """A person's business account connects the bot."""
        self.business = new_connection(owner_name)
        owner = Person(self, str(self.business.owner["id"]), owner_name)
        self.update(owner, "business_connection", self.business.view(int(self.stage.now())))

    def business_person(self, name: str | None = None) -> Person:
        """A citizen who writes to the business account instead of the bot."""
        if self.business is None:
            raise LookupError("no business account is connected")
        person = self.person(name)
        person.notes["connection"] = self.business.id
        return person

    async def staff_reply(self, person: Person, text: str) -> Bubble:
        """The owner of the business account answers in the ordinary app."""
        if self.business is None or "connection" not in person.notes:
            return await super().staff_reply(person, text)
        ref = self.message_ref()
        self.echo(person, ref, text, by_bot=False)
        return await self.show(person, ref, "text", text, sender=self.business.owner["first_name"], staff=True)

    def echo(self, person: Person, ref: str, text: str, *, by_bot: bool) -> None:
        """In a business chat the account's own messages come as updates too; `sender_business_bot` tells whose."""
        if self.business is None or "connection" not in person.notes:
            return
        content: Json = {"message_id": int(ref), "date": int(self.stage.now()), "chat": self._chat_of(person),
                         "from": self.business.owner, "text": text}  # fmt: skip
        if by_bot:
            content["sender_business_bot"] = self.bot()
        self._tell(person, "message", content)

    def _head(self, person: Person, bubble: Bubble) -> Json:
        return {"message_id": int(bubble.ref), "date": int(bubble.at), "chat": self._chat_of(person)}

    def _chat_of(self, person: Person) -> Json:
        return {"id": int(person.id), "first_name": person.name, "type": "private"}

    def _from(self, person: Person) -> Json:
        return {"id": int(person.id), "is_bot": False, "first_name": person.name, "language_code": "vi"}

    def _membership(self, person: Person, old: str, new: str) -> None:
        def member(status: str) -> Json:
            return {"user": self.bot(), "status": status, **({"until_date": 0} if status == "kicked" else {})}

        content = {"chat": self._chat_of(person), "from": self._from(person), "date": int(self.stage.now()),
                   "old_chat_member": member(old), "new_chat_member": member(new)}  # fmt: skip
        self.update(person, "my_chat_member", content)

    def _media(self, upload: Upload) -> Json:
        entry = self._file_entry(upload.item)
        if upload.kind == "photo":
            small = {**entry, "width": 90, "height": 60, "file_size": 900}
            return {"photo": [small, {**entry, "width": 240, "height": 160}]}
        if upload.kind == "voice":
            return {"voice": {**entry, "duration": 3, "mime_type": upload.item.content_type}}
        if upload.kind == "video":
            return {
                "video": {**entry, "width": 640, "height": 360, "duration": 4, "mime_type": upload.item.content_type}
            }
        return {"document": {**entry, "file_name": upload.item.name, "mime_type": upload.item.content_type}}

    def _file_entry(self, item: Shelved) -> Json:
        file_id = f"AgAC{secrets.token_urlsafe(30)}"
        self.files[file_id] = item
        return {"file_id": file_id, "file_unique_id": item.key[:14], "file_size": len(item.data)}


def _dense(content: Mapping[str, object]) -> str:
    return json.dumps(content, separators=(",", ":"))
