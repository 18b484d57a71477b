"""The site changed by people: checked whole, kept as revisions, in force in every process, never in the way of a start."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import structlog
from kit.databases import (  # noqa: F401  fixtures
    AT,
    KEYS,
    postgres_server,
    postgres_template,
    postgres_url,
    report,
)
from kit.sites import files

from bots.doctor import _edits
from conversation.errors import BadProfile
from ticket_store.changes import Changes
from ticket_store.engine import Store, open_store
from ticket_store.neighbours import SharedChanges
from ticket_store.records import Person
from ticket_store.site_revisions import SiteRevision
from ticket_store.unit_of_work import Work
from ticket_store.writer import Writer
from webhooks.console.routing import Visit
from webhooks.console.site_parts import changes, fields_of, value_of
from webhooks.desk.site_edits import SiteEdits
from webhooks.desk.tools import Tools
from webhooks.errors import ChangedMeanwhile, DepartmentInUse
from webhooks.site import TOPIC, Site

MINH, TU = Person("Minh", "admin", AT), Person("Tú", "admin", AT)
NAME, TICKET = "texts/vi/ask-name", "texts/vi/ticket"


@dataclass
class Process:
    """One process's view of the site, and its way to change it."""

    store: Store
    site: Site
    edits: SiteEdits
    changes: Changes

    def say(self, name: str) -> str:
        return self.site.profile.catalog.texts["vi"][name]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Callable[[], Process]]:
    """Starts processes on one database."""
    opened: list[tuple[Store, Writer]] = []

    def begin() -> Process:
        store = open_store(f"sqlite:///{tmp_path}/site.db", KEYS)
        store.upgrade()
        changes, writer = Changes(), Writer(store)
        opened.append((store, writer))
        site = Site(files(), store, changes)
        site.load()
        nobody = cast("Any", None)  # intake and signer: no act here needs them
        tools = Tools(store, writer, nobody, site, changes, nobody, lambda: AT)
        return Process(store, site, SiteEdits(tools), changes)

    yield begin
    for store, writer in opened:
        await writer.close()
        store.close()


Start = Callable[[], Process]


def add(store: Store, key: str, value: object) -> None:
    """As a program of another version may have stored it."""
    with store.writing() as work:
        number = work.site_revisions.head() + 1
        work.site_revisions.add(SiteRevision(number, key, None, value, "Minh", AT))


def read(store: Store, look: Callable[[Work], Any]) -> Any:
    with store.reading() as work:
        return look(work)


async def test_a_change_counts_at_once_is_on_record_and_was_refused_before_if_it_does_not_hold(start: Start) -> None:
    one = start()
    with pytest.raises(BadProfile, match=r"\{code\}"):
        await one.edits.change(MINH, TICKET, "Đã nhận.", 0)
    assert read(one.store, lambda work: work.site_revisions.head()) == 0
    before = one.say("ticket")
    assert await one.edits.change(MINH, TICKET, "Mã: {code}", 0, "ngắn hơn")
    assert one.say("ticket") == "Mã: {code}"
    (kept,) = read(one.store, lambda work: work.site_revisions.page())
    assert kept == SiteRevision(1, TICKET, before, "Mã: {code}", "Minh", AT, "ngắn hơn")
    (noted,) = read(one.store, lambda work: work.audit.page(about=TICKET))
    assert (noted.person, noted.act, noted.via) == ("Minh", "site.change", "console")


async def test_what_changes_nothing_leaves_no_revision_and_the_files_own_words_lie_over_nothing(start: Start) -> None:
    one = start()
    filed = one.say("ask-name")
    assert not await one.edits.change(MINH, NAME, filed, 0)
    assert not await one.edits.change(MINH, NAME, None, 0)
    assert await one.edits.change(MINH, NAME, "Quý danh?", 0)
    assert not await one.edits.change(MINH, NAME, "Quý danh?", 1)
    assert await one.edits.change(MINH, NAME, filed, 1)
    assert one.site.standing.edits == {}
    assert one.site.profile.catalog == files().profile.catalog
    assert [row.after for row in read(one.store, lambda work: work.site_revisions.page())] == [None, "Quý danh?"]


async def test_restoring_is_a_new_revision_with_the_former_value(start: Start) -> None:
    one = start()
    await one.edits.change(MINH, NAME, "Một?", 0)
    await one.edits.change(MINH, NAME, "Hai?", 1)
    part = await one.edits.part(NAME)
    assert (part.value, part.seen, part.edited) == ("Hai?", 2, True)
    await one.edits.change(TU, NAME, part.revisions[1].after, part.seen)
    assert one.say("ask-name") == "Một?"
    rows = read(one.store, lambda work: work.site_revisions.page())
    assert (rows[0].before, rows[0].after, rows[0].author) == ("Hai?", "Một?", "Tú")
    assert len(rows) == 3


