"""Words that would run as a script stand in every field that somebody can fill; every page there is shows them as words."""

import re
from datetime import UTC, datetime

import pytest
from kit.citizens import PROBE
from kit.console import add_person, conversation_of
from kit.desk_pages import at_console, by_phone, worker
from kit.town import Town
from playwright.async_api import Browser

from bots.gateway import Gateway
from ticket_store.unit_of_work import Work
from webhooks.desk.site_edits import SiteEdits
from webhooks.desk.wanted_announcement import Announcement

pytestmark = [pytest.mark.browser, pytest.mark.long]

NAME = PROBE[:60]
"""What of it fits where names are short."""
SENTENCE = "texts/vi/thanks"
SHOWN = {
    "answers",
    "announcements",
    "chats",
    "counter",
    "inbox",
    "link",
    "tickets",
    "admin/audit",
    "admin/people",
    "admin/site",
}
"""Where some of the words must be seen; else this would look at empty pages."""


async def spoiled(place: Town, gateway: Gateway) -> dict[str, str]:
    """The probe is everywhere; of each kind of page the id with which one about it is found."""
    add_person(place, NAME, "admin")
    person = place.sandbox.person("telegram", PROBE)
    await person.open_chat()
    await person.next_message()
    place.clock.pass_time(3)
    await person.send_text(f"Tôi tên {PROBE}, 0912 345 678, ở 12 Lê Lợi, phường Bến Thành: {PROBE}")
    await person.send_file(name=f"{PROBE.replace('/', '_')}.pdf")
    await person.send_photo(caption=PROBE)
    chat = await conversation_of(place, "telegram", person.id)
    actor, desk = worker(gateway, NAME, "admin"), gateway.desk
    await desk.write(chat, actor, PROBE)
    await desk.note(chat, actor, PROBE)
    said = {"name": PROBE, "address": f"{PROBE}, phường Bến Thành", "request": PROBE, "subject": PROBE}
    first, second = [await by_phone(gateway, actor=NAME, **said) for _ in range(2)]
    await desk.change_ticket(first, actor, note=PROBE, answer=PROBE)
    await desk.change_ticket(second, actor, duplicate_of=first)
    token = (await desk.forward(first, actor, "transport", PROBE)).token
    made = await desk.announce(actor, Announcement(PROBE, PROBE, link=(PROBE[:20], "https://example.org/<script>")))
    assert await SiteEdits(desk.tools).change(actor, SENTENCE, PROBE.replace("{", "(").replace("}", ")"), 0, PROBE)

    def put(work: Work) -> None:
        at = datetime(2026, 11, 24, tzinfo=UTC)
        work.ready_answers.put("x", PROBE, NAME, at)
        work.audit.note(PROBE, PROBE, [PROBE], at, PROBE)

    await desk.tools.writer.write(put)
    return {"chats": chat, "tickets": first, "counter": second, "announcements": str(made["id"]), "link": token or ""}


async def test_no_page_runs_what_somebody_wrote(place: Town, gateway: Gateway, browser: Browser) -> None:
    ids = await spoiled(place, gateway)
    paths = [
        re.sub(r"\{\w+(:([^{}]|\{[^{}]*\})*)?\}", ids.get(route.path.split("/")[1], "nothing"), route.path)
        for route in gateway.console.declared()
        if route.method == "GET" and route.path not in {"/live", "/"} and not route.path.endswith(".csv")
    ]
    assert len(paths) > 20
    more = ["/inbox?view=all", f"/inbox?q={ids['counter']}", f"/admin/site/edit?key={SENTENCE}", "/admin/site?q=thanks"]
    shown = set()
    async with at_console(browser, place, NAME) as page:
        page.expected = (404, 410)  # type: ignore[attr-defined]
        for path in [*paths, *more]:
            await page.goto(f"{place.gateway_url}/console{path}")
            body = page.locator("body")
            assert await page.title() != "taken", path
            assert await page.locator("img[src=x]").count() == 0, path
            assert await page.locator("script:not([src]):not([type='application/json'])").count() == 0, path
            if "<img src=x" in await body.inner_text():
                first, second, *_ = [*re.split(r"[/?]", path.removeprefix("/")), ""]
                shown.add(f"{first}/{second}" if first == "admin" else first)
    assert shown >= SHOWN, SHOWN - shown
