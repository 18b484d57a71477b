"""The console's small parts: words in two languages, static files, file names, live feeds shared by many."""

import asyncio
import json
import re
import string
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from jinja2 import Environment
from kit.console import visitor
from kit.town import Town

from conversation.ids import AccountId
from conversation.messages import MediaKind
from ticket_store.changes import Changes
from ticket_store.records import Attachment
from webhooks.console.assets import FOLDER, Assets
from webhooks.console.attachments import disposition, file_name, shown_as
from webhooks.console.auth import device_of, inside
from webhooks.console.layout import TEMPLATES, lines
from webhooks.console.live import Drawn, Feed, Live
from webhooks.console.texts import LANGUAGES, catalogue, pick_language, say

VENDOR = FOLDER / "vendor"


def named(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def test_every_language_says_the_same_with_the_same_values() -> None:
    first, *others = (catalogue(language) for language in LANGUAGES)
    for other in others:
        assert first.keys() == other.keys()
        for name, text in first.items():
            assert named(text) == named(other[name]), name


def test_every_sentence_the_pages_name_exists() -> None:
    environment = Environment(autoescape=True)
    for file in TEMPLATES.rglob("*.html"):
        source = file.read_text(encoding="utf-8")
        environment.parse(source)
        for name in re.findall(r"\bt\('([\w-]+)'[,)]", source):
            assert name in catalogue("vi"), f"{file.name}: {name}"


def test_a_missing_sentence_shows_its_name_and_values_are_never_read_as_a_pattern() -> None:
    assert say("vi", "no-such-sentence") == "[no-such-sentence]"
    assert say("en", "held-by", name="{0.__class__}") == "held by {0.__class__}"


@pytest.mark.parametrize(
    ("wished", "spoken"),
    [(("en",), "en"), ((None, "vi-VN,vi;q=0.9"), "vi"), (("fa", "fr-FR,en;q=0.5"), "en"), (("fa",), "en"), ((), "en")],
)
def test_the_language_is_the_first_wished_one_we_speak(wished: tuple[str | None, ...], spoken: str) -> None:
    assert pick_language(*wished) == spoken


def test_vendored_files_are_what_the_manifest_says() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    assert {one["file"] for one in manifest} == {file.name for file in VENDOR.glob("*.js")}
    for one in manifest:
        assert sha256((VENDOR / one["file"]).read_bytes()).hexdigest() == one["sha256"]
        assert (VENDOR / one["licence_file"]).is_file()
        assert one["version"]


def test_no_page_loads_from_elsewhere_or_holds_code_or_style() -> None:
    for file in TEMPLATES.rglob("*.html"):
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=[\"']?(https?:)?//", source), file.name
        assert not re.search(r"\son[a-z]+=|\sstyle\s*=|<style|hx-on|hx-vals=[\"']js", source), file.name
        assert not re.search(r"<script(?![^>]*(src=|application/json))", source), file.name


async def test_static_files_are_kept_for_good_under_their_digest(place: Town) -> None:
    address = Assets().address("base.css").removeprefix("/console")
    async with visitor(place) as one, one.session.get(f"{one.url}/console{address}") as answer:
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"].startswith("text/css")
    async with visitor(place) as one:
        assert (await one.get("/static/base.css"))[0] == 404
        assert (await one.get("/static/../console.py"))[0] == 404


async def test_pages_carry_a_policy_without_inline_code(place: Town) -> None:
    async with visitor(place) as one, one.session.get(f"{one.url}/console/login") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"


def attachment(name: str | None, mime: str | None) -> Attachment:
    return Attachment("abcdef012345", MediaKind.FILE, name, mime, 10, "0" * 64, "stored", None, "", AccountId("zalo"))


@pytest.mark.parametrize(
    ("mime", "shown"),
    [
        *(("image/png", "image"), ("image/svg+xml", "file"), ("image/heic", "file"), ("text/html", "file")),
        *(("audio/ogg", "audio"), ("video/mp4", "video"), ("application/pdf", "file"), (None, "file")),
    ],
)
def test_only_what_cannot_run_is_shown_inside_a_page(mime: str | None, shown: str) -> None:
    assert shown_as(attachment("x", mime)) == shown


@pytest.mark.parametrize(
    "name", ['a"\r\nSet-Cookie: x=1', "../../etc/passwd", "\u202egpj.exe", "", None, "…", "a" * 500]
)
def test_a_files_name_misleads_neither_browser_nor_disk(name: str | None) -> None:
    shown = file_name(attachment(name, "application/pdf"))
    assert shown
    assert len(shown) <= 120
    assert not set(shown) & set('\r\n"/\\\u202e')
    header = disposition(shown, inline=False)
    assert header.isascii()
    assert header.isprintable()


def test_words_become_lines_and_never_markup() -> None:
    assert lines("a<b>\n&") == "a&lt;b&gt;<br>&amp;"


def test_people_recognise_their_sessions() -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
    assert device_of(agent) == "Chrome · Linux"
    assert device_of("Mozilla/5.0 (Android 16; Tablet; rv:140.0)") == "Android"
    assert device_of("") == ""


@pytest.mark.parametrize("address", ["/console/inbox?view=mine", "/console/chats/abc"])
def test_pages_of_ours_are_led_back_to(address: str) -> None:
    assert inside(address) == address


async def test_a_feed_is_rendered_once_for_all_who_look_and_ends_with_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.console.live._PAUSE", 0.01)
    monkeypatch.setattr("webhooks.console.live._GATHER", 0.0)
    changes, rendered = Changes(), 0

    def render() -> Drawn:
        nonlocal rendered
        rendered += 1
        return Drawn(f"state {rendered}", [f"chat {rendered}"])

    class Looks:
        def __init__(self) -> None:
            self.listed_ones: list[tuple[str, str, list[str]]] = []

        async def looked(self, *_: Any) -> None:
            raise AssertionError("only a stream knows its reader")

        async def listed(self, place: str, what: str, objects: Sequence[str]) -> None:
            self.listed_ones.append((place, what, [*objects]))

    class Reader:
        def __init__(self) -> None:
            self.got: list[bytes] = []
            self.more = asyncio.Event()

        def give(self, name: str, event: bytes) -> None:
            assert name == "list"
            self.got.append(event)
            self.more.set()

    looks = Looks()
    live = Live(changes, lambda _: asyncio.sleep(0), looks)
    readers = [Reader() for _ in range(50)]
    feed = Feed("key", frozenset({"topic"}), render, "conversation.list", "inbox/view=all")
    groups = [live._join(reader, "list", feed) for reader in readers]  # type: ignore[arg-type]
    await asyncio.gather(*(reader.more.wait() for reader in readers))
    assert rendered == 1
    for reader in readers:
        reader.more.clear()
    for _ in range(20):
        changes.tell(["topic"])
    await asyncio.gather(*(reader.more.wait() for reader in readers))
    assert rendered <= 3
    expected = [b'data: ["list", "state 1"]\n\n', b'data: ["list", "state 2"]\n\n']
    assert all(reader.got[:2] == expected for reader in readers)
    assert len({id(reader.got[1]) for reader in readers}) == 1  # written once for all
    looked_at = [("inbox/view=all", "conversation.list", [f"chat {number}"]) for number in range(2, rendered + 1)]
    assert looks.listed_ones == looked_at  # once for all, too
    for group, reader in zip(groups, readers, strict=True):
        live._leave(group, reader)  # type: ignore[arg-type]
    await asyncio.sleep(0)
    assert not live._groups
    assert not changes._listeners