async def test_the_second_of_two_who_change_the_same_part_is_told_and_nothing_is_lost(start: Start) -> None:
    one, other = start(), start()
    await one.edits.change(MINH, NAME, "Của Minh?", 0)
    with pytest.raises(ChangedMeanwhile):
        await other.edits.change(TU, NAME, "Của Tú?", 0)
    part = await other.edits.part(NAME)
    assert (part.value, part.seen) == ("Của Minh?", 1)
    assert await other.edits.change(TU, NAME, "Của Tú?", part.seen)
    assert other.say("ask-name") == "Của Tú?"


async def test_two_who_change_different_parts_both_succeed_and_the_second_is_checked_with_the_first(
    start: Start,
) -> None:
    one, other = start(), start()
    retired = {"name": {"vi": "Cấp nước", "en": "Water"}, "retired": True}
    assert await one.edits.change(MINH, "routes/water_supply", "power", 0)
    assert await other.edits.change(TU, "departments/water", retired, 0)
    await one.site.refresh()
    assert one.site.standing.edits == other.site.standing.edits
    with pytest.raises(BadProfile, match="retired"):  # `one` last saw the department open
        await one.edits.change(MINH, "routes/road", "water", 0)


async def test_several_at_once_in_one_process_all_count(start: Start) -> None:
    one = start()
    keys = [f"texts/vi/label-{name}" for name in ("name", "phone", "address", "request")]
    done = await asyncio.gather(*(one.edits.change(MINH, key, key[-5:], 0) for key in keys))
    assert done == [True] * 4
    assert one.site.standing.edits == {key: key[-5:] for key in keys}


async def test_another_process_learns_of_it_and_work_that_has_begun_keeps_what_it_began_with(start: Start) -> None:
    one, other = start(), start()
    began, heard = other.site.profile, asyncio.Event()
    other.site.follow(heard.set)
    following = asyncio.create_task(other.site.run())
    await asyncio.sleep(0)
    await one.edits.change(MINH, NAME, "Quý danh?", 0)
    other.changes.tell([TOPIC])  # as PostgreSQL's NOTIFY does, or the next look by itself
    async with asyncio.timeout(20):
        await heard.wait()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert other.say("ask-name") == "Quý danh?"
    assert began.catalog.texts["vi"]["ask-name"] != "Quý danh?"


@pytest.mark.postgres
async def test_on_postgresql_other_processes_hear_of_it(postgres_url: str) -> None:  # noqa: F811  a fixture
    stores = [open_store(postgres_url, KEYS) for _ in range(2)]
    stores[0].upgrade()
    heard = asyncio.Event()
    writers = [Writer(store) for store in stores]
    changes = [SharedChanges(store) for store in stores]
    sites = [Site(files(), store, told) for store, told in zip(stores, changes, strict=True)]
    sites[1].follow(heard.set)
    tasks = [asyncio.create_task(work()) for work in (*(one.run for one in changes), sites[1].run)]
    nobody = cast("Any", None)
    edits = SiteEdits(Tools(stores[0], writers[0], nobody, sites[0], changes[0], nobody, lambda: AT))
    assert await edits.change(MINH, NAME, "Quý danh?", 0)
    async with asyncio.timeout(20):
        await heard.wait()
    assert sites[1].profile.catalog.texts["vi"]["ask-name"] == "Quý danh?"
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for store, writer in zip(stores, writers, strict=True):
        await writer.close()
        store.close()


async def test_a_reader_that_was_slower_does_not_bring_back_the_past(start: Start) -> None:
    one = start()
    await one.edits.change(MINH, NAME, "Một?", 0)
    old = one.site.standing
    await one.edits.change(MINH, NAME, "Hai?", 1)
    one.site._swap(old)
    assert one.say("ask-name") == "Hai?"


async def test_edits_that_no_longer_hold_stop_nobody_and_are_told_by_name_until_they_are_taken_back(
    start: Start,
) -> None:
    one = start()
    await one.edits.change(MINH, NAME, "Quý danh?", 0)
    add(one.store, "texts/vi/gone-in-this-version", "x")
    add(one.store, "routes/road", 7)
    with structlog.testing.capture_logs() as logs:
        later = start()
    (told,) = [line for line in logs if line["log_level"] == "error"]
    assert told["key"] == "routes/road"
    assert later.site.profile is files().profile
    problem = later.site.standing.problem
    assert problem is not None
    found = _edits(files(), later.store)
    assert (found.ok, "3 edit(s)" in found.detail, "routes/road" in found.detail) == (False, True, True)
    with pytest.raises(BadProfile):
        await later.edits.change(MINH, TICKET, "Mã: {code}", 0)  # a new edit waits until the others hold
    assert await later.edits.change(MINH, "routes/road", None, 3)
    assert later.site.profile is files().profile
    assert await later.edits.change(MINH, "texts/vi/gone-in-this-version", None, 2)
    assert (later.site.standing.problem, later.say("ask-name")) == (None, "Quý danh?")
    found = _edits(files(), later.store)
    assert (found.ok, found.detail) == (True, "1 edit(s) of the console lie over the files")


