"""No plan ever breaks a platform's window, rate or limit: whatever people do, replies come and the platform refuses.

What is allowed is written down here once more, from the platforms' own documentation (as transcribed 2026), and shares
nothing with the code it judges.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kit.adapter_cases import platform_of
from kit.announcing_by_clock import AHEAD, LATEST, Left, Person, Run
from kit.effort import examples
from kit.sites import site

from adapters.base import SendsInBulk
from conversation.announcement import announcement
from conversation.ids import ContactId
from conversation.messages import Answer, Media, MediaKind
from conversation.quiet import QuietHours
from conversation.wording import Wording

PLATFORMS = ("zalo", "viber", "messenger", "telegram")
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR, DAY = 3600.0, 86_400.0

WINDOW = {"zalo": 7 * DAY, "messenger": DAY, "viber": None, "telegram": None}
"""Seconds after somebody's last word within which free text is taken."""
CALLS = {
    "zalo": [(67, 1.0), (4000, 60.0)],
    "viber": [(50, 1.0), (500, 10.0)],
    "messenger": [(20, 1.0), (300, 1.0)],
    "telegram": [(25, 1.0), (30, 1.0)],
}
"""So many calls in so many seconds: first what we mean to keep to, so that answers find room, then what is allowed. Viber's is
that of calls to many; for single ones it publishes nothing.
"""
RECEIVERS = {"zalo": 1, "viber": 300, "messenger": 1, "telegram": 1}
LATE = AHEAD + LATEST + 1.0
"""Seconds after which at the latest somebody's stop, or a takeover, is honoured: what was claimed by then may still leave."""
EFFORT = settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.too_slow])

moments = st.none() | st.floats(0, 30)
people = st.builds(
    Person,
    reachable=st.integers(0, 9).map(bool),
    opted_out=st.integers(0, 9).map(lambda number: number == 0),
    held=st.integers(0, 9).map(lambda number: number == 0),
    by_article=st.integers(0, 19).map(lambda number: number == 0),
    wrote=st.none()
    | st.floats(0, 10 * DAY)
    | st.sampled_from([DAY, 7 * DAY]).flatmap(lambda edge: st.floats(edge - 20, edge + 20)),
    says_stop=moments,
    taken_over=moments,
    writes_again=moments,
)
bursts = st.lists(st.tuples(st.floats(0, 20), st.integers(1, 60)), max_size=8)
quiet_hours = st.none() | st.builds(
    lambda start, length: QuietHours(
        (datetime.combine(START, start) + timedelta(0)).time(),
        (datetime.combine(START, start) + timedelta(minutes=length)).time(),
        HERE,
    ),
    st.times(time(9, 50), time(10, 5)).map(lambda at: at.replace(microsecond=0)),
    st.integers(1, 300),
)


