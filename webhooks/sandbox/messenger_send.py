"""The Send API: windows, tags, limits, rates; every accepted message comes back as an echo."""

import json

from webhooks.sandbox.exchange import Part
from webhooks.sandbox.messenger_citizen import MessengerCitizens, mid
from webhooks.sandbox.messenger_shapes import SEND
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Action, Button, Picture
from webhooks.sandbox.stage import Json, SandboxAccount, Stage, digits

WINDOW = 86_400.0
HUMAN_WINDOW = 7 * 86_400.0
_ATTACHMENT_LIFE = 90 * 86_400.0
_MOST_BYTES = {"image": 8 * 1024 * 1024}
_TYPES = {"image": "image/", "audio": "audio/", "video": "video/", "file": ""}


class GraphRefusal(Exception):
    def __init__(self, code: int, message: str, subcode: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.subcode = subcode


class MessengerSends(MessengerCitizens):
    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        super().__init__(account, stage)
        self.personas: set[str] = set()
        self.templates: set[str] = set()
        self.attachments: dict[str, tuple[Picture, float]] = {}

    async def send(self, body: Json, parts: dict[str, Part]) -> Json:
        """One message or one sender action to one person."""
        self.fits(SEND, body)
        if self.crowded("send", 300, 1.0):
            self.broke("too_fast", "more than 300 calls a second")
            raise GraphRefusal(613, "(#613) Calls to this api have exceeded the rate limit.")
        person = self.receiver(body["recipient"]["id"])
        if "sender_action" in body:
            return self._action(person, body)
        if "message" not in body:
            self.broke("missing", "message")
            raise GraphRefusal(100, "(#100) The parameter message is required")
        if "messaging_type" not in body:
            self.broke("missing", "messaging_type")
            raise GraphRefusal(100, "(#100) Parameter messaging_type is required")
        if person.id in self.owners:
            raise GraphRefusal(10, "(#10) Another app is controlling this thread now.", 2018300)
        self._window(person, body)
        if "persona_id" in body and body["persona_id"] not in self.personas:
            self.broke("value", "persona_id")
            raise GraphRefusal(100, "(#100) Invalid persona id")
        message = body["message"]
        media = self._media(message.get("attachment") or {}, parts)
        sent = mid()
        self.echo(person, sent, message, app_id=self.account.secret("APP_ID"))
        template = (message.get("attachment") or {}).get("payload", {})
        words = str(message.get("text") or template.get("text") or _titles(template) or _utility(message))
        buttons = _template_buttons(template)
        bubble_kind = "card" if template.get("template_type") == "generic" else media[0].kind if media else "text"
        await self.show(person, sent, bubble_kind, words, buttons=buttons, media=media)
        person.keyboard = [_quick_reply(each, person) for each in message.get("quick_replies", [])]
        person.once = True
        person.publish()
        answer: Json = {"recipient_id": person.id, "message_id": sent}
        if "filedata" in parts:
            answer["attachment_id"] = self._keep(media[0])
        return answer

    def receiver(self, psid: str) -> Person:
        person = self.people.get(psid)
        if person is None:
            self.broke("unknown_recipient", "psid of nobody")
            raise GraphRefusal(100, "(#100) No matching user found", 2018001)
        if person.blocked:
            raise GraphRefusal(551, "(#551) This person isn't available right now.", 1545041)
        return person

    def _window(self, person: Person, body: Json) -> None:
        quiet = None if person.last_act_at is None else self.stage.now() - person.last_act_at
        kind, tag = body["messaging_type"], body.get("tag")
        if (kind == "MESSAGE_TAG") != (tag is not None):
            self.broke("value", "tag without MESSAGE_TAG, or the reverse")
            raise GraphRefusal(100, "(#100) Invalid messaging_type or tag")
        if kind == "MESSAGE_TAG" and tag not in ("HUMAN_AGENT", "CUSTOMER_FEEDBACK"):
            self.broke("value", "a tag that ended on 27 April 2026")
            raise GraphRefusal(100, "(#100) The message tag is deprecated")
        if kind == "UTILITY":
            name = body["message"].get("template", {}).get("name")
            if name not in self.templates:
                self.broke("value", "no such approved template")
                raise GraphRefusal(100, "(#100) Template does not exist")
            return
        allowed = HUMAN_WINDOW if tag == "HUMAN_AGENT" else WINDOW
        if quiet is None or quiet > allowed:
            self.broke("window", f"{kind} after the window closed")
            raise GraphRefusal(10, "(#10) This message is sent outside of allowed window.", 2018278)

    def _action(self, person: Person, body: Json) -> Json:
        if "message" in body:
            self.broke("value", "sender_action beside message")
            raise GraphRefusal(100, "(#100) sender_action must be alone", 2018014)
        if body["sender_action"] == "mark_seen":
            for bubble in person.bubbles:
                if bubble.mine:
                    person.mark(bubble, "seen")
        if body["sender_action"] in ("typing_on", "typing_off"):
            self.stage.publish(
                "typing",
                {"account": self.account.name, "person": person.id, "on": body["sender_action"] == "typing_on"},
            )
        return {"recipient_id": person.id}

    # -- attachments -------------------------------------------------------------------------------------------

    def save_attachment(self, body: Json, parts: dict[str, Part]) -> Json:
        message = body.get("message")
        if not isinstance(message, dict) or "attachment" not in message:
            self.broke("missing", "message.attachment")
            raise GraphRefusal(100, "(#100) The parameter message is required")
        return {"attachment_id": self._keep(self._media(message["attachment"], parts)[0])}

    def _keep(self, picture: Picture) -> str:
        attachment_id = digits(16)
        self.attachments[attachment_id] = (picture, self.stage.now())
        return attachment_id

    def _media(self, attachment: Json, parts: dict[str, Part]) -> list[Picture]:
        kind = attachment.get("type")
        if kind in (None, "template"):
            return []
        payload = attachment.get("payload", {})
        if "attachment_id" in payload:
            picture, at = self.attachments.get(payload["attachment_id"], (None, 0.0))
            if picture is None or self.stage.now() - at > _ATTACHMENT_LIFE:
                self.broke("value", "attachment_id of nothing")
                raise GraphRefusal(100, "(#100) Invalid attachment id", 2018074)
            return [picture]
        if "url" in payload:
            return [Picture(str(kind), payload["url"].split("?")[0].rsplit("/", 1)[-1])]
        part = parts.get("filedata")
        if part is None:
            self.broke("missing", "filedata")
            raise GraphRefusal(100, "(#100) Attachment file is missing", 2018047)
        if not part.content_type.startswith(_TYPES[str(kind)]):
            self.broke("value", "filedata: its MIME type is of another kind")
            raise GraphRefusal(100, "(#100) Incorrect attachment type", 2018047)
        if len(part.data) > _MOST_BYTES.get(str(kind), 25 * 1024 * 1024):
            self.broke("too_large", str(kind))
            raise GraphRefusal(100, "(#100) Attachment size exceeds allowable limit", 2018109)
        item = self.stage.shelf.put(part.data, part.filename, part.content_type)
        return [Picture(str(kind), part.filename, f"/sandbox/media/{item.key}/{item.name}")]


_ACTION: dict[str, Action] = {"postback": "postback", "web_url": "url", "phone_number": "call"}


def _template_buttons(template: Json) -> list[Button]:
    groups = [template, *template.get("elements", [])]
    return [
        Button(each["title"], _ACTION[each["type"]], each.get("payload") or each.get("url", ""), row=index)
        for group in groups
        for index, each in enumerate(group.get("buttons", []))
    ]


def _titles(template: Json) -> str:
    return "\n\n".join(f"{each['title']}\n{each.get('subtitle', '')}".strip() for each in template.get("elements", []))


def _utility(message: Json) -> str:
    return json.dumps(message["template"], ensure_ascii=False) if "template" in message else ""


def _quick_reply(each: Json, person: Person) -> Button:
    if each["content_type"] == "user_phone_number":
        return Button(f"+{person.phone}", "share_phone")
    if each["content_type"] == "user_email":
        return Button("cong.dan@example.vn", "quick_reply", "cong.dan@example.vn")
    return Button(each["title"], "quick_reply", each["payload"])
