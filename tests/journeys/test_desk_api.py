"""The API as a whole: what its document says is what it does, whatever it is sent."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.api import callers, conversation_of
from kit.api_server import Server, api_server
from kit.effort import examples
from kit.sites import site
from kit.town import town

from conversation.slots import e164
from webhooks.api.access import Allowance
from webhooks.api.models import Link, Problem, bodies_for
from webhooks.desk.wanted_announcement import is_address

pytestmark = pytest.mark.journey

JSON = "application/json"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with api_server(tmp_path_factory.mktemp("api")) as running:
        yield running


def test_every_call_stands_in_the_document_with_what_it_takes(server: Server) -> None:
    status, kind, document = server.call("GET", "/api/openapi.json", Authorization="")
    assert (status, kind, document["openapi"]) == (200, JSON, "3.1.0")
    told = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert told == {(one.path, one.method) for one in server.operations}
    for contract in (
        ("/conversations", "GET"),
        ("/conversations/{id}", "GET"),
        ("/conversations/{id}/messages", "GET"),
        ("/conversations/{id}/takeover", "POST"),
        ("/conversations/{id}/handback", "POST"),
        ("/conversations/{id}/messages", "POST"),
        ("/tickets", "GET"),
        ("/tickets", "POST"),
        ("/tickets/{code}", "GET"),
        ("/tickets/{code}", "PATCH"),
        ("/stats", "GET"),
    ):
        assert contract in told
    ticket = document["components"]["schemas"]["TicketChange"]
    assert "lighting" in json.dumps(ticket["properties"]["category"])


WRONG: list[dict[str, Any]] = [
    {"title": "\u0085"},  # a space for Python alone
    {"text": "\ufeff"},  # and one for JavaScript alone
    {"audience": {"languages": ["fr"]}},
    {"texts": {"vi": "Xin chào"}},  # the site's first language is in `text`
    {"link": {"label": "\u001f", "url": "https://example.org"}},
]


def wrong(**given: Any) -> bytes:
    return json.dumps({"title": "Cúp nước", "text": "Ngày mai", **given}).encode()


def test_every_refusal_is_a_problem_document(server: Server) -> None:
    refusals = [
        (401, server.call("GET", "/api/v1/tickets", Authorization="")),
        (401, server.call("GET", "/api/v1/tickets", Authorization="Bearer nobody")),
        (401, server.call("GET", "/api/v1/tickets", Authorization="Basic eA==")),
        (404, server.call("GET", "/api/v1/nothing")),
        (404, server.call("GET", "/api/v2/tickets")),
        (404, server.call("GET", "/api/v1/tickets/1022-261124-AAAAA")),
        (404, server.call("GET", "/api/v1/conversations/nobody/messages")),
        (404, server.call("GET", "/api/v1/conversations/" + quote("a\nb", safe=""))),
        (405, server.call("DELETE", "/api/v1/tickets")),
        (405, server.call("TRACE", "/api/v1/tickets")),
        (405, server.call("PUT", f"/api/v1/conversations/{server.conversation}/takeover")),
        (400, server.call("GET", "/api/v1/tickets?limit=0")),
        (400, server.call("GET", "/api/v1/tickets?limit=201")),
        (400, server.call("GET", "/api/v1/tickets?limit=")),
        (400, server.call("GET", "/api/v1/tickets?after=%00")),
        (400, server.call("GET", "/api/v1/conversations?held=maybe")),
        (400, server.call("POST", "/api/v1/tickets", b"{", Content_Type=JSON)),
        (400, server.call("POST", "/api/v1/tickets", b"\xff\xfe{}", Content_Type=JSON)),
        (400, server.call("POST", "/api/v1/tickets", b"[" * 100_000, Content_Type=JSON)),
        (400, server.call("POST", "/api/v1/tickets", b"{}", Content_Type=JSON, Idempotency_Key="k" * 256)),
        (413, server.call("POST", "/api/v1/tickets", b"x" * (1024 * 1024 + 1), Content_Type=JSON)),
        (415, server.call("POST", "/api/v1/tickets", b"a=b", Content_Type="application/x-www-form-urlencoded")),
        *((422, server.call("POST", "/api/v1/broadcasts", wrong(**one), Content_Type=JSON)) for one in WRONG),
        (422, server.call("POST", "/api/v1/tickets", b"[]", Content_Type=JSON)),
        (422, server.call("POST", "/api/v1/tickets", b"null", Content_Type=JSON)),
    ]
    for number, (expected, (status, kind, body)) in enumerate(refusals):
        assert (number, status, kind) == (number, expected, "application/problem+json")
        assert Problem.model_validate(body).status == expected


def test_head_is_answered_as_get_and_the_words_of_a_refusal_repeat_nothing(server: Server) -> None:
    assert server.call("HEAD", "/api/v1/tickets")[::2] == (200, None)
    _, _, body = server.call("POST", "/api/v1/tickets", b'{"account": "Bi mat 0911222333"}', Content_Type=JSON)
    assert "Bi mat" not in json.dumps(body)


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=30))
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(
    [
        "forwarded",
        "received",
        "resolved",
        "rejected",
        "lighting",
        "police",
        "phone",
        "counter",
        "0912345678",
        "1 Lê Lợi",
        "x",
    ]
)


def bodies(fields: list[str]) -> st.SearchStrategy[bytes]:
    near = st.dictionaries(st.sampled_from(fields), st.one_of(WORDS, LEAVES, ANY_JSON), max_size=len(fields))
    return st.one_of(
        near.map(lambda one: json.dumps(one).encode()),
        ANY_JSON.map(lambda one: json.dumps(one).encode()),
        st.binary(max_size=40),
    )


@settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_sent_the_answer_is_one_of_those_the_document_names(server: Server, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(server.operations))
    name = data.draw(st.sampled_from([server.conversation, "nobody"]) | st.text(min_size=1, max_size=20))
    path = "/api/v1" + one.path.replace("{id}", quote(name, safe="")).replace("{code}", quote(name, safe=""))
    values = st.one_of(
        st.text(max_size=20), WORDS, st.sampled_from(["true", "1", "2026-11-24", "2026-11-24T00:00:00Z"])
    )
    query = data.draw(st.dictionaries(st.sampled_from([*(each.name for each in one.query), "x"]), values, max_size=3))
    headers: dict[str, str] = {}
    body = None
    if one.body is not None:
        body = data.draw(bodies(list(one.body.model_fields)))
        headers["Content_Type"] = data.draw(st.sampled_from([JSON, JSON, JSON, "text/plain", ""]))
    if one.once and data.draw(st.booleans()):
        headers["Idempotency_Key"] = data.draw(st.sampled_from(["a", "b", " ", "\t"]))
    status, kind, answer = server.call(one.method, f"{path}?{urlencode(query)}", body, **headers)
    documented = {one.status, 400, 401, 403, 404, 429, 503, *one.problems} | ({413, 415, 422} if one.body else set())
    assert status in documented, (one.name, status)
    if status == one.status:
        assert kind == JSON
        one.answer.model_validate(answer)
    else:
        assert kind == "application/problem+json"
        assert Problem.model_validate(answer).status == status


def test_a_token_may_call_often_but_not_without_end() -> None:
    now = [0.0]
    allowance = Allowance(rate=100.0, burst=200.0, clock=lambda: now[0])
    for _ in range(20):  # ten seconds of fifty calls a second, in bursts of half a second
        assert [allowance.take("lan") for _ in range(25)] == [0.0] * 25
        now[0] += 0.5
    assert sum(allowance.take("lan") == 0.0 for _ in range(1000)) == 200
    assert 0.0 < allowance.take("lan") <= 0.011
    assert allowance.take("minh") == 0.0


async def test_who_calls_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    async with (
        town(tmp_path, platforms=["telegram"]) as place,
        callers(place, lan="operator", minh="admin") as (lan, minh),
    ):
        replies = await asyncio.gather(*(lan.get("/stats") for _ in range(450)))
        refused = [reply for reply in replies if reply.status == 429]
        assert refused
        assert {reply.status for reply in replies} == {200, 429}
        assert int(refused[0].headers["Retry-After"]) >= 1
        assert (await minh.get("/stats")).status == 200


async def test_every_look_at_personal_data_and_every_act_is_on_record(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place, callers(place, lan="operator") as (lan,):
        person = place.sandbox.person("telegram")
        await person.open_chat()
        await person.next_message()
        conversation = await conversation_of(lan, person.id)
        path = f"/conversations/{conversation}"
        await lan.get(path)
        await lan.get(f"{path}/messages")
        await lan.get(f"{path}/messages")  # still the same look
        await lan.post(f"{path}/takeover")
        await lan.post(f"{path}/messages", {"text": "Bí mật"})
        await lan.post(f"{path}/handback")
        fields = {"name": "A", "phone": "0912345678", "address": "1 X", "request": "Y"}
        code = (await lan.post("/tickets", {"account": "phone", **fields})).body["code"]
        await lan.get(f"/tickets/{code}")
        await lan.patch(f"/tickets/{code}", {"note": "Bí mật"})

        def read() -> list[tuple[str, str, str, str]]:
            store = place.store()
            try:
                with store.reading() as work:
                    found = work.audit.page(limit=200)
                    assert [one.object for one in work.audit.page(about=code, limit=1)] == [code]
            finally:
                store.close()
            return [(one.person, one.act, one.object, one.via) for one in reversed(found)]

        acts = await asyncio.to_thread(read)
        assert {(person, way) for person, _, _, way in acts} == {("token:lan", "api")}
        assert [(act, about) for _, act, about, _ in acts] == [
            ("conversation.list", conversation),
            ("conversation.read", conversation),
            ("messages.read", conversation),
            ("conversation.takeover", conversation),
            ("conversation.write", conversation),
            ("conversation.handback", conversation),
            ("ticket.open", code),
            ("ticket.read", code),
            ("ticket.change", code),
        ]


@pytest.mark.parametrize("town_name", ["hcmc", "iran111"])
@settings(max_examples=examples(200), deadline=None)
@given(data=st.data())
def test_a_phone_as_the_document_describes_it_is_one(town_name: str, data: st.DataObject) -> None:
    place = site(town_name)
    form = bodies_for(place).opening.model_json_schema()["properties"]["phone"]
    pattern = (form if "pattern" in form else form["anyOf"][0])["pattern"]
    phone = data.draw(st.from_regex(pattern, fullmatch=True, alphabet=st.characters(max_codepoint=126)))
    assert e164(phone, place) is not None


@settings(max_examples=examples(200), deadline=None)
@given(url=st.from_regex(Link.model_json_schema()["properties"]["url"]["pattern"], fullmatch=True))
def test_an_address_as_the_document_describes_it_may_be_opened(url: str) -> None:
    assert len(url) > 500 or is_address(url)
