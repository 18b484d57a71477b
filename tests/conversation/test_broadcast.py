"""Who may be told something, at any moment, on each platform; the store leaves out the same people for the same reasons."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.registry import adapter_for
from bots.pacing import BulkPacer
from conversation.broadcast import Recipient, Send, Skip, SkipReason, plan
from conversation.ids import PlatformName

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PLATFORMS = ("zalo", "viber", "messenger", "telegram")
# As the platforms' own pages have it (2026): hours after somebody's last word in which free text may leave.
WINDOW_HOURS = {"zalo": 7 * 24, "viber": None, "messenger": 24, "telegram": None}
# Calls a second that the platforms allow for bulk (Telegram 30, Messenger 300, Viber 500 in ten seconds, Zalo 4,000 a minute).
ALLOWED = {"zalo": 4000 / 60, "viber": 50.0, "messenger": 300.0, "telegram": 30.0}

moments = st.one_of(st.none(), st.timedeltas(timedelta(seconds=-5), timedelta(days=30)).map(lambda ago: NOW - ago))
recipients = st.builds(Recipient, st.booleans(), st.booleans(), st.booleans(), moments, st.booleans())


@pytest.mark.parametrize("platform", PLATFORMS)
@given(who=recipients)
def test_no_plan_breaks_a_platforms_window(platform: str, who: Recipient) -> None:
    planned = plan(who, NOW, adapter_for(PlatformName(platform)).capabilities)
    if isinstance(planned, Send):
        assert who.reachable
        assert not who.held
        assert who.exempt or not (who.opted_out or who.topic_off)
        hours = WINDOW_HOURS[platform]
        if hours is not None:
            assert who.window_from is not None
            assert NOW - who.window_from < timedelta(hours=hours)
            assert planned.until is not None
            assert planned.until > NOW
    else:
        assert planned.reason in SkipReason


def test_the_first_reason_is_told() -> None:
    can = adapter_for(PlatformName("messenger")).capabilities
    reasons = [
        (Recipient(False, True, True, None), SkipReason.BLOCKED),
        (Recipient(True, True, True, None), SkipReason.OPTED_OUT),
        (Recipient(True, False, True, None, topic_off=True), SkipReason.TOPIC_OFF),
        (Recipient(True, False, True, NOW), SkipReason.HELD),
        (Recipient(True, False, False, None), SkipReason.NO_ALLOWED_KIND),
        (Recipient(True, False, False, NOW - timedelta(hours=24)), SkipReason.WINDOW_CLOSED),
    ]
    assert [plan(who, NOW, can) for who, _ in reasons] == [Skip(reason) for _, reason in reasons]
    assert isinstance(plan(Recipient(True, True, False, NOW, exempt=True, topic_off=True), NOW, can), Send)


@pytest.mark.parametrize("platform", PLATFORMS)
@given(replies=st.lists(st.floats(0, 10), max_size=40), pauses=st.lists(st.integers(0, 400), max_size=3))
def test_no_second_holds_more_calls_than_the_platform_allows(
    platform: str, replies: list[float], pauses: list[int]
) -> None:
    """Whatever replies come between and however often the platform asks for silence; and the limit is used."""
    rate = adapter_for(PlatformName(platform)).capabilities.sends_per_second
    assert rate <= ALLOWED[platform] + 1e-9
    pacer = BulkPacer(rate)
    waiting = sorted(replies)
    sent: list[float] = []
    now, refused = 0.0, 0
    while now < 10.0:
        while waiting and waiting[0] <= now:
            pacer.spent(waiting.pop(0))
        if len(sent) in pauses and refused < len(pauses):
            pacer.throttled(now + 1.0)
            refused += 1
        now = pacer.reserve(now)
        pacer.taken()
        sent.append(now)
    for first, later in zip(sent, sent[int(rate) :], strict=False):
        assert later - first > (int(rate) / rate) - 1e-9
    if not replies and not refused:
        assert len(sent) >= 0.97 * rate * 10
