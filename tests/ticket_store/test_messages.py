"""The transcript keeps everything in order; edits keep what stood before."""

from kit.databases import ACCOUNT, AT, after, conversation, heard, said

from conversation.messages import Choice, Media, MediaKind, Message
from ticket_store.engine import Store
from ticket_store.records import Former, NewMessage


def test_messages_come_back_as_they_were_in_order(store: Store) -> None:
    one = conversation(store)
    photo = Media(MediaKind.IMAGE, "https://platform/1", "nhà tôi.jpg", "image/jpeg", 1234)
    with store.writing() as work:
        first, second, third = work.messages.add(
            [
                heard(one, "xin chào", media=(photo,), sent_at=after(-1), provider_id="m1", event_key="e1"),
                said(one, "chào", after(1), version=2),
                NewMessage(one.id, ACCOUNT, "out", "operator", "từ hộp thư", after(2), operator="hoa", delivery="sent"),
            ]
        )
    with store.reading() as work:
        page = work.messages.page(one.id)
    assert [message.id for message in page] == [first, second, third]
    assert [message.seq for message in page] == sorted({message.seq for message in page})
    incoming, reply, human = page
    assert (incoming.text, incoming.direction, incoming.author, incoming.delivery) == (
        "xin chào",
        "in",
        "contact",
        "received",
    )
    assert (incoming.at, incoming.sent_at, incoming.provider_id, incoming.message) == (AT, after(-1), "m1", None)
    [attachment] = incoming.attachments
    assert (attachment.media, attachment.state, attachment.message_id) == (photo, "wanted", first)
    assert (reply.text, reply.message, reply.delivery, reply.version) == ("chào", Message("chào"), "queued", 2)
    assert (human.text, human.operator, human.delivery) == ("từ hộp thư", "hoa", "sent")
    assert "chào" not in repr(page)


def test_the_shown_text_may_differ_from_what_is_sent(store: Store) -> None:
    one = conversation(store)
    message = Message("Chọn:", (Choice("a", "A"),))
    with store.writing() as work:
        work.messages.add([NewMessage(one.id, ACCOUNT, "out", "bot", "Chọn: [A]", AT, message=message)])
    with store.reading() as work:
        [stored] = work.messages.page(one.id)
    assert (stored.text, stored.message) == ("Chọn: [A]", message)


def test_pages_go_forward_from_the_oldest_and_backward_from_the_newest(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    with store.writing() as work:
        ids = [work.messages.add([heard(one, str(number)), heard(other, "x")])[0] for number in range(7)]
    forward: list[str] = []
    following: str | int | None = None
    with store.reading() as work:
        while True:
            page = work.messages.page(one.id, 3, following)
            forward += [message.id for message in page]
            if page.next is None:
                break
            following = page.next
        assert forward == ids
        newest = work.messages.newest(one.id, 3)
        assert [message.id for message in newest] == ids[-3:]
        assert [message.id for message in work.messages.newest(one.id, 3, newest.next)] == ids[1:4]
        assert [message.id for message in work.messages.page(one.id, 3, newest[0].seq)] == ids[-2:]
        assert work.messages.page(one.id, 3, "nobody") == []


def test_an_edit_is_flagged_and_the_former_words_stay(store: Store) -> None:
    one, other = conversation(store, "a"), conversation(store, "b")
    with store.writing() as work:
        [name] = work.messages.add([heard(one, "số 12", provider_id="77")])
        work.messages.add([heard(other, "other", provider_id="77")])  # some platforms count per chat
        assert work.messages.edit(one.id, "77", "số 14", after(5))
        assert work.messages.edit(one.id, name, "số 16", after(6))
        assert work.messages.withdraw(one.id, "77", after(7))
        assert not work.messages.edit(one.id, "78", "?", after(8))
        assert not work.messages.withdraw(other.id, name, after(8))
    with store.reading() as work:
        [stored] = work.messages.page(one.id)
        [untouched] = work.messages.page(other.id)
    assert stored.text == "số 16"
    assert stored.former == (Former("số 12", after(5)), Former("số 14", after(6)))
    assert (stored.edited_at, stored.withdrawn_at) == (after(6), after(7))
    assert (untouched.text, untouched.edited_at) == ("other", None)
