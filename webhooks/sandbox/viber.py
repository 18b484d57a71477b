"""The Viber REST bot API on loopback (the citizen's side is in `viber_citizen`)."""

import re
from collections.abc import Awaitable, Callable

from webhooks.sandbox.courier import Parcel
from webhooks.sandbox.exchange import Call, Reply, Unreadable, answer
from webhooks.sandbox.person import Person
from webhooks.sandbox.phones import Action, Bubble, Button, Picture
from webhooks.sandbox.shapes import Misfit, web_address
from webhooks.sandbox.stage import Json, digits
from webhooks.sandbox.viber_citizen import ViberCitizens, token
from webhooks.sandbox.viber_shapes import EMPTY, GET_ONLINE, JSON_BYTES, SET_WEBHOOK, USER_DETAILS, message

_STATUS = {
    1: "invalidUrl", 2: "invalidAuthToken", 3: "badData", 4: "missingData", 5: "receiverNotRegistered",
    6: "receiverNotSubscribed", 7: "publicAccountBlocked", 8: "publicAccountNotFound", 9: "publicAccountSuspended",
    10: "webhookNotSet", 11: "receiverNoSuitableDevice", 12: "tooManyRequests", 13: "apiVersionNotSupported",
    19: "cannotSendBroadcast", 23: "freeMessagesExceeded", 24: "noBalance",
}  # fmt: skip
_EVERY_EVENT = {
    "subscribed", "unsubscribed", "conversation_started", "client_status", "action", "delivered", "failed", "message", "seen",
}  # fmt: skip
_MANDATORY = {"message", "subscribed", "unsubscribed"}
_ACTIONS: dict[str, Action] = {
    "reply": "reply", "open-url": "url", "open-map": "url", "share-phone": "share_phone",
    "location-picker": "share_location", "none": "none",
}  # fmt: skip


class ViberRefusal(Exception):
    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.detail = detail or _STATUS[status]


