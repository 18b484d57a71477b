"""Attachments are fetched once, tried again when told so, and known by message and by ticket."""

from kit.databases import ACCOUNT, AT, after, conversation, heard

from conversation.messages import Media, MediaKind
from ticket_store.engine import Store
from ticket_store.records import Attachment, WantedMedia

PHOTO = Media(MediaKind.IMAGE, "https://platform/photo?token=1", "hoá đơn.jpg")


def wanted(store: Store, media: Media = PHOTO) -> Attachment:
    one = conversation(store)
    with store.writing() as work:
        [message] = work.messages.add([heard(one, "x", media=(media,))])
        return work.media.for_message([message])[message][0]


def test_a_wanted_file_is_given_to_one_fetcher_and_again_when_it_never_came_back(store: Store) -> None:
    one = wanted(store)
    with store.writing() as work:
        [claimed] = work.media.claim(AT, 10)
        assert (claimed.id, claimed.media, claimed.account, claimed.attempts) == (one.id, PHOTO, ACCOUNT, 0)
        assert work.media.claim(after(60), 10) == []
        [again] = work.media.claim(after(600), 10)
    assert again.attempts == 1
    assert "hoá đơn" not in repr(again)
    assert "token" not in repr(again)


def test_a_stored_file_is_named_by_its_content(store: Store) -> None:
    one = wanted(store)
    with store.writing() as work:
        work.media.claim(AT, 10)
        work.media.stored(one.id, "ab" * 32, "image/png", 1234)
        assert work.media.claim(after(9999), 10) == []
        found = work.media.find(one.id)
    assert found is not None
    assert (found.state, found.sha256, found.mime, found.size_bytes) == ("stored", "ab" * 32, "image/png", 1234)
    assert found.media == Media(MediaKind.IMAGE, PHOTO.source, PHOTO.name, "image/png", 1234, "ab" * 32)


def test_a_failed_fetch_is_tried_again_or_given_up_with_its_reason(store: Store) -> None:
    one = wanted(store)
    with store.writing() as work:
        work.media.claim(AT, 10)
        work.media.failed(one.id, "timeout", after(30))
        assert work.media.claim(after(29), 10) == []
        assert [claimed.id for claimed in work.media.claim(after(30), 10)] == [one.id]
        work.media.failed(one.id, "too large", None)
        assert work.media.claim(after(9999), 10) == []
        found = work.media.find(one.id)
    assert found is not None
    assert (found.state, found.reason) == ("failed", "too large")


def test_asking_twice_for_the_same_file_of_a_message_fetches_it_once(store: Store) -> None:
    one = wanted(store)
    again = WantedMedia(PHOTO, ACCOUNT, AT, one.conversation_id, one.message_id)
    alone = WantedMedia(Media(MediaKind.FILE, "other"), ACCOUNT, AT, None, None, None)
    with store.writing() as work:
        work.media.want([again, again])
        assert len(work.media.claim(AT, 10)) == 1
        work.media.want([alone])
        assert len(work.media.claim(AT, 10)) == 1


def test_the_same_picture_sent_again_belongs_to_the_new_message_too(store: Store) -> None:
    first, second = wanted(store), wanted(store)
    assert first.message_id != second.message_id


def test_what_is_sent_by_us_is_not_fetched(store: Store) -> None:
    one = wanted(store, Media(MediaKind.IMAGE, "file:1", "map.png", sha256="cd" * 32))
    assert one.state == "stored"
    with store.writing() as work:
        assert work.media.claim(after(9999), 10) == []
        assert work.media.known_files(["cd" * 32, "ee" * 32]) == {"cd" * 32}
        assert work.media.known_files([]) == set()
        assert work.media.find("nobody") is None
        assert work.media.for_message([]) == {}