async def test_a_department_of_the_console_is_removed_only_while_nothing_is_its_own(start: Start) -> None:
    one = start()
    parks = {"name": {"vi": "Công viên", "en": "Parks"}, "retired": False}
    await one.edits.change(MINH, "departments/parks", parks, 0)
    assert await one.edits.change(MINH, "departments/parks", None, 1)
    assert "parks" not in one.site.profile.departments
    await one.edits.change(MINH, "departments/parks", parks, 2)
    with one.store.writing() as work:
        draft = report(department="parks")
        work.tickets.open(draft, None, "desk", "phone", None, "1022", AT.date(), AT, actor="Minh")  # type: ignore[arg-type]
    with pytest.raises(DepartmentInUse):
        await one.edits.change(MINH, "departments/parks", None, 3)
    assert await one.edits.change(MINH, "departments/parks", {**parks, "retired": True}, 3)
    assert [*one.site.profile.open_departments] == [*files().profile.departments]
    assert one.site.profile.departments["parks"].retired


@pytest.mark.parametrize("kind", ["person", "token"])
async def test_a_department_with_people_is_not_removed(start: Start, kind: str) -> None:
    one = start()
    await one.edits.change(MINH, "departments/parks", {"name": {"vi": "x", "en": "x"}, "retired": False}, 0)
    with one.store.writing() as work:
        if kind == "person":
            work.operators.add("Sở", "department", "-", AT, "parks")
        else:
            work.tokens.add("parks", "department", AT)
    with pytest.raises(DepartmentInUse):
        await one.edits.change(MINH, "departments/parks", None, 1)


async def test_a_department_of_the_files_is_given_back_its_own_name_even_with_tickets(start: Start) -> None:
    one = start()
    await one.edits.change(MINH, "departments/power", {"name": {"vi": "EVN", "en": "EVN"}, "retired": False}, 0)
    with one.store.writing() as work:
        work.operators.add("Sở", "department", "-", AT, "power")
    assert await one.edits.change(MINH, "departments/power", None, 1)
    assert one.site.profile.departments == files().profile.departments


def form(**fields: str) -> Visit:
    """A visit whose form holds these."""
    nothing = cast("Any", SimpleNamespace(query={}))
    return Visit(nothing, nothing, nothing, "vi", "", fields)


def test_what_is_typed_keeps_its_blanks_and_joiners_and_loses_control_characters() -> None:
    site = files("iran111").profile
    assert value_of("texts/vi/separator", form(value=", "), site) == ", "
    assert value_of("texts/fa/help", form(value="می\u200cخواهم\r\nبله\x00\n"), site) == "می\u200cخواهم\nبله"
    assert value_of("categories/road", form(value=" đường \n\n  đường\nhố ga"), site) == ["đường", "hố ga"]
    assert value_of("categories/road", form(value="ga\u0300"), site) == ["gà"]


@pytest.mark.parametrize(
    "key",
    [
        "office", "departments/health", "categories/security", "emergencies/child", "names/security",
        "deadlines/security", "numbers", "line",
    ],
)  # fmt: skip
def test_what_a_form_shows_is_what_it_gives_back(key: str) -> None:
    site = files("iran111")
    value = site.value(key) or ["a", "b"]
    shown = fields_of(key, value, site.profile)
    typed = {name: str(one) for name, one in shown.items() if one}
    assert value_of(key, form(**typed), site.profile) == value


def test_other_names_of_places_are_lines_and_a_term_is_a_number_or_refused() -> None:
    site = files()
    aliases = site.value("aliases")
    shown = fields_of("aliases", aliases, site.profile)["value"]
    assert "\ndn = Đà Nẵng, Đồng Nai\n" in shown
    assert value_of("aliases", form(value=shown), site.profile) == aliases
    assert value_of("aliases", form(value="sg\n\n = x"), site.profile) == {"sg": [], "": ["x"]}
    assert value_of("deadlines/road", form(unit="", value="7"), site.profile) == {}
    assert value_of("deadlines/road", form(unit="sla_days", value="mai"), site.profile) == {"sla_days": 0}


def test_comparisons_are_bounded_whatever_is_compared() -> None:
    repeated, other = ["a b " * 1000], ["b a c " * 700]
    assert {one.sign for one in changes(repeated, other, words=True)} <= {"-", "+", " "}
    assert changes(["1", "2", "3"], ["1", "3", "4"], words=False) == [("-", "2"), ("+", "4")]