@st.composite
def runs(draw: st.DrawFn, platform: str) -> Run:
    can = platform_of(platform).adapter.capabilities
    kinds = draw(st.lists(people, min_size=1, max_size=12))
    each = draw(st.integers(1, 15)) * (can.bulk_size // 3 if can.bulk_size > 1 else 1)
    return Run(
        can=can,
        people=kinds * each,
        start=START + timedelta(seconds=draw(st.floats(0, 600))),
        parts=draw(st.integers(1, 3)),
        exempt=draw(st.booleans()),
        quiet=draw(quiet_hours),
        expires=draw(st.none() | st.floats(1, 60)),
        pause=draw(st.none() | st.tuples(st.floats(0, 5), st.floats(5, 10))),
        replies=[at for at, count in draw(bursts) for _ in range(count)],
        refusals=draw(st.dictionaries(st.integers(0, 200), st.floats(0.5, 60), max_size=4)),
        lags=draw(st.lists(st.floats(0, 0.4), min_size=1, max_size=5)),
    )


@pytest.mark.parametrize("platform", PLATFORMS)
@EFFORT
@given(data=st.data())
def test_no_run_breaks_a_window_a_wish_or_a_rate(platform: str, data: st.DataObject) -> None:
    run = data.draw(runs(platform))
    run.run()
    for call in run.left:
        assert len(call.people) <= RECEIVERS[platform]
        for number in call.people:
            may_have_it(platform, run, call, run.people[number])
    once_each(run)
    in_their_hours(run)
    silent_when_asked(run.left)
    never_too_fast(platform, [call.at for call in run.left], run.replies)


def may_have_it(platform: str, run: Run, call: Left, who: Person) -> None:
    assert who.reachable
    assert not who.by_article
    if call.part > 0:
        return  # what was begun is said to its end
    before = call.at - LATE
    assert not (who.held or (who.taken_over is not None and who.taken_over < before))
    assert run.exempt or not (who.opted_out or (who.says_stop is not None and who.says_stop < before))
    window = WINDOW[platform]
    if window is not None:
        words = [-who.wrote] if who.wrote is not None else []
        if who.writes_again is not None and who.writes_again <= call.at:
            words.append(who.writes_again)
        assert words, "somebody who never wrote"
        assert call.at - max(words) < window


def once_each(run: Run) -> None:
    """Taken once, or left out, or it was too late for them."""
    taken = [number for call in run.left if call.part == 0 and call.refused is None for number in call.people]
    assert len(taken) == len(set(taken))
    assert run.sent <= set(taken)
    assert set(taken).isdisjoint(run.skipped)
    if run.expires is None:
        assert len(set(taken)) + len(run.skipped) == len(run.people)


def in_their_hours(run: Run) -> None:
    for call in run.left:
        if call.part == 0:
            assert run.expires is None or call.at < run.expires + LATE
            assert run.pause is None or not run.pause[0] + LATE < call.at < run.pause[1]
            if run.quiet is not None:
                at = run.start + timedelta(seconds=call.at - LATE)
                clock = (at.astimezone(HERE)).time()
                now = (run.start + timedelta(seconds=call.at)).astimezone(HERE).time()
                assert not (in_hours(run.quiet, clock) and in_hours(run.quiet, now))


def in_hours(quiet: QuietHours, at: time) -> bool:
    if quiet.start < quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def silent_when_asked(left: Sequence[Left]) -> None:
    """After "too fast" nothing leaves as long as the platform asked for."""
    until = 0.0
    for call in left:
        assert call.at >= until - 1e-6
        if call.refused is not None:
            until = max(until, call.at + call.refused)


def never_too_fast(platform: str, calls: Sequence[float], replies: Sequence[float]) -> None:
    """Announcements alone stay within the limit, and none of their calls leaves into a window that is full by then with the
    replies that left before.
    """
    every = sorted([*((at, True) for at in calls), *((at, False) for at in replies)])
    for most, seconds in CALLS[platform]:
        for (first, _), (later, announced) in zip(every, every[most:], strict=False):
            assert not announced or later - first >= seconds - 1e-6, f"{most + 1} calls within {seconds} s"


@pytest.mark.parametrize("platform", PLATFORMS)
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(replies=[(0.0, 1), (0.0, 26), (0.0, 40), (2.75, 1)], refusals={}, lags=[0.0])
@given(
    replies=st.lists(st.tuples(st.floats(0, 70), st.integers(1, 40)), max_size=60),
    refusals=st.dictionaries(st.integers(0, 3000), st.floats(0.5, 5), max_size=3),
    lags=st.lists(st.floats(0, 0.4), min_size=1, max_size=40),
)
def test_a_minute_at_full_speed_holds_no_more_than_the_platform_allows(
    platform: str, replies: list[tuple[float, int]], refusals: dict[int, float], lags: list[float]
) -> None:
    can = platform_of(platform).adapter.capabilities
    somebody = Person(True, False, False, False, 60.0, None, None, None)
    seconds = 75 if platform == "zalo" else 12
    crowd = [somebody] * int(can.sends_per_second * seconds)
    if can.bulk_size > 1:  # a call to many counts as one: to one person each, so that there are as many
        can = replace(can, bulk_size=1)
    every = [at for at, count in replies for _ in range(count)]
    run = Run(can, crowd, START, replies=every, refusals=refusals, lags=lags)
    run.run()
    assert run.sent == set(range(len(crowd)))
    silent_when_asked(run.left)
    never_too_fast(platform, [call.at for call in run.left], every)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_undisturbed_it_uses_what_the_platform_allows(platform: str) -> None:
    can = replace(platform_of(platform).adapter.capabilities, bulk_size=1)
    run = Run(can, [Person(True, False, False, False, 60.0, None, None, None)] * int(can.sends_per_second * 30), START)
    run.run()
    assert len(run.left) / run.left[-1].at >= 0.97 * can.sends_per_second


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.just("\n"), min_size=1).filter(str.strip)
TEXTS = st.builds(
    lambda words, gap, times: (words + gap) * times, WORDS, st.sampled_from(["", " "]), st.integers(1, 2000)
).map(lambda text: text[:20_000])


