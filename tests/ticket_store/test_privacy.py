"""Nothing a citizen said, and no secret, stands in the database's bytes; keys rotate without a pause."""

import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from kit.databases import ACCOUNT, AT, PLATFORM, after, conversation, heard, person, report

from adapters.base import DeliveryReport, ReportStatus
from conversation.ids import OperatorId
from conversation.messages import Choice, Media, MediaKind, Message
from conversation.places import Place
from conversation.state import ConversationState, Draft, KnownTicket, Phase
from ticket_store.crypto import KeyRing
from ticket_store.engine import Store, open_store
from ticket_store.errors import Undecryptable
from ticket_store.records import Credential, NewMessage, Ticket
from ticket_store.rotation import SEALED
from ticket_store.tables import METADATA

NAME, PHONE, ADDRESS, WORDS, SECRET = (
    "Zebulon Quắc",
    "+84987654321",
    "77 Ngõ Kín Đáo",
    "mất trộm xe đạp tím",
    "tok-5eCr3t",
)
PERSONAL = (
    NAME,
    "Zebulon",
    PHONE,
    "987654321",
    ADDRESS,
    "Kín Đáo",
    WORDS,
    "xe đạp",
    SECRET,
    "tím.jpg",
    "bimat.example",
)
OLD, NEW = "the old secret of these tests, long", "the new secret of these tests, long"


def fill(store: Store) -> Ticket:
    """Something personal in every column that may hold it."""
    place = Place(ADDRESS, ward="Phường Sài Gòn", latitude=10.776889, longitude=106.700806)
    photo = Media(MediaKind.IMAGE, "https://bimat.example/1?x=tok-5eCr3t", "tím.jpg")
    draft = Draft(NAME, PHONE, place, WORDS, media=(photo,), subject=NAME, national_id="987654321")
    state = ConversationState(
        Phase.CONFIRM, draft=draft, known=draft, offered=(Choice("a", WORDS),), held_by=OperatorId("hoa"),
        tickets=(KnownTicket("1022-261124-22222", AT, request=WORDS),),  # type: ignore[arg-type]
    )  # fmt: skip
    one = conversation(store, "me", state=state, profile_name=NAME)
    said = Message(WORDS, (Choice("a", NAME),), media=(photo,))
    with store.writing() as work:
        work.messages.add(
            [
                heard(one, WORDS, media=(photo,), provider_id="m1"),
                NewMessage(one.id, ACCOUNT, "out", "bot", f"{NAME} {ADDRESS}", AT, message=said),
            ]
        )
        work.messages.edit(one.id, "m1", f"{WORDS} {PHONE}", AT)
        ticket = work.tickets.open(
            report(NAME, PHONE, place=place, request=WORDS, subject=NAME, media=(photo,), national_id="987654321"),
            one, ACCOUNT, PLATFORM, "me", "1022", AT.date(), AT,
        )  # fmt: skip
        work.tickets.change(ticket.code, "hoa", AT, note=WORDS, answer=f"Đã gọi {PHONE}")
        work.tickets.amend(ticket.code, WORDS, (), AT, "contact")
        work.credentials.put(ACCOUNT, {"ACCESS_TOKEN": Credential(SECRET, AT)}, AT)
        work.credentials.put(ACCOUNT, {"ACCESS_TOKEN": Credential(SECRET, AT)}, AT)
        work.quarantine.keep(ACCOUNT, AT, "r", {"x": SECRET}, f"{NAME} {WORDS}".encode(), "POST", {"q": PHONE})
        work.answers.keep("hoa", "k", f"{NAME}: {WORDS}".encode(), AT)
        echo = DeliveryReport(ACCOUNT, person("me").contact, ReportStatus.SENT, AT, "x", echo=True, text=WORDS)
        work.receipts.apply([echo])
        token = work.tokens.add("dashboard", "operator", AT)
    assert token
    return ticket


def forms(text: str) -> Iterator[bytes]:
    yield text.encode()
    yield text.encode("utf-16-le")
    yield text.encode().hex().encode()


def assert_nothing_personal(content: bytes) -> None:
    assert b"1022-261124" in content or b"hoa" in content  # what may be read is found, so the search works
    found = [text for text in PERSONAL for form in forms(text) if form in content]
    assert found == []


def test_no_byte_of_the_sqlite_files_tells_what_a_citizen_said(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}", KeyRing.from_secrets(NEW))
    store.upgrade()
    fill(store)
    # All files beside the database too: the write-ahead log holds the newest pages.
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert_nothing_personal(content)
    store.close()


