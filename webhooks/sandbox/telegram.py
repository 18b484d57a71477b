"""The Telegram Bot API on loopback: methods as the gateway calls them (the citizen's side is in `telegram_citizen`)."""

import json
import re
import secrets
from collections.abc import Awaitable, Callable

from webhooks.sandbox.exchange import Call, Part, Reply, Unreadable, answer
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Bubble, Button, Picture
from webhooks.sandbox.shapes import Misfit, record, web_address
from webhooks.sandbox.stage import Json, SandboxAccount, Stage
from webhooks.sandbox.telegram_answers import TelegramRefusal, inline_buttons, refused, reply_button, wording
from webhooks.sandbox.telegram_business import WINDOW_SECONDS
from webhooks.sandbox.telegram_citizen import CALLBACK_SECONDS, DEFAULT_UPDATES, TelegramCitizens
from webhooks.sandbox.telegram_shapes import METHODS, PHOTO_BYTES, UPLOAD_BYTES, Method, from_form, plain_of_html

_NOT_IN_ANSWERS = {"setWebhook", "deleteWebhook", "close", "logOut"}
_BURST, _ALL_PER_SECOND, _GROUP_PER_MINUTE = 3, 30, 20


class Telegram(TelegramCitizens):
    """One bot. Also serves its files under `/file/bot<token>/<path>`."""

    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        super().__init__(account, stage)
        self._allowance: dict[str, tuple[float, float]] = {}
        self.migrated: dict[int, int] = {}
        self.commands: list[Json] = []

    @classmethod
    def owns(cls, path: str) -> bool:
        return path.startswith(("/bot", "/file/bot"))

    def knows(self, call: Call) -> bool:
        return re.split(r"/(?:file/)?bot", call.path, maxsplit=1)[-1].split("/")[0] == self.account.secret("TOKEN")

    @classmethod
    def stranger(cls) -> Reply:
        return refused(401, "Unauthorized")

    def fault_reply(self, kind: str) -> Reply:
        if kind == "429":
            return refused(429, "Too Many Requests: retry after 1", retry_after=1)
        code = int(kind.lstrip("-").split("/")[0])
        return refused(
            code, {403: "Forbidden: bot was blocked by the user", 401: "Unauthorized"}.get(code, "Bad Request")
        )

    async def answer(self, call: Call) -> Reply:
        if self.revoked:
            return self.stranger()
        if call.path.startswith("/file/"):
            return self._file(call)
        name = call.path.split("/")[-1]
        method = METHODS.get(name)
        if method is None:
            self.broke("unknown_method", name)
            return refused(404, "Not Found: method not found")
        try:
            parameters, files = self._read(call, method)
            return answer({"ok": True, "result": await self._perform(name, method, parameters, files)})
        except (Misfit, Unreadable) as error:
            if isinstance(error, Unreadable):
                self.broke("unreadable", str(error))
            return refused(400, f"Bad Request: {wording(error)}")
        except TelegramRefusal as refusal:
            return refused(refusal.status, refusal.description, **refusal.parameters)

    async def execute(self, body: bytes) -> None:
        """A method in the answer to an update is carried out; its result is never seen (Bot API, 2026)."""
        try:
            parameters = json.loads(body)
        except ValueError:
            return  # an ordinary answer
        if not isinstance(parameters, dict) or "method" not in parameters:
            return
        name = str(parameters.pop("method"))
        if name.startswith("get") or name in _NOT_IN_ANSWERS:
            self.broke("value", f"{name} in the answer to an update")
            return
        path = f"/bot{self.account.secret('TOKEN')}/{name}"
        headers = {"content-type": "application/json"}
        await self.answer(Call("POST", path, {}, headers, json.dumps(parameters).encode()))

    def _read(self, call: Call, method: Method) -> tuple[Json, dict[str, Part]]:
        files: dict[str, Part] = {}
        if call.kind == "multipart/form-data":
            parts = call.multipart()
            files = {name: part for name, part in parts.items() if part.filename}
            fields = {name: part.data.decode() for name, part in parts.items() if not part.filename}
            parameters = from_form(fields)
        elif call.kind == "application/json":
            parameters = call.json_object()
        elif call.body:
            parameters = from_form(call.form())
        else:
            parameters = from_form(call.query)
        for name in method.files:
            if name in files:
                parameters.setdefault(name, f"attach://{name}")
        self.fits(record(method.required, method.optional), parameters)
        for name, part in files.items():
            if len(part.data) > (PHOTO_BYTES if name == "photo" else UPLOAD_BYTES):
                self.broke("too_large", name)
                raise TelegramRefusal(413, "Request Entity Too Large")
        return parameters, files

    async def _perform(self, name: str, method: Method, parameters: Json, files: dict[str, Part]) -> object:
        if method.sends:
            return await self._send(name, method, parameters, files)
        special: dict[str, Callable[[Json], Awaitable[object]]] = {
            "getMe": self._get_me, "setWebhook": self._set_webhook, "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info, "getUpdates": self._get_updates,
            "answerCallbackQuery": self._answer_callback, "getFile": self._get_file,
            "editMessageText": self._edit, "editMessageReplyMarkup": self._edit, "deleteMessage": self._delete,
            "createForumTopic": self._create_topic, "getMyCommands": self._get_commands, "setMyCommands": self._set_commands,
        }  # fmt: skip
        if name in special:
            return await special[name](parameters)
        if "chat_id" in parameters:
            self._chat(parameters["chat_id"])
        return True

    # -- sending -----------------------------------------------------------------------------------------------

    def _chat(self, chat_id: int) -> Person:
        if chat_id in self.migrated:
            raise TelegramRefusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.migrated[chat_id],
            )
        person = self.people.get(str(chat_id))
        if person is None:
            self.broke("unknown_recipient", "chat_id of nobody")
            raise TelegramRefusal(400, "Bad Request: chat not found")
        if person.blocked:
            raise TelegramRefusal(403, "Forbidden: bot was blocked by the user")
        if not person.started:
            self.broke("initiated", "a bot can't write first")
            raise TelegramRefusal(403, "Forbidden: bot can't initiate conversation with a user")
        return person

    def _pace(self, chat_id: int) -> None:
        wait = self.crowded("all", _ALL_PER_SECOND, 1.0)
        if chat_id < 0:
            wait = wait or self.crowded(f"group:{chat_id}", _GROUP_PER_MINUTE, 60.0)
        elif not wait:
            now = self.stage.now()
            left, since = self._allowance.get(str(chat_id), (float(_BURST), now))
            left = min(_BURST, left + max(now - since, 0.0))
            wait = 0.0 if left >= 1 else 1 - left
            self._allowance[str(chat_id)] = (left - 1 if left >= 1 else left, now)
        if wait:
            self.broke("too_fast", "more than 1 message/s to a chat, 20/min to a group or 30/s over all")
            seconds = max(1, round(wait + 0.5))
            raise TelegramRefusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    async def _send(self, name: str, method: Method, parameters: Json, files: dict[str, Part]) -> object:
        person = self._chat(parameters["chat_id"])
        self._business(person, parameters)
        self._pace(parameters["chat_id"])
        words = str(parameters.get("text") or parameters.get("caption") or "")
        if parameters.get("parse_mode") == "HTML":
            try:
                words = plain_of_html(words)
            except Misfit as misfit:
                self.broke("entities", str(misfit))
                raise
        if name == "sendMessage" and not words.strip():
            self.broke("missing", "text")
            raise TelegramRefusal(400, "Bad Request: message text is empty")
        for entity in parameters.get("entities", []):
            if entity["offset"] + entity["length"] > len(words.encode("utf-16-le")) // 2:
                self.broke("entities", "an entity reaches beyond the text")
                raise TelegramRefusal(400, "Bad Request: can't parse entities")
        media = [self._picture(kind, parameters[kind], files.get(kind)) for kind in method.files]
        media += [self._picture(item["type"], item["media"], None) for item in parameters.get("media", [])]
        if name == "sendMediaGroup":
            words = str(next((item["caption"] for item in parameters["media"] if "caption" in item), ""))
        kind = "text" if name == "sendMessage" else "location" if name == "sendLocation" else "photo"
        if name == "copyMessage":
            words = self._copied(parameters)
        message_ids = [int(self.message_ref()) for _ in range(len(media) if name == "sendMediaGroup" else 1)]
        buttons = self._markup(person, parameters.get("reply_markup") or {})
        self.echo(person, str(message_ids[-1]), words, by_bot=True)
        bubble = await self.show(person, str(message_ids[-1]), kind, words, buttons=buttons, media=media)
        sent = [self._sent(person, each, bubble, name, parameters) for each in message_ids]
        return (
            sent if name == "sendMediaGroup" else {"message_id": message_ids[0]} if name == "copyMessage" else sent[0]
        )

    def _business(self, person: Person, parameters: Json) -> None:
        connection = person.notes.get("connection")
        if parameters.get("business_connection_id") != connection:
            self.broke("value", "business_connection_id of another chat, or none")
            raise TelegramRefusal(400, "Bad Request: business connection not found")
        if connection is None:
            return
        if person.last_act_at is None or self.stage.now() - person.last_act_at > WINDOW_SECONDS:
            self.broke("window", "a business chat without a word for 24 hours")
            raise TelegramRefusal(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING")
        if "keyboard" in (parameters.get("reply_markup") or {}):
            self.broke("value", "no reply keyboards in business chats")
            raise TelegramRefusal(400, "Bad Request: reply keyboards can't be sent on behalf of a business account")

    def _sent(self, person: Person, message_id: int, bubble: Bubble, name: str, parameters: Json) -> Json:
        chat = {"id": int(person.id), "first_name": person.name, "type": "private"}
        sent: Json = {"message_id": message_id, "from": self.bot(), "chat": chat, "date": int(self.stage.now())}
        if name == "sendMessage":
            sent["text"] = bubble.text
        if "connection" in person.notes:
            sent["business_connection_id"] = person.notes["connection"]
        if isinstance(parameters.get("reply_markup"), dict) and "inline_keyboard" in parameters["reply_markup"]:
            sent["reply_markup"] = parameters["reply_markup"]
        return sent

    def _copied(self, parameters: Json) -> str:
        source = self._chat(parameters["from_chat_id"])
        found = next((each for each in source.bubbles if each.ref == str(parameters["message_id"])), None)
        if found is None:
            raise TelegramRefusal(400, "Bad Request: message to copy not found")
        return found.text

    def _picture(self, kind: str, source: str, part: Part | None) -> Picture:
        if part is not None:
            item = self.stage.shelf.put(part.data, part.filename, part.content_type)
            return Picture(kind, part.filename, f"/sandbox/media/{item.key}/{item.name}")
        if source in self.files:
            item = self.files[source]
            return Picture(kind, item.name, f"/sandbox/media/{item.key}/{item.name}")
        if "://" not in source:
            self.broke("value", f"{kind}: wrong file identifier")
            raise TelegramRefusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
        self.fits(web_address(2048, schemes=("https", "http")), source, kind)
        return Picture(kind, source.rsplit("/", 1)[-1])

    def _markup(self, person: Person, markup: Json) -> list[Button]:
        if "remove_keyboard" in markup:
            person.keyboard = []
        if "keyboard" in markup:
            person.once = bool(markup.get("one_time_keyboard"))
            person.keyboard = [reply_button(each, row) for row, line in enumerate(markup["keyboard"]) for each in line]
        return inline_buttons(markup)

    async def _edit(self, parameters: Json) -> object:
        person = self._chat(parameters["chat_id"])
        bubble = next((each for each in person.inbox if each.ref == str(parameters["message_id"])), None)
        if bubble is None:
            raise TelegramRefusal(400, "Bad Request: message to edit not found")
        words = str(parameters.get("text", bubble.text))
        if parameters.get("parse_mode") == "HTML":
            words = plain_of_html(words)
        buttons = inline_buttons(parameters.get("reply_markup") or {})
        if words == bubble.text and [each.payload for each in buttons] == [each.payload for each in bubble.buttons]:
            raise TelegramRefusal(400, "Bad Request: message is not modified")
        bubble.text, bubble.buttons, bubble.edited = words, buttons, words != bubble.text
        person.publish(bubble)
        return {
            "message_id": int(bubble.ref),
            "chat": {"id": int(person.id), "type": "private"},
            "date": int(bubble.at),
        }

    async def _delete(self, parameters: Json) -> object:
        person = self._chat(parameters["chat_id"])
        person.bubbles = [each for each in person.bubbles if each.ref != str(parameters["message_id"])]
        person.publish()
        return True

    # -- the rest ----------------------------------------------------------------------------------------------

    async def _get_me(self, _parameters: Json) -> object:
        return {
            **self.bot(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _set_webhook(self, parameters: Json) -> object:
        url = parameters["url"]
        if url:
            self.fits(web_address(2048), url, "url")
        self.courier.url = url
        self.secret_token = parameters.get("secret_token", "")
        self.stage.wire.hide([self.secret_token])
        if url and not self.secret_token:
            self.broke("missing", "secret_token: anybody could post to this webhook")
        if "allowed_updates" in parameters:
            self.allowed = set(parameters["allowed_updates"]) or set(DEFAULT_UPDATES)
        return True

    async def _delete_webhook(self, _parameters: Json) -> object:
        self.courier.url = ""
        return True

    async def _webhook_info(self, _parameters: Json) -> object:
        return {
            "url": self.courier.url, "has_custom_certificate": False, "pending_update_count": self.courier.waiting_for_retry,
            "max_connections": 40, "allowed_updates": sorted(self.allowed),
        }  # fmt: skip

    async def _get_updates(self, _parameters: Json) -> object:
        self.broke("polling", "getUpdates beside a webhook")
        raise TelegramRefusal(
            409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
        )

    async def _answer_callback(self, parameters: Json) -> object:
        asked = self.callbacks.pop(parameters["callback_query_id"], None)
        if asked is None or self.stage.now() - asked > CALLBACK_SECONDS:
            raise TelegramRefusal(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        return True

    async def _get_file(self, parameters: Json) -> object:
        item = self.files.get(parameters["file_id"])
        if item is None:
            self.broke("value", "file_id of nothing")
            raise TelegramRefusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        path = f"{item.content_type.split('/')[0]}/{item.key}_{item.name}"
        return {
            "file_id": parameters["file_id"],
            "file_unique_id": item.key[:14],
            "file_size": len(item.data),
            "file_path": path,
        }

    def _file(self, call: Call) -> Reply:
        item = self.stage.shelf.get(call.path.rsplit("/", 1)[-1][:22])
        if item is None:
            return refused(404, "Not Found")
        return Reply(200, item.data, "application/octet-stream")

    async def _create_topic(self, parameters: Json) -> object:
        return {"message_thread_id": secrets.randbelow(10**6) + 2, "name": parameters["name"], "icon_color": 7322096}

    async def _set_commands(self, parameters: Json) -> object:
        self.commands = list(parameters["commands"])
        return True

    async def _get_commands(self, _parameters: Json) -> object:
        return self.commands