@pytest.mark.parametrize("platform", PLATFORMS)
@EFFORT
@given(
    text=TEXTS,
    answers=st.lists(st.sampled_from(list(Answer)), unique=True),
    link=st.none() | st.just(("Xem bản đồ", "https://1022.example.vn/" + "a" * 400)),
    picture=st.booleans(),
    language=st.sampled_from(["vi", "en"]),
)
def test_no_call_breaks_a_limit_whatever_is_announced(
    platform: str, text: str, answers: list[Answer], link: tuple[str, str] | None, picture: bool, language: str
) -> None:
    known = platform_of(platform)
    photo = Media(MediaKind.IMAGE, "https://1022.example.vn/files/bao.jpg", mime="image/jpeg", size_bytes=1_000_000)
    message = announcement(text, "f" * 24, Wording(site(), language), answers, link, photo if picture else None)
    contacts = [ContactId(f"{number:02d}IxyXG/zT8N7AK+N2dGVA==") for number in range(300)]
    if isinstance(known.adapter, SendsInBulk):
        calls = known.adapter.render_bulk(message, contacts, known.account)
    else:
        calls = known.adapter.render(message, ContactId("7100000000000000002"), known.account, "m" * 24)
    assert calls
    for call in calls:
        fits(platform, dict(call.json or {}))


def fits(platform: str, body: dict[str, Any]) -> None:
    match platform:
        case "zalo":
            message = body["message"]
            assert len(message.get("text", "").encode("utf-16-le")) // 2 <= 2000
            buttons = message.get("attachment", {}).get("payload", {}).get("buttons", [])
            assert len(buttons) <= 5
            assert all(len(button["title"]) <= 100 for button in buttons)
        case "viber":
            assert 1 <= len(body["broadcast_list"]) <= 300
            assert len(body.get("text", "")) <= 7000
            assert len(json.dumps(body, ensure_ascii=False).encode()) <= 30_000
        case "messenger":
            message = body["message"]
            template = message.get("attachment", {}).get("payload", {})
            assert len(message.get("text", "").encode("utf-16-le")) // 2 < 2000
            assert len(template.get("text", "").encode("utf-16-le")) // 2 <= 640
            assert len(template.get("buttons", [])) <= 3
            assert len(message.get("quick_replies", [])) <= 13
            titles = [
                each.get("title", "") for each in (*template.get("buttons", []), *message.get("quick_replies", []))
            ]
            assert all(len(title) <= 20 for title in titles)
        case _:
            assert len(body.get("text", "").encode("utf-16-le")) // 2 <= 4096
            assert len(body.get("caption", "").encode("utf-16-le")) // 2 <= 1024
            rows = body.get("reply_markup", {}).get("inline_keyboard", [])
            assert all(len(each.get("callback_data", "").encode()) <= 64 for row in rows for each in row)