@pytest.mark.postgres
def test_no_row_of_postgresql_tells_what_a_citizen_said(postgres_url: str) -> None:
    store = open_store(postgres_url, KeyRing.from_secrets(NEW))
    store.upgrade()
    fill(store)
    store.close()
    content = b""
    with psycopg.connect(postgres_url) as connection:
        for table in METADATA.tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:  # type: ignore[call-overload]
                content += b"".join(bytes(block) for block in copy)
    assert_nothing_personal(content)


def test_every_binary_column_is_either_sealed_and_rotated_or_a_blind_index() -> None:
    """A new personal column is noticed here when nobody thought of rotation."""
    binary = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if column.type.python_type is bytes
    }
    sealed = {f"{one.table.name}.{name}" for one in SEALED for name in one.columns}
    assert binary - sealed == {
        "tickets.phone_index",
        "tickets.name_index",
        "media.source_index",
        "identities.phone_index",
        "identities.code",  # a one-time code's hash, worthless after ten minutes
        "log_in_failures.whose",  # forgotten after an hour
    }
    assert sealed <= binary


def test_after_a_rotation_the_former_key_is_not_needed_and_everything_is_found(store_url: str) -> None:
    old = open_store(store_url, KeyRing.from_secrets(OLD))
    ticket = fill(old)
    both = open_store(store_url, KeyRing.from_secrets(NEW, [OLD]))
    with both.reading() as work:  # while it goes on, both are read and found
        assert work.tickets.page(q=PHONE)[0].code == ticket.code
        assert work.tickets.page(q=NAME)[0].name == NAME
    heard_of: list[tuple[int, int]] = []
    rotated, left = both.reencrypt(lambda done, total: heard_of.append((done, total)))
    assert rotated > 10
    assert left == 0
    assert heard_of[-1] == (rotated, rotated)
    assert both.reencrypt() == (0, 0)
    new = open_store(store_url, KeyRing.from_secrets(NEW))
    with new.writing() as work:
        assert work.tickets.page(q=PHONE)[0].answer == f"Đã gọi {PHONE}"
        assert work.tickets.page(q=NAME.upper())[0].request == WORDS
        assert [entry.note for entry in work.tickets.history(ticket.code)] == [None, WORDS, None]
        [mine] = work.conversations.list()
        assert (mine.profile_name, mine.state.draft.phone) == (NAME, PHONE)
        assert [message.text for message in work.messages.page(mine.id)] == [f"{WORDS} {PHONE}", f"{NAME} {ADDRESS}"]
        assert work.credentials.load(ACCOUNT)["ACCESS_TOKEN"].value == SECRET
        [kept] = work.quarantine.page()
        loaded = work.quarantine.load(kept.id)
        assert loaded is not None
        assert loaded.headers == {"x": SECRET}
        assert work.answers.find("hoa", "k") == f"{NAME}: {WORDS}".encode()
        assert work.receipts.settle_echoes(after(60)) == 1
        again = replace(work.media.claim(AT, 1)[0])
        assert again.media.name == "tím.jpg"
    with pytest.raises(Undecryptable), old.reading() as work:
        work.tickets.find(ticket.code)
    for one in (old, both, new):
        one.close()


def test_a_rotation_with_a_key_missing_says_so_and_spoils_nothing(store_url: str) -> None:
    old = open_store(store_url, KeyRing.from_secrets(OLD))
    ticket = fill(old)
    wrong = open_store(store_url, KeyRing.from_secrets(NEW))
    with pytest.raises(Undecryptable, match="SECRET_KEY_OLD"):
        wrong.reencrypt()
    with old.reading() as work:
        assert work.tickets.find(ticket.code) is not None
    old.close()
    wrong.close()


def test_what_was_erased_is_overwritten_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    store = open_store(f"sqlite:///{path}", KeyRing.from_secrets(NEW))
    store.upgrade()
    one = conversation(store, "me")
    with store.writing() as work:
        work.messages.add([heard(one, "x" * 3000)])
    store.close()
    with sqlite3.connect(path) as look:
        [(sealed,)] = look.execute("SELECT body FROM messages").fetchall()
    look.close()
    assert sealed[:64] in path.read_bytes()
    store = open_store(f"sqlite:///{path}", KeyRing.from_secrets(NEW))
    with store.writing() as work:
        work.conversations.erase(one.id, keep_contact=False)
    store.close()  # the last connection takes the write-ahead log with it
    assert [left.name for left in tmp_path.iterdir()] == ["a.db"]
    assert sealed[:64] not in path.read_bytes()
    assert b"me" not in _strings(path)


def _strings(path: Path) -> list[bytes]:
    return subprocess.run(
        ["tr", "-cs", "[:alnum:]", "\\n"], input=path.read_bytes(), capture_output=True, check=True
    ).stdout.split(b"\n")
