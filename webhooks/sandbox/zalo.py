"""The Zalo OA OpenAPI for one Official Account on loopback (the citizen's side is in `zalo_citizen`)."""

import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from webhooks.sandbox.exchange import Call, Reply, Unreadable, answer
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Action, Button, Picture
from webhooks.sandbox.shapes import Misfit
from webhooks.sandbox.stage import Json, SandboxAccount, Stage
from webhooks.sandbox.zalo_articles import ZaloArticles
from webhooks.sandbox.zalo_citizen import msg_id
from webhooks.sandbox.zalo_shapes import ANONYMOUS, CS, REACTION, TAG, USER, USER_LIST, ZaloRefusal

OAUTH_PATH = "/v4/oa/access_token"
FREE_SECONDS, WINDOW_SECONDS = 48 * 3600.0, 7 * 86_400.0
_PER_MINUTE = 4000
_ASSET_SECONDS = 7 * 86_400.0
_UPLOADS = {
    "image": ({"image/jpeg", "image/png"}, 1024 * 1024),
    "gif": ({"image/gif"}, 5 * 1024 * 1024),
    "file": ({"application/pdf", "application/msword", "text/csv",
              "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, 5 * 1024 * 1024),
}  # fmt: skip


class Zalo(ZaloArticles):
    def __init__(self, account: SandboxAccount, stage: Stage) -> None:
        super().__init__(account, stage)
        self.assets: dict[str, tuple[Picture, float]] = {}
        self.tags: dict[str, set[str]] = {}

    @classmethod
    def owns(cls, path: str) -> bool:
        return path.startswith(("/v2.0/oa/", "/v3.0/oa/", "/v2.0/article/", "/v4/oa/"))

    def knows(self, call: Call) -> bool:
        if call.path == OAUTH_PATH:
            try:
                return call.form().get("app_id") == self.account.secret("APP_ID")
            except Unreadable:
                return False
        return self.oauth.is_ours(call.headers.get("access_token", ""))

    @classmethod
    def stranger(cls) -> Reply:
        return answer({"error": -216, "message": "Access token is invalid"})

    def fault_reply(self, kind: str) -> Reply:
        if kind == "429":
            return answer({"error": -32, "message": "Request rate limit exceeded"})
        return answer({"error": int(kind.split("/", maxsplit=1)[0]), "message": "Simulated error"})

    async def answer(self, call: Call) -> Reply:
        if call.path == OAUTH_PATH:
            return self.oauth.answer(call)
        headers = {"X-RateLimit-Limit": str(_PER_MINUTE), "X-RateLimit-Remain": str(_PER_MINUTE - 1)}
        try:
            refused = self.oauth.refusal_of(call.headers.get("access_token", ""))
            if refused:
                raise ZaloRefusal(*refused)
            if self.crowded("all", _PER_MINUTE, 60.0):
                self.broke("too_fast", f"more than {_PER_MINUTE} requests a minute")
                raise ZaloRefusal(-32, "Your application has exceeded the request rate limit")
            data = await self._perform(call)
            return answer({"error": 0, "message": "Success", "data": data}, headers=headers)
        except Misfit as misfit:
            code = -210 if misfit.rule in ("too_long", "too_many") else -201
            return answer({"error": code, "message": f"Parameter {misfit}"}, headers=headers)
        except Unreadable as error:
            self.broke("unreadable", str(error))
            return answer({"error": -201, "message": str(error)}, headers=headers)
        except ZaloRefusal as refusal:
            return answer({"error": refusal.code, "message": refusal.text}, headers=headers)

    async def _perform(self, call: Call) -> Json | list[Json]:
        posts: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "/v3.0/oa/message/cs": self._consult, "/v2.0/oa/message": self._old_message,
            "/v3.0/oa/quota/message": self._quota_of, "/v2.0/oa/tag/tagfollower": self._tag,
            "/v2.0/oa/tag/rmfollowerfromtag": self._untag, "/v2.0/article/create": self.create_article,
            "/v2.0/article/verify": self.verify_article,
        }  # fmt: skip
        gets: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "/v2.0/oa/getoa": self._get_oa, "/v3.0/oa/user/detail": self._detail, "/v3.0/oa/user/getlist": self._list,
            "/v2.0/oa/tag/gettagsofoa": self._all_tags,
        }  # fmt: skip
        if call.method == "POST" and call.path.startswith("/v2.0/oa/upload/"):
            return self._upload(call)
        if call.method == "POST" and call.path in posts:
            if call.kind != "application/json":
                self.broke("content_type", call.kind)
                raise ZaloRefusal(-201, "Content-Type must be application/json")
            return await posts[call.path](call.json_object())
        if call.method == "GET" and call.path in gets:
            return await gets[call.path](self._data(call))
        self.broke("unknown_method", f"{call.method} {call.path}")
        raise ZaloRefusal(-201, "Unknown API")

    def _data(self, call: Call) -> Json:
        if set(call.query) - {"data"}:
            self.broke("unknown_field", "GET parameters travel as one JSON object in data=")
            raise ZaloRefusal(-201, "Parameter data is invalid")
        try:
            found = json.loads(call.query.get("data", "{}"))
        except ValueError as error:
            raise Unreadable("data is not JSON") from error
        if not isinstance(found, dict):
            raise Unreadable("data is not an object")
        return found

    # -- messages ----------------------------------------------------------------------------------------------

    async def _consult(self, body: Json) -> Json:
        self.fits(CS, body)
        person = self._receiver(body["recipient"]["user_id"])
        quota = self._allowance(person)
        message = body["message"]
        buttons, media, form = self._attached(message.get("attachment") or {})
        sent = msg_id()
        self.echo(person, "oa_send_text" if not media else "oa_send_image", sent, message)
        words = str(message.get("text") or (f"{form['title']}\n{form['subtitle']}" if form else ""))
        kind = "form" if form else media[0].kind if media else "text"
        await self.show(person, sent, kind, words, buttons=buttons, media=media)
        data: Json = {"message_id": sent, "user_id": person.id, "sent_time": str(self.stage.now_ms())}
        return {**data, "quota": quota} if quota else data

    def _receiver(self, user_id: str) -> Person:
        person = self.people.get(user_id)
        if person is None or person.anonymous:
            self.broke("unknown_recipient", "user_id of nobody")
            raise ZaloRefusal(-201, "user_id is invalid")
        if person.blocked:
            raise ZaloRefusal(-217, "User has blocked this OA")
        return person

    def _allowance(self, person: Person) -> Json:
        now = self.stage.now()
        if person.last_act_at is None:
            sent = person.notes.get("welcomes", 0)
            if not person.following or sent >= 3:
                self.broke("window", "a user who never interacted")
                raise ZaloRefusal(-232, "User has no interaction with the OA or the interaction has expired")
            person.notes["welcomes"] = sent + 1
            return {"quota_type": "welcome_msg", "remain": str(2 - sent), "total": "3"}
        quiet = now - person.last_act_at
        if quiet > WINDOW_SECONDS:
            self.broke("window", "no interaction in 7 days")
            raise ZaloRefusal(-230, "User has not interacted with the OA in the past 7 days")
        return {"quota_type": "reply", "remain": "8", "total": "8"} if quiet <= FREE_SECONDS else {}

    def _attached(self, attachment: Json) -> tuple[list[Button], list[Picture], Json]:
        payload = attachment.get("payload", {})
        if attachment.get("type") == "file":
            return [], [self._asset(payload["token"])], {}
        if payload.get("template_type") == "request_user_info":
            return [Button("Điền thông tin", "form")], [], payload["elements"][0]
        if payload.get("template_type") == "media":
            element = payload["elements"][0]
            if element["media_type"] == "sticker":
                return [], [Picture("sticker", "sticker")], {}
            if "attachment_id" in element:
                return [], [self._asset(element["attachment_id"])], {}
            return [], [Picture("photo", element["url"].rsplit("/", 1)[-1])], {}
        return [zalo_button(each, row) for row, each in enumerate(payload.get("buttons", []))], [], {}

    def _asset(self, key: str) -> Picture:
        picture, at = self.assets.get(key, (None, 0.0))
        if picture is None or self.stage.now() - at > _ASSET_SECONDS:
            self.broke("value", "an attachment id that expired or never was")
            raise ZaloRefusal(-100, "Attachment id is invalid or expired")
        return picture

    async def _old_message(self, body: Json) -> Json:
        found = body.get("recipient")
        recipient: Json = found if isinstance(found, dict) else {}
        if "target" in recipient:
            return await self.broadcast(body)
        if "sender_action" in body:
            self.fits(REACTION, body)
            person = self._receiver(recipient["user_id"])
            bubble = next(
                (each for each in person.bubbles if each.ref == body["sender_action"]["react_message_id"]), None
            )
            if bubble is not None:
                bubble.reaction = "" if body["sender_action"]["react_icon"] == "/-remove" else "👍"
                person.publish(bubble)
            return {"message_id": msg_id()}
        if "anonymous_id" in recipient:
            self.fits(ANONYMOUS, body)
            person_or_none = self.people.get(recipient["anonymous_id"])
            if person_or_none is None or person_or_none.notes.get("conversation_id") != recipient["conversation_id"]:
                self.broke("unknown_recipient", "anonymous_id or conversation_id of nobody")
                raise ZaloRefusal(-201, "anonymous_id is invalid")
            sent = msg_id()
            self.echo(person_or_none, "oa_send_anonymous_text", sent, body["message"])
            await self.show(person_or_none, sent, "text", body["message"]["text"])
            return {"message_id": sent}
        self.broke("unknown_method", "the v2 one-to-one message API is shut down")
        raise ZaloRefusal(-240, "This API has been shut down, please use v3.0")

    # -- the rest ----------------------------------------------------------------------------------------------

    def _upload(self, call: Call) -> Json:
        kind = call.path.rsplit("/", 1)[-1]
        types, most = _UPLOADS.get(kind, (set[str](), 0))
        parts = call.multipart()
        part = parts.get("file")
        if part is None or set(parts) != {"file"} or not types:
            self.broke("missing", "multipart field file")
            raise ZaloRefusal(-201, "Parameter file is invalid")
        if len(part.data) > most:
            self.broke("too_large", kind)
            raise ZaloRefusal(-210, f"{kind} exceeds {most} bytes")
        if part.content_type not in types:
            self.broke("value", f"{kind}: type not allowed")
            raise ZaloRefusal(-201, "File type is not supported")
        item = self.stage.shelf.put(part.data, part.filename, part.content_type)
        key = secrets.token_urlsafe(24)
        shown = "photo" if kind != "file" else "file"
        self.assets[key] = (Picture(shown, part.filename, f"/sandbox/media/{item.key}/{item.name}"), self.stage.now())
        return {"token" if kind == "file" else "attachment_id": key}

    async def _get_oa(self, _data: Json) -> Json:
        return {"oa_id": self.account.secret("OA_ID"), "name": "Tổng đài 1022", "is_verified": True, "oa_type": 4,
                "num_follower": sum(person.following for person in self.people.values())}  # fmt: skip

    async def _detail(self, data: Json) -> Json:
        self.fits(USER, data, "data")
        person = self._receiver(data["user_id"])
        last = datetime.fromtimestamp(person.last_act_at or self.stage.now(), UTC).strftime("%d/%m/%Y")
        return {
            "user_id": person.id, "user_id_by_app": person.notes.get("by_app", ""), "display_name": person.name,
            "user_is_follower": person.following, "is_sensitive": False, "user_last_interaction_date": last, "avatar": "",
            "shared_info": person.notes.get("shared", {}),
            "tags_and_notes_info": {"tag_names": sorted(t for t, ids in self.tags.items() if person.id in ids), "notes": []},
        }  # fmt: skip

    async def _list(self, data: Json) -> Json:
        self.fits(USER_LIST, data, "data")
        everyone = [person for person in self.people.values() if not person.anonymous]
        if data.get("tag_name"):
            everyone = [person for person in everyone if person.id in self.tags.get(data["tag_name"], set())]
        shown = everyone[data["offset"] : data["offset"] + data["count"]]
        return {"total": len(everyone), "count": len(shown), "offset": data["offset"],
                "users": [{"user_id": person.id} for person in shown]}  # fmt: skip

    async def _quota_of(self, body: Json) -> Json:
        self.fits(USER, body)
        person = self._receiver(body["user_id"])
        return {"last_interaction": str(int((person.last_act_at or 0) * 1000))}

    async def _tag(self, body: Json) -> Json:
        self.fits(TAG, body)
        self.tags.setdefault(body["tag_name"], set()).add(self._receiver(body["user_id"]).id)
        return {}

    async def _untag(self, body: Json) -> Json:
        self.fits(TAG, body)
        self.tags.get(body["tag_name"], set()).discard(body["user_id"])
        return {}

    async def _all_tags(self, _data: Json) -> Json:
        return {"tags": sorted(self.tags)}


_ACTION: dict[str, Action] = {"oa.query.show": "reply", "oa.query.hide": "reply", "oa.open.url": "url",
                              "oa.open.phone": "call", "oa.open.sms": "call"}  # fmt: skip


def zalo_button(each: Json, row: int) -> Button:
    payload = each["payload"]
    text = payload if isinstance(payload, str) else str(payload.get("url") or payload.get("phone_code"))
    return Button(each["title"], _ACTION[each["type"]], text, silent=each["type"] == "oa.query.hide", row=row)
