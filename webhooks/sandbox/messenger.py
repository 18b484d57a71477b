"""The Graph API for one Page on loopback: tokens, edges, errors (sending is in `messenger_send`)."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import quote

from webhooks.sandbox.exchange import Call, Part, Reply, Unreadable, answer
from webhooks.sandbox.messenger_citizen import INBOX_APP_ID
from webhooks.sandbox.messenger_send import GraphRefusal, MessengerSends
from webhooks.sandbox.messenger_shapes import (
    DELETE_PROFILE,
    FIELDS,
    MESSAGE_TEMPLATE,
    PERSONA,
    PROFILE,
    PROFILE_FIELDS,
    THREAD,
    USER_SETTINGS,
)
from webhooks.sandbox.shapes import Misfit, web_address
from webhooks.sandbox.stage import Json, digits

_VERSION = re.compile(r"/v(\d+)\.(\d+)/")
_ZALO = ("/v2.0/oa", "/v3.0/oa", "/v2.0/article", "/v4/oa")
_LIVING = range(21, 27)
_STRUCTURED = ("recipient", "message", "payload", "reply_to", "thread_control", "fields", "persistent_menu", "greeting",
               "get_started", "ice_breakers", "components", "whitelisted_domains", "psid_list")  # fmt: skip


class Messenger(MessengerSends):
    @classmethod
    def owns(cls, path: str) -> bool:
        return _VERSION.match(path) is not None and not path.startswith(_ZALO)

    def knows(self, call: Call) -> bool:
        token, _ = _token_of(call)
        app_token = f"{self.account.secret('APP_ID')}|{self.account.secret('APP_SECRET')}"
        return token in (self.account.secret("PAGE_TOKEN"), app_token) and bool(token)

    @classmethod
    def stranger(cls) -> Reply:
        return _refused(GraphRefusal(190, "Invalid OAuth access token."))

    def fault_reply(self, kind: str) -> Reply:
        code, _, sub = ("613" if kind == "429" else kind.lstrip("-")).partition("/")
        return _refused(GraphRefusal(int(code), "Simulated error", int(sub) if sub else None))

    async def answer(self, call: Call) -> Reply:
        if self.revoked:
            return _refused(
                GraphRefusal(190, "The session has been invalidated because the user changed the password.", 460)
            )
        try:
            version = _VERSION.match(call.path)
            if version is None or int(version[1]) not in _LIVING:
                self.broke("version", call.path)
                raise GraphRefusal(2635, "You are calling a deprecated version of the API.")
            body, parts = self._read(call)
            node, _, edge = call.path[version.end() :].partition("/")
            document = await self._edge(call.method, node, edge, body, parts)
            usage = json.dumps({self.account.secret("PAGE_ID"): [{
                "type": "messenger", "call_count": 1, "total_cputime": 1, "total_time": 1,
                "estimated_time_to_regain_access": 0}]})  # fmt: skip
            return answer(document, headers={"X-Business-Use-Case-Usage": usage})
        except Misfit as misfit:
            return _refused(GraphRefusal(100, f"(#100) Param {misfit}"))
        except Unreadable as error:
            self.broke("unreadable", str(error))
            return _refused(GraphRefusal(100, f"(#100) {error}"))
        except GraphRefusal as refusal:
            return _refused(refusal)

    def _read(self, call: Call) -> tuple[Json, dict[str, Part]]:
        """Parameters from query and body in one, without the credentials, which are checked here."""
        parts: dict[str, Part] = {}
        body: Json = {}
        if call.kind == "application/json":
            body = call.json_object()
        elif call.kind == "multipart/form-data":
            parts = call.multipart()
            body = _from_form({name: part.data.decode() for name, part in parts.items() if not part.filename})
        elif call.body:
            body = _from_form(call.form())
        body = {**_from_form(call.query), **body}
        body.pop("access_token", None)
        token, in_address = _token_of(call)
        if in_address:
            self.broke("token_in_address", "a query string ends in logs")
        proof = body.pop("appsecret_proof", None)
        if "|" not in token:
            want = hmac.new(self.account.secret("APP_SECRET").encode(), token.encode(), hashlib.sha256).hexdigest()
            if proof is None:
                self.broke("missing", "appsecret_proof")
                raise GraphRefusal(100, "API calls from the server require an appsecret_proof argument")
            if not isinstance(proof, str) or not hmac.compare_digest(want.encode(), proof.encode()):
                self.broke("value", "appsecret_proof")
                raise GraphRefusal(100, "Invalid appsecret_proof provided in the API argument")
        return body, parts

    async def _edge(  # noqa: C901 - one case per edge
        self, method: str, node: str, edge: str, body: Json, parts: dict[str, Part]
    ) -> Json:
        page, app = self.account.secret("PAGE_ID"), self.account.secret("APP_ID")
        if node == app and edge == "subscriptions":
            return await self._subscribe_app(method, body)
        if node == "debug_token":
            return {"data": {"app_id": app, "is_valid": not self.revoked, "type": "PAGE", "expires_at": 0}}
        if node not in ("me", page):
            if edge or method != "GET" or node not in self.people:
                self.broke("unknown_node", edge or "profile")
                raise GraphRefusal(100, f"Unsupported {method.lower()} request.", 33)
            return self._profile_of(node, body)
        match method, edge:
            case "POST", "messages":
                return await self.send(body, parts)
            case "POST", "message_attachments":
                return self.save_attachment(body, parts)
            case "GET", "":
                return {"id": page, "name": "1022"}
            case _, "subscribed_apps":
                return self._subscribed_apps(method, body)
            case _, "messenger_profile":
                return self._messenger_profile(method, body)
            case "POST", "custom_user_settings":
                self.fits(USER_SETTINGS, body)
                self.receiver(body["psid"])
                return {"result": "success"}
            case "GET", "thread_owner":
                owner = self.owners.get(str(body.get("recipient")), int(app))
                return {"data": [{"thread_owner": {"app_id": str(owner)}}]}
            case "POST", (
                "pass_thread_control" | "take_thread_control" | "release_thread_control" | "request_thread_control"
            ):
                self.fits(THREAD, body)
                person = self.receiver(body["recipient"]["id"])
                if edge == "take_thread_control" and not self.routed:
                    raise GraphRefusal(27, "take_thread_control is blocked without a default app")
                if edge == "take_thread_control":
                    self.owners.pop(person.id, None)
                if edge == "pass_thread_control" and self.routed and body.get("target_app_id") != app:
                    self.owners[person.id] = int(body.get("target_app_id") or INBOX_APP_ID)
                return {"success": True}
            case "POST", "personas":
                self.fits(PERSONA, body)
                self.personas.add(persona := digits(16))
                return {"id": persona}
            case "POST", "message_templates":
                self.fits(MESSAGE_TEMPLATE, body)
                self.templates.add(body["name"])
                return {"id": digits(15), "status": "APPROVED", "category": "UTILITY"}
            case "GET", "conversations":
                return {"data": [{"id": f"t_{person.id}"} for person in self.people.values()][:20]}
            case _:
                self.broke("unknown_method", f"{method} {edge}")
                raise GraphRefusal(100, f"Unsupported {method.lower()} request.", 33)

    async def _subscribe_app(self, method: str, body: Json) -> Json:
        if method != "POST":
            return {"data": [{"object": "page", "callback_url": self.courier.url, "active": True}]}
        url = body.get("callback_url", "")
        self.fits(web_address(), url, "callback_url")
        challenge = digits(10)
        query = (
            f"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={quote(str(body.get('verify_token', '')))}"
        )
        status, said = await self.courier.get(f"{url}?{query}")
        if status != 200 or said != challenge.encode():
            self.broke("handshake", f"status {status}")
            raise GraphRefusal(2200, "(#2200) Callback verification failed")
        self.courier.url = url
        return {"success": True}

    def _subscribed_apps(self, method: str, body: Json) -> Json:
        if method == "GET":
            fields = sorted(self.fields) if self.subscribed else []
            app = {"id": self.account.secret("APP_ID"), "name": "tongdai", "subscribed_fields": fields}
            return {"data": [app] if self.subscribed else []}
        if method == "DELETE":
            self.subscribed = False
            return {"success": True}
        wanted = body.get("subscribed_fields", "")
        names = set(wanted if isinstance(wanted, list) else str(wanted).split(","))
        if not names or names - FIELDS:
            self.broke("value", "subscribed_fields")
            raise GraphRefusal(100, "(#100) Param subscribed_fields must be one of {…}")
        if "response_feedback" in names:
            self.broke("value", "subscribed_fields: response_feedback puts thumbs under every message")
        self.fields, self.subscribed = names, True
        return {"success": True}

    def _messenger_profile(self, method: str, body: Json) -> Json:
        if self.crowded("profile", 10, 600.0):
            self.broke("too_fast", "more than 10 profile calls in 10 minutes")
            raise GraphRefusal(613, "(#613) Calls to this api have exceeded the rate limit.")
        if method == "GET":
            names = str(body.get("fields", "")).split(",")
            return {"data": [{name: self.profile[name] for name in names if name in self.profile}]}
        if method == "DELETE":
            self.fits(DELETE_PROFILE, body)
            for name in body["fields"]:
                self.profile.pop(name, None)
            return {"result": "success"}
        self.fits(PROFILE, body)
        if "persistent_menu" in body and "get_started" not in {**self.profile, **body}:
            self.broke("missing", "the menu needs get_started first")
            raise GraphRefusal(100, "(#100) You must set a Get Started button if you also wish to use persistent menu")
        self.profile.update({name: value for name, value in body.items() if name in PROFILE_FIELDS})
        return {"result": "success"}

    def _profile_of(self, psid: str, body: Json) -> Json:
        names = str(body.get("fields", "first_name,last_name,profile_pic")).split(",")
        allowed = {"first_name", "last_name", "profile_pic", "name", "id"}
        if set(names) - allowed:
            self.broke("unknown_field", "fields of a profile")
            raise GraphRefusal(100, "(#100) Tried accessing nonexisting field")
        last, _, first = self.people[psid].name.partition(" ")
        full: Json = {"first_name": first, "last_name": last, "name": self.people[psid].name}
        return {"id": psid, **{name: full[name] for name in names if name in full}}


def _from_form(fields: Mapping[str, str]) -> Json:
    found: Json = {}
    for name, value in fields.items():
        found[name] = value
        if name in _STRUCTURED and value[:1] in "[{":
            try:
                found[name] = json.loads(value)
            except ValueError as error:
                raise Misfit(name, "kind", "is not JSON") from error
    return found


def _token_of(call: Call) -> tuple[str, bool]:
    """The access token, and whether it stood in the address."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value, False
    if "access_token" in call.query:
        return call.query["access_token"], True
    try:
        if call.kind == "application/json":
            return str(call.json_object().get("access_token", "")), False
        if call.kind == "multipart/form-data":
            part = call.multipart().get("access_token")
            return part.data.decode() if part else "", False
        return call.form().get("access_token", "") if call.body else "", False
    except Unreadable:
        return "", False


def _refused(refusal: GraphRefusal) -> Reply:
    error: Json = {
        "message": refusal.message,
        "type": "OAuthException",
        "code": refusal.code,
        "fbtrace_id": f"A{digits(10)}",
    }
    if refusal.subcode:
        error["error_subcode"] = refusal.subcode
    return answer({"error": error}, 400)
