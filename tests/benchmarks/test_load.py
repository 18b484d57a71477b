"""The load generator must see broken work, or its figures mean nothing."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from benchmarks.dialogue import STEPS
from benchmarks.load import Crowd, Figures, Plan, expected
from benchmarks.rivals.words import ANSWERS, new_code

Hear = Callable[[str, str], None]
Bot = Callable[[Hear, str, int, str], None]
"""Answers message `step` of `contact` with `text`, by calling `hear` as often as it pleases."""


@asynccontextmanager
async def crowd_at(bot: Bot, status: int = 200) -> AsyncIterator[Crowd]:
    """Citizens, and a server that lets `bot` answer them."""
    steps: dict[str, int] = {}

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        contact, text = str(update["message"]["chat"]["id"]), update["message"]["text"]
        step = steps[contact] = steps.get(contact, -1) + 1
        bot(lambda to, words: crowd.hear(to, words, time.monotonic_ns()), contact, step, text)
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server:
        assert server.port is not None
        plan = Plan(server.port, "/hook", "telegram", True, 3, 0.0, 0.05, grace=0.2, listen_on=0.05)
        crowd = Crowd(plan)
        yield crowd


def honest(hear: Hear, contact: str, step: int, text: str) -> None:
    hear(contact, ANSWERS[step].format(draft="", code=new_code()))


async def figures_of(bot: Bot) -> Figures:
    """Of a bot that is honest to the first citizen."""
    first: list[str] = []

    def answer(hear: Hear, contact: str, step: int, text: str) -> None:
        first[:] = first or [contact]
        (honest if contact == first[0] else bot)(hear, contact, step, text)

    async with crowd_at(answer) as crowd:
        await crowd.first()
        return await crowd.chat()


async def test_an_honest_bot_has_no_faults_and_every_message_counts() -> None:
    figures = await figures_of(honest)
    assert figures.faults() == {}
    assert figures.citizens >= 3
    assert figures.messages == figures.citizens * STEPS
    assert figures.per_second > 0


async def test_a_lost_reply_is_seen_with_the_citizen_it_leaves_without_a_ticket() -> None:
    def losing(hear: Hear, contact: str, step: int, text: str) -> None:
        if step != 2:
            honest(hear, contact, step, text)

    figures = await figures_of(losing)
    assert figures.lost == figures.ticketless == 3


async def test_a_doubled_last_reply_is_seen() -> None:
    def doubling(hear: Hear, contact: str, step: int, text: str) -> None:
        code = new_code()
        for _ in range(2 if step == STEPS - 1 else 1):
            hear(contact, ANSWERS[step].format(draft="", code=code))

    figures = await figures_of(doubling)
    assert figures.doubled == figures.citizens > 0
    assert figures.lost == figures.wrong == 0


async def test_replies_in_the_wrong_order_are_seen() -> None:
    swapped = (0, 2, 1, 3, 4, 5)
    figures = await figures_of(lambda hear, contact, step, text: honest(hear, contact, swapped[step], text))
    assert figures.wrong == 2 * figures.citizens > 0
    assert "expected" in figures.example


async def test_another_persons_words_are_seen() -> None:
    last: list[str] = ["nobody"]

    def mixing(hear: Hear, contact: str, step: int, text: str) -> None:
        if step == 1:
            last[0] = text
        hear(contact, ANSWERS[step].format(draft=last[0], code=new_code()))

    assert (await figures_of(mixing)).wrong > 0


async def test_one_code_for_two_people_is_seen() -> None:
    figures = await figures_of(
        lambda hear, contact, step, text: hear(contact, ANSWERS[step].format(draft="", code="1022-261121-7K3MX"))
    )
    assert figures.shared_codes == figures.citizens - 1 > 0


async def test_a_reply_to_nobody_is_seen() -> None:
    def strange(hear: Hear, contact: str, step: int, text: str) -> None:
        hear("1", "hello?")
        honest(hear, contact, step, text)

    figures = await figures_of(strange)
    assert figures.strangers == figures.messages


async def test_a_refusal_ends_the_dialogue_and_is_counted() -> None:
    async with crowd_at(honest, status=503) as crowd:
        figures = await crowd.chat()
    assert figures.refused == figures.citizens > 0


async def test_a_bot_that_never_gives_a_code_is_not_measured() -> None:
    async with crowd_at(lambda hear, contact, step, text: hear(contact, f"answer {step}")) as crowd:
        first = await crowd.first()
    with pytest.raises(ValueError, match="did not lead to a ticket"):
        expected(first)