class Viber(ViberCitizens):
    @classmethod
    def owns(cls, path: str) -> bool:
        return path.startswith("/pa/")

    def knows(self, call: Call) -> bool:
        return _token_of(call) == self.account.secret("TOKEN")

    @classmethod
    def stranger(cls) -> Reply:
        return _refused(2)

    def fault_reply(self, kind: str) -> Reply:
        if kind == "429":
            return answer({"status": 12, "status_message": "tooManyRequests"}, 429)
        return _refused(int(kind.lstrip("-").split("/")[0]))

    async def answer(self, call: Call) -> Reply:
        if self.revoked:
            return self.stranger()
        calls: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "send_message": self._send_message, "broadcast_message": self._broadcast, "set_webhook": self._set_webhook,
            "get_account_info": self._account_info, "get_user_details": self._user_details, "get_online": self._online,
        }  # fmt: skip
        work = calls.get(call.path.removeprefix("/pa/"))
        if call.method != "POST" or work is None:
            self.broke("unknown_method", call.path)
            return Reply(404, b"Not Found", "text/plain")
        try:
            return answer({"status": 0, "status_message": "ok", **await work(self._read(call))})
        except Misfit as misfit:
            status = 4 if misfit.rule == "missing" else 3
            return _refused(status, f"{_STATUS[status]}: {misfit}")
        except ViberRefusal as refusal:
            return _refused(refusal.status, refusal.detail)

    def _read(self, call: Call) -> Json:
        if len(call.body) > JSON_BYTES:
            self.broke("too_long", f"{len(call.body)} bytes of JSON, at most {JSON_BYTES}")
            raise ViberRefusal(3, "badData: request is too large")
        if call.kind != "application/json":
            self.broke("content_type", call.kind)
            raise ViberRefusal(3, "badData: content type must be application/json")
        try:
            return call.json_object()
        except Unreadable as error:
            self.broke("unreadable", str(error))
            raise ViberRefusal(3) from error

    # -- messages ----------------------------------------------------------------------------------------------

    async def _send_message(self, body: Json) -> Json:
        self.fits(message, body)
        if "receiver" not in body or "broadcast_list" in body:
            self.broke("missing", "receiver")
            raise ViberRefusal(4, "missingData: receiver")
        if not self.courier.url:
            raise ViberRefusal(10)
        if self.crowded("all", 50, 1.0):
            self.broke("too_fast", "more than 50 messages a second")
            raise ViberRefusal(12)
        person = self._receiver(body["receiver"])
        sent = token()
        await self._put(person, body, sent)
        return {"message_token": sent, "chat_hostname": "SN-CHAT-05_", "billing_status": 1}

    async def _broadcast(self, body: Json) -> Json:
        self.fits(message, body)
        if "broadcast_list" not in body or "receiver" in body:
            self.broke("missing", "broadcast_list")
            raise ViberRefusal(4, "missingData: broadcast_list")
        if self.crowded("broadcast", 500, 10.0):
            self.broke("too_fast", "more than 500 broadcasts in 10 seconds")
            raise ViberRefusal(12)
        sent, failed = token(), []
        for receiver in body["broadcast_list"]:
            try:
                await self._put(self._receiver(receiver), body, sent)
            except ViberRefusal as refusal:
                failed.append({"receiver": receiver, "status": refusal.status, "status_message": refusal.detail})
        return {"message_token": sent, "failed_list": failed}

    def _receiver(self, receiver: str) -> Person:
        person = self.people.get(receiver)
        if person is None:
            self.broke("unknown_recipient", "receiver of nobody")
            raise ViberRefusal(5)
        if not person.following:
            raise ViberRefusal(6)
        if self.unanswered.get(person.id, 0) >= 100 and self.stage.now() - self.unanswered_since[person.id] < 3600:
            self.broke("too_fast", "more than 100 messages an hour without an answer")
            raise ViberRefusal(12)
        if self.stage.now() - self.unanswered_since.get(person.id, 0.0) >= 3600:
            self.unanswered[person.id] = 0
            self.unanswered_since[person.id] = self.stage.now()
        return person

    async def _put(self, person: Person, body: Json, sent: int) -> None:
        if body.get("min_api_version", 1) > person.app_version:
            raise ViberRefusal(13)
        self.unanswered[person.id] = self.unanswered.get(person.id, 0) + 1
        await self.put_on_phone(person, body, str(sent))

    async def put_on_phone(self, person: Person, body: Json, ref: str) -> Bubble:
        """The message as the app draws it; its keyboard replaces the one before."""
        kind = str(body.get("type", "keyboard"))
        words = str(body.get("text") or body.get("alt_text") or "")
        media = []
        if "media" in body:
            media.append(Picture(kind, body["media"].rsplit("/", 1)[-1], self._own_media(body["media"])))
        if kind == "contact":
            words = f"{body['contact']['name']} · {body['contact']['phone_number']}"
        if kind == "location":
            words = f"{body['location']['lat']}, {body['location']['lon']}"
        buttons = [_button(each) for each in body.get("rich_media", {}).get("Buttons", [])]
        if "tracking_data" in body:
            person.tracking = body["tracking_data"]
        person.keyboard = keyboard_buttons(body.get("keyboard") or {})
        name = body.get("sender", {}).get("name", "")
        return await self.show(person, ref, kind, words, sender=name, buttons=buttons, media=media)

    def _own_media(self, address: str) -> str:
        base = self.stage.base_for(self.account)
        return address.removeprefix(base) if address.startswith(f"{base}/sandbox/media/") else ""

    # -- the account -------------------------------------------------------------------------------------------

    async def _set_webhook(self, body: Json) -> Json:
        self.fits(SET_WEBHOOK, body)
        url = body["url"]
        if not url:
            self.courier.url = ""
            return {"event_types": []}
        self.fits(web_address(), url, "url")
        before, self.courier.url = self.courier.url, url
        probe = {"event": "webhook", "timestamp": int(digits(19)), "chat_hostname": "SN-CHAT-09_",
                 "message_token": self.stage.now_ms()}  # fmt: skip
        raw = self.encode(probe)
        headers = {"Content-Type": "application/json", **self.signed(raw, probe)}
        status, _, _ = await self.courier.post(Parcel("probe", "webhook", raw, headers, self.stage.now()))
        if status != 200:
            self.courier.url = before
            raise ViberRefusal(1, f"Result[isSuccess=false, error=FAILED, status={status}]")
        wanted = set(body.get("event_types", _EVERY_EVENT)) | _MANDATORY
        self.event_types, self.send_name = wanted, bool(body.get("send_name"))
        return {"chat_hostname": "SN-CHAT-09_", "event_types": sorted({*wanted, "webhook"})}

    async def _account_info(self, body: Json) -> Json:
        self.fits(EMPTY, body)
        return {
            "id": "pa:5700000000000001022", "name": self.account.secret("SENDER_NAME")[:75], "uri": "tongdai1022",
            "category": "Government", "country": "VN", "webhook": self.courier.url, "event_types": sorted(self.event_types),
            "subscribers_count": sum(person.following for person in self.people.values()),
        }  # fmt: skip

    async def _user_details(self, body: Json) -> Json:
        self.fits(USER_DETAILS, body)
        if self.crowded(f"details:{body['id']}", 2, 12 * 3600.0):
            self.broke("too_fast", "more than 2 get_user_details for a user in 12 hours")
            raise ViberRefusal(12)
        person = self._receiver(body["id"])
        return {"message_token": token(), "user": {**self.user(person), "primary_device_os": "Android 14"}}

    async def _online(self, body: Json) -> Json:
        self.fits(GET_ONLINE, body)
        users = []
        for each in body["ids"]:
            person = self.people.get(each)
            state = 4 if person is None or not person.following else 0 if person.open else 1
            users.append(
                {"id": each, "online_status": state, "online_status_message": "online" if state == 0 else "offline"}
            )
        return {"users": users}


def keyboard_buttons(keyboard: Json) -> list[Button]:
    buttons, row, used = [], -1, 6
    for each in keyboard.get("Buttons", []):
        columns = each.get("Columns", 6)
        if used + columns > 6:
            row, used = row + 1, 0
        used += columns
        button = _button(each)
        button.row = row
        buttons.append(button)
    return buttons


def _button(each: Json) -> Button:
    label = re.sub(r"<[^<>]*>", "", each.get("Text", "")) or each["ActionBody"]
    for name, letter in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        label = label.replace(name, letter)
    return Button(label, _ACTIONS[each.get("ActionType", "reply")], each["ActionBody"], silent=bool(each.get("Silent")))


def _token_of(call: Call) -> str:
    header = call.headers.get("x-viber-auth-token", "")
    if header:
        return header
    try:
        return str(call.json_object().get("auth_token", ""))
    except Unreadable:
        return ""


def _refused(status: int, detail: str = "") -> Reply:
    return answer({"status": status, "status_message": detail or _STATUS.get(status, "generalError")})
