"""Whose chats are one person's: only by proof, for as long as they want it."""

from datetime import timedelta

from kit.databases import AT, conversation

from ticket_store.engine import Store
from ticket_store.identities import CODE_LASTS
from ticket_store.records import Conversation

PHONE = "+84908123321"


def chats(store: Store, count: int) -> list[Conversation]:
    return [conversation(store, contact=f"person-{number}") for number in range(count)]


def others(store: Store, one: Conversation) -> set[str]:
    with store.reading() as work:
        return set(work.identities.others(one.id))


def test_the_same_proved_phone_joins_and_another_does_not(store: Store) -> None:
    one, two, three = chats(store, 3)
    with store.writing() as work:
        assert not work.identities.prove(one.id, PHONE, AT)
        assert not work.identities.prove(three.id, "+84908999999", AT)
        assert work.identities.prove(two.id, PHONE, AT)
        assert not work.identities.prove(two.id, PHONE, AT)  # they are joined already
    assert others(store, one) == {two.id}
    assert others(store, two) == {one.id}
    assert others(store, three) == set()


def test_a_code_joins_once_and_in_time_and_whoever_is_joined_comes_along(store: Store) -> None:
    one, two, three, four = chats(store, 4)
    with store.writing() as work:
        work.identities.prove(one.id, PHONE, AT)
        work.identities.prove(two.id, PHONE, AT)
        code, until = work.identities.make_code(one.id, AT)
        assert until == AT + CODE_LASTS
        assert work.identities.join_by_code(one.id, code, AT) == (None, "own")
        assert work.identities.join_by_code(three.id, code, until) == (None, "unknown")
        assert work.identities.join_by_code(three.id, code, AT) == (one.id, None)
        assert work.identities.join_by_code(four.id, code, AT) == (None, "unknown")
    assert others(store, three) == {one.id, two.id}
    assert others(store, four) == set()


def test_a_later_code_ends_the_earlier_one_and_none_is_shown_twice_at_a_time(store: Store) -> None:
    one, two, three = chats(store, 3)
    drawn = iter([1, 1, 2, 3])
    with store.writing() as work:
        first, _ = work.identities.make_code(one.id, AT, lambda _: next(drawn))
        second, _ = work.identities.make_code(two.id, AT, lambda _: next(drawn))
        third, _ = work.identities.make_code(one.id, AT, lambda _: next(drawn))
        assert (first, second, third) == ("00000001", "00000002", "00000003")
        assert work.identities.join_by_code(three.id, first, AT) == (None, "unknown")
        assert work.identities.join_by_code(three.id, third, AT) == (one.id, None)


def test_after_five_wrong_codes_the_right_one_is_refused_for_an_hour(store: Store) -> None:
    one, two = chats(store, 2)
    later = AT + timedelta(hours=1)
    with store.writing() as work:
        code, _ = work.identities.make_code(one.id, AT, lambda _: 7)
        for _ in range(5):
            assert work.identities.join_by_code(two.id, "11111111", AT) == (None, "unknown")
        assert work.identities.join_by_code(two.id, code, AT) == (None, "often")
        work.conversations.erase(two.id)  # to be forgotten is no way round it
        assert work.identities.join_by_code(two.id, code, AT) == (None, "often")
        work.identities.make_code(one.id, later, lambda _: 7)
        assert work.identities.join_by_code(two.id, code, later) == (one.id, None)


def test_who_parted_stays_alone_until_a_code_joins_again(store: Store) -> None:
    one, two = chats(store, 2)
    with store.writing() as work:
        work.identities.prove(one.id, PHONE, AT)
        work.identities.prove(two.id, PHONE, AT)
        assert work.identities.part(two.id) == [one.id]
        assert work.identities.part(two.id) == []
        assert not work.identities.prove(two.id, PHONE, AT)
        assert not work.identities.prove(one.id, PHONE, AT)
    assert others(store, one) == others(store, two) == set()
    with store.writing() as work:
        code, _ = work.identities.make_code(one.id, AT)
        work.identities.join_by_code(two.id, code, AT)
    assert others(store, one) == {two.id}


def test_two_who_are_left_stay_joined_and_who_never_proved_anything_parts_from_nobody(store: Store) -> None:
    one, two, three, four = chats(store, 4)
    with store.writing() as work:
        for chat in (one, two, three):
            work.identities.prove(chat.id, PHONE, AT)
        assert set(work.identities.part(three.id)) == {one.id, two.id}
        assert work.identities.part(four.id) == []
    assert others(store, one) == {two.id}


def test_an_erased_chat_is_joined_with_none(store: Store) -> None:
    one, two, three = chats(store, 3)
    with store.writing() as work:
        for chat in (one, two, three):
            work.identities.prove(chat.id, PHONE, AT)
        work.conversations.erase(two.id)
        work.conversations.erase(three.id, keep_contact=False)
    assert others(store, one) == others(store, two) == set()
