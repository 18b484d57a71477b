"""The pacer never lets more through than the account or the person may get."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.pacing import BURST_TO_ONE_PERSON, SHARE, BulkPacer, Pacer

waits = st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 2)), min_size=1, max_size=80)


def sent_moments(pacer: Pacer, acts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    now = 0.0
    moments = []
    for contact, wait in acts:
        now += wait
        moments.append((contact, pacer.reserve(contact, now)))
    return moments


def test_three_messages_to_one_person_leave_at_once_and_the_fourth_waits() -> None:
    pacer = Pacer(rate=None, gap=1.0)
    assert [pacer.reserve("a", 10.0) for _ in range(5)] == [10.0, 10.0, 10.0, 11.0, 12.0]


def test_a_person_who_was_quiet_has_three_again() -> None:
    pacer = Pacer(rate=None, gap=1.0)
    for _ in range(3):
        pacer.reserve("a", 0.0)
    assert [pacer.reserve("a", 10.0) for _ in range(3)] == [10.0, 10.0, 10.0]


def test_one_person_never_delays_another() -> None:
    pacer = Pacer(rate=None, gap=1.0)
    for _ in range(50):
        pacer.reserve("a", 0.0)
    assert pacer.reserve("b", 0.0) == 0.0


@given(waits)
def test_no_second_of_one_person_sees_more_than_the_burst_and_one(acts: list[tuple[str, float]]) -> None:
    by_person: dict[str, list[float]] = {}
    for contact, moment in sent_moments(Pacer(rate=None, gap=1.0), acts):
        by_person.setdefault(contact, []).append(moment)
    for moments in by_person.values():
        assert moments == sorted(moments)
        for start in moments:
            inside = [one for one in moments if start <= one < start + 1.0 - 1e-9]
            assert len(inside) <= BURST_TO_ONE_PERSON


@given(waits, st.floats(0.5, 50))
def test_the_account_never_sends_faster_than_its_rate(acts: list[tuple[str, float]], rate: float) -> None:
    moments = sorted(moment for _, moment in sent_moments(Pacer(rate=rate, gap=0.0), acts))
    for earlier, later in itertools.pairwise(moments):
        assert later - earlier >= 1 / rate - 1e-9


def test_a_pause_holds_everybody() -> None:
    pacer = Pacer(rate=None, gap=0.0)
    pacer.pause(5.0)
    pacer.pause(3.0)
    assert pacer.reserve("a", 1.0) == 5.0
    assert pacer.reserve("b", 6.0) == 6.0
    assert pacer.paused_until == 5.0


def test_a_pacer_switched_off_never_waits() -> None:
    pacer = Pacer(rate=None, gap=0.0)
    assert [pacer.reserve("a", 1.0) for _ in range(100)] == [1.0] * 100


def test_the_memory_of_people_is_bounded() -> None:
    pacer = Pacer(rate=None, gap=1.0)
    for number in range(20_100):
        pacer.reserve(str(number), 0.0)
    assert pacer._people is not None
    assert len(pacer._people) == 20_000


def test_a_slow_call_counts_from_when_the_platform_had_it() -> None:
    pacer = Pacer(rate=None, gap=1.0)
    for _ in range(3):
        moment = pacer.reserve("a", 0.0)
        pacer.settle("a", moment, moment + 0.2)
    assert pacer.reserve("a", 0.2) >= 1.2 + 0.2
    pacer.settle("nobody", 0.0, 1.0)


def test_announcements_that_were_held_up_do_not_leave_in_a_bunch() -> None:
    """However late each call comes to its moment, and whatever replies leave between: no second holds more than allowed."""
    pacer = BulkPacer(30.0)
    asking = [pacer.reserve(0.0) for _ in range(200)]
    asking = [moment + 0.4 if 1.0 < moment < 1.4 else moment for moment in asking]  # the process was busy elsewhere
    left: list[float] = []
    now = 0.0
    for moment, reply in sorted([(each, False) for each in asking] + [(each, True) for each in (0.5, 2.0, 2.0, 2.5)]):
        now = max(now, moment)
        if reply:
            pacer.spent(now)
            continue
        while (wait := pacer.gate(now)) > 0:
            now += wait
        left.append(now)
    assert all(later - first >= 1.0 for first, later in zip(left, left[30:], strict=False))
    assert len(left) / (left[-1] - left[0]) >= 0.97 * 30


def test_a_refusal_for_speed_slows_down_and_success_quickens_again() -> None:
    pacer = BulkPacer(10.0)
    pacer.throttled(until=5.0)
    assert pacer.reserve(0.0) == 5.0
    slow = pacer.reserve(0.0) - 5.0
    for _ in range(100):
        pacer.taken()
    first, second = pacer.reserve(0.0), pacer.reserve(0.0)
    assert second - first < slow
    assert second - first >= 0.1


def test_each_reply_pushes_the_announcement_back() -> None:
    pacer = BulkPacer(10.0)
    pacer.reserve(0.0)
    before = pacer.reserve(0.0)
    pacer.spent(before)
    assert pacer.reserve(before) - before >= 0.19


def test_a_little_lateness_is_made_up_and_a_long_rest_is_not() -> None:
    pacer = BulkPacer(10.0)
    step = pacer.reserve(100.0) + 1.0 / (10.0 * SHARE)
    assert pacer.reserve(100.4) == pytest.approx(step)
    assert pacer.reserve(100.4) == pytest.approx(step + 1.0 / (10.0 * SHARE))
    assert pacer.reserve(200.0) == 200.0
    assert pacer.reserve(200.0) > 200.0


def test_a_flood_of_replies_pushes_announcements_back_by_a_second_and_is_remembered_no_longer_than_it_counts() -> None:
    pacer = BulkPacer(20.0, counted_over=10)
    for number in range(5000):
        pacer.spent(number / 1000)
    assert pacer.ready_in(5.0) <= 1.0
    assert pacer.gate(5.0) > 0
    assert pacer.gate(5.0 + 10.2) == 0.0
    assert len(pacer._left) <= 200
