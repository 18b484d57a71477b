"""axe-core over an open page (vendor/axe.min.js, MPL-2.0): what people with a screen reader or weak sight stumble over."""

from functools import cache
from pathlib import Path

from playwright.async_api import Page

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_GRAVE = {"serious", "critical"}


@cache
def _source() -> str:
    return _AXE.read_text(encoding="utf-8")


async def faults(page: Page) -> list[str]:
    """Serious and critical findings: rule, and the elements concerned."""
    await page.evaluate(_source())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = await page.evaluate(
        "async (tags) => (await axe.run(document, { runOnly: { type: 'tag', values: tags } })).violations", rules
    )
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:4]]} {one['nodes'][0].get('failureSummary', '')[:300]}"
        for one in found
        if one["impact"] in _GRAVE
    ]
