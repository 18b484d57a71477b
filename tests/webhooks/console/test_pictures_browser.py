"""Pictures of all pages for docs/images, in both widths: `make pictures` takes them anew; here they are only tried."""

import re
from pathlib import Path

import pytest
from aiohttp import web
from kit.accessibility import faults
from kit.gallery import NO_PAGES, PICTURES, WIDTHS, Windows, take, working_town
from playwright.async_api import Browser

from bots.gateway import Gateway

pytestmark = pytest.mark.browser
MISSING = re.compile(r"\[[a-z_-]+\]")


def test_every_page_has_a_picture_in_both_widths(gateway: Gateway, repository: Path) -> None:
    files = {file.name for file in (repository / "docs" / "images").iterdir()}
    names = {f"console-{name}-{width}.webp" for name in PICTURES for width in WIDTHS}
    assert names == {name for name in files if name.startswith("console-")}
    page_of_pictures = (repository / "docs" / "pictures.md").read_text(encoding="utf-8")
    assert [name for name in names if f"(images/{name})" not in page_of_pictures] == []
    router = web.UrlDispatcher()
    pages = {
        router.add_resource(one.path).canonical for one in gateway.console.declared() if one.method == "GET"
    }  # without the rules of its parts
    shown = {route for picture in PICTURES.values() for route in picture.routes}
    assert pages - shown == NO_PAGES.keys()
    assert shown <= pages


@pytest.mark.long
async def test_every_picture_can_be_taken_of_a_page_without_faults(
    browser: Browser, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    folder = pytestconfig.getoption("--pictures") or tmp_path
    kind, wrong = pytestconfig.getoption("--picture-kind"), []
    async with working_town(tmp_path) as (place, values):
        windows = Windows(browser, place)
        for name, picture in PICTURES.items():
            for width in WIDTHS:
                page = await windows.show(picture, width, values)
                if await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                    wrong.append(f"{name} is wider than {width}")
                wrong += [f"{name} at {width}: {fault}" for fault in await faults(page)]
                wrong += [f"{name}: no words for {one}" for one in MISSING.findall(await page.inner_text("body"))]
                await take(page, picture, Path(folder) / f"console-{name}-{width}.{kind}")
    assert wrong == []
