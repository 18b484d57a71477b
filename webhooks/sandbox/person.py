"""One citizen with one phone, at one simulated account. Tests drive it, and so does the page."""

import asyncio
from typing import TYPE_CHECKING, Any

from webhooks.sandbox.phones import Bubble, Button, Mark, Picture, Upload, find_button
from webhooks.sandbox.samples import SILENT_OGG, picture_png
from webhooks.sandbox.stage import digits

if TYPE_CHECKING:
    from webhooks.sandbox.line import Line


class Person:
    """What the citizen does becomes signed webhooks; what the gateway sends lands in `inbox`."""

    def __init__(self, line: "Line", id: str, name: str, *, anonymous: bool = False) -> None:  # noqa: A002 - the platform's word
        self.line = line
        self.id = id
        self.name = name
        self.anonymous = anonymous
        self.phone = f"84900{digits(6)}"
        self.app_version = 10  # Viber's api_version of this phone
        self.started = False
        self.following = False
        self.blocked = False
        self.open = True
        self.last_act_at: float | None = None
        self.bubbles: list[Bubble] = []
        self.keyboard: list[Button] = []
        self.once = False  # the keyboard goes away with the first press or the next message
        self.tracking = ""
        self.notes: dict[str, Any] = {}
        self._changed = asyncio.Condition()
        self._read = 0
        self._version = 0  # of what the phone shows: the page may hear of two states in the wrong order

    def __repr__(self) -> str:
        return f"<Person at {self.line.account.name}>"

    @property
    def account(self) -> str:
        return self.line.account.name

    # -- what the citizen does ---------------------------------------------------------------------------------

    async def open_chat(self, ref: str = "") -> None:
        """Start, Get Started, chat-now or conversation_started; `ref` is the parameter of the link or QR code."""
        self.blocked = False
        await self.line.opened(self, ref)
        self.publish()

    async def send_text(self, text: str) -> Bubble:
        bubble = self._mine("text", text)
        await self.line.wrote(self, bubble)
        return bubble

    async def press(self, choice: str | int) -> None:
        """The button with this label or index, among those the phone shows now."""
        button = find_button(choice, self.choices())
        if self.once:
            self.keyboard = []
        holder = next((bubble for bubble in self.bubbles if any(each is button for each in bubble.buttons)), None)
        if holder is not None:
            button.pressed = True
            self.publish(holder)
        if button.action == "share_phone":
            await self.share_phone()
        elif button.action == "share_location":
            await self.share_location(10.7769, 106.7009)
        elif button.action not in ("call", "form", "none"):
            await self.line.pressed(self, button)
        self.publish()

    async def share_phone(self, phone: str | None = None, *, own: bool = True) -> Bubble:
        """The own number, or somebody's card from the address book."""
        bubble = self._mine("contact", phone or self.phone)
        await self.line.shared_phone(self, bubble, own=own)
        return bubble

    async def share_location(self, lat: float, lng: float) -> Bubble:
        bubble = self._mine("location", f"{lat:.5f}, {lng:.5f}")
        await self.line.shared_location(self, bubble, lat, lng)
        return bubble

    async def send_photo(self, data: bytes | None = None, caption: str = "") -> Bubble:
        return await self._send_media("photo", [data or picture_png()], caption)

    async def send_album(self, n: int = 3, caption: str = "") -> Bubble:
        return await self._send_media("album", [picture_png(index) for index in range(n)], caption)

    async def send_voice(self) -> Bubble:
        return await self._send_media("voice", [SILENT_OGG], "")

    async def send_video(self, data: bytes = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom") -> Bubble:
        return await self._send_media("video", [data], "")

    async def send_file(self, data: bytes = b"%PDF-1.4\n%%EOF\n", name: str = "don-kien-nghi.pdf") -> Bubble:
        return await self._send_media("file", [data], "", name)

    async def send_sticker(self) -> Bubble:
        bubble = self._mine("sticker", "👍")
        await self.line.sent_sticker(self, bubble)
        return bubble

    async def submit_form(self, name: str, phone: str, address: str, ward: str, city: str) -> None:
        """Zalo's native form, answered; other platforms have none."""
        self._mine("form", f"{name} · {phone}\n{address}, {ward}, {city}", mark="delivered")
        await self.line.submitted_form(self, name, phone, address, ward, city)

    async def follow(self) -> None:
        self.blocked, self.following = False, True
        await self.line.followed(self)
        self.publish()

    async def unfollow(self) -> None:
        self.following = False
        await self.line.unfollowed(self)
        self.publish()

    async def block(self) -> None:
        """The account can no longer write to this person; the platform says so where it says so at all."""
        self.blocked, self.following = True, False
        await self.line.blocked(self)
        self.publish()

    async def edit(self, message: Bubble, text: str) -> None:
        message.text, message.edited = text, True
        await self.line.edited(self, message)
        self.publish(message)

    async def react(self, message: Bubble | None = None, emoji: str = "❤") -> None:
        """A reaction to this message of the account, or to its last one."""
        message = message or self.inbox[-1]
        message.reaction = emoji
        await self.line.reacted(self, message)
        self.publish(message)

    async def read_all(self) -> None:
        """Opens the chat: everything unread is seen now."""
        unread = [bubble for bubble in self.bubbles if bubble.unread]
        for bubble in unread:
            bubble.unread = False
        if unread:
            self.line.seen(self, unread)
        self.publish()

    # -- what the phone shows ----------------------------------------------------------------------------------

    @property
    def inbox(self) -> list[Bubble]:
        """Everything the account or its staff sent, oldest first."""
        return [bubble for bubble in self.bubbles if not bubble.mine]

    def choices(self) -> list[Button]:
        """The buttons a thumb can reach: of the last message that has some, then the keyboard's."""
        last = next((bubble for bubble in reversed(self.bubbles) if bubble.buttons), None)
        return [*(last.buttons if last else []), *self.keyboard]

    async def next_message(self, timeout: float = 5.0) -> Bubble:  # noqa: ASYNC109 - the test's patience, said at the call
        """The first message not returned before; waits for it. Raises TimeoutError."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: len(self.inbox) > self._read), timeout)
        self._read += 1
        return self.inbox[self._read - 1]

    def newest(self) -> Bubble:
        """The last message; all before it count as returned by `next_message`."""
        self._read = len(self.inbox)
        return self.inbox[-1]

    async def receive(self, bubble: Bubble) -> None:
        """The account's message is on the phone; what the citizen wrote before counts as seen."""
        bubble.unread = not self.open
        self.bubbles.append(bubble)
        for mine in self.bubbles:
            if mine.mine and mine.mark in ("sending", "sent", "delivered"):
                mine.mark = "seen"
                self.publish(mine)
        self.publish(bubble)
        async with self._changed:
            self._changed.notify_all()

    def mark(self, bubble: Bubble, mark: Mark) -> None:
        if bubble.mark != "seen":
            bubble.mark = mark
            self.publish(bubble)

    def publish(self, bubble: Bubble | None = None) -> None:
        """The page sees the change: of one bubble, and of the phone."""
        self._version += 1
        if bubble is not None:
            self.line.stage.publish("bubble", {"account": self.account, "person": self.id, "bubble": bubble.view()})
        self.line.stage.publish("phone", {"account": self.account, "person": self.id, "phone": self.view()})

    def view(self) -> dict[str, Any]:
        """The state of the chat without its bubbles."""
        return {
            "id": self.id,
            "version": self._version,
            "name": self.name,
            "phone": self.phone,
            "started": self.started,
            "following": self.following,
            "blocked": self.blocked,
            "open": self.open,
            "keyboard": [{"label": each.label, "action": each.action, "row": each.row} for each in self.keyboard],
        }

    def touched(self) -> None:
        """The citizen acted: windows count from now."""
        self.last_act_at = self.line.stage.now()

    def _mine(self, kind: str, text: str, mark: Mark = "sending") -> Bubble:
        bubble = Bubble(
            self.line.bubble_id(), self.line.message_ref(), True, kind, text, self.line.stage.now(), mark=mark
        )
        if self.line.quick_replies_vanish:
            self.keyboard = []
        self.bubbles.append(bubble)
        self.publish(bubble)
        return bubble

    async def _send_media(self, kind: str, files: list[bytes], caption: str, name: str = "") -> Bubble:
        bubble = self._mine(kind, caption)
        uploads = []
        for data in files:
            item = self.line.stage.shelf.put(data, name or _FILE_NAMES[kind], _CONTENT_TYPES[kind])
            uploads.append(Upload("photo" if kind == "album" else kind, item))
            bubble.media.append(Picture(kind, item.name, f"/sandbox/media/{item.key}/{item.name}"))
        self.publish(bubble)
        await self.line.sent_media(self, bubble, uploads)
        return bubble


_FILE_NAMES = {"photo": "anh.png", "album": "anh.png", "voice": "ghi-am.ogg", "video": "clip.mp4", "file": "tep.pdf"}
_CONTENT_TYPES = {
    "photo": "image/png",
    "album": "image/png",
    "voice": "audio/ogg",
    "video": "video/mp4",
    "file": "application/pdf",
}
