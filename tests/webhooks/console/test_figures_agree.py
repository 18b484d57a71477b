"""A month of reports counted by hand: the page, its export and the API tell the same."""

import csv
import io
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from kit.api import callers
from kit.console import visitor
from kit.filled import Count, count, filled, parts
from kit.town import Town

from bots.gateway import Gateway
from webhooks.console.figures import took
from webhooks.console.layout import percent

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CELL = re.compile(r"<td class=\"num[^>]*>([^<]*)</td>")


async def test_page_export_and_api_tell_what_was_counted_by_hand(place: Town, gateway: Gateway) -> None:
    now = gateway.desk.tools.now()
    store = place.store()
    cases = filled(store, 120, 7, now)
    store.close()
    today = now.astimezone(ZONE).date()
    since, until = today - timedelta(days=20), today - timedelta(days=3)
    inside = [one for one in cases if since <= one.created.astimezone(ZONE).date() <= until]
    assert 20 < len(inside) < 120
    total = count(inside, now)
    assert total.overdue
    async with visitor(place, "Tú") as tu, callers(place, bi="operator") as (api,):
        told = (await api.get("/stats", since=f"{since}", until=f"{until + timedelta(days=1)}")).body
        assert from_api(told["total"]) == total
        for by in ("channel", "category", "department", "ward", "operator"):
            expected = {key: count(some, now) for key, some in parts(inside, by).items()}
            assert {one["code"]: from_api(one) for one in told[by]} == expected
            query = f"since={since}&until={until}&by={by}"
            _, text = await tu.get(f"/figures.csv?{query}")
            rows = [*csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]
            assert {row[by] or None: from_csv(row) for row in rows} == expected
            _, page = await tu.get(f"/figures?{query}")
            table = page.partition('class="grid numbers"')[2]
            lines = [CELL.findall(line) for line in table.split("<tr>")[2:]]
            wanted = [
                (row["received"], row["answered"], row["resolved"], row["on_time"], row["overdue"]) for row in rows
            ]
            assert [(line[0], line[1], line[2], line[4], line[5]) for line in lines] == wanted
            assert [line[3] for line in lines] == [percent(float(row["handling_ratio"]), "vi") for row in rows]
        tiles = re.findall(r"<dd>(\d+)", page.partition('class="tiles"')[2].partition("</dl>")[0])
        assert [int(one) for one in tiles[:4]] == [total.received, total.resolved, total.on_time, total.overdue]


def from_api(one: dict[str, float]) -> Count:
    return Count(
        one["received"], one["answered"], one["resolved"], one["on_time"], one["overdue"], one["handling_ratio"],
        one["median_first_answer_seconds"], one["median_resolution_seconds"],
    )  # type: ignore[arg-type]  # fmt: skip


def from_csv(row: dict[str, str]) -> Count:
    numbers = [int(row[name]) for name in ("received", "answered", "resolved", "on_time", "overdue")]
    times = [
        float(row[name]) if row[name] else None
        for name in ("handling_ratio", "median_first_answer_s", "median_resolution_s")
    ]
    return Count(*numbers, *times)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (0, "dưới 1 phút"), (59.9, "dưới 1 phút"), (60, "1 phút"), (3600, "1 giờ"), (7199, "1 giờ 59 phút"),
     (86_400, "1 ngày"), (86_400 + 60, "1 ngày"), (2 * 86_400 + 3 * 3600, "2 ngày 3 giờ")],
)  # fmt: skip
def test_a_length_of_time_is_told_in_two_units(seconds: float | None, shown: str) -> None:
    assert took(seconds, "vi") == shown


@pytest.mark.parametrize(
    ("ratio", "language", "shown"),
    [
        (0.9731, "vi", "97,3 %"),
        (0.9731, "en", "97.3 %"),
        (0.9999, "en", "99.9 %"),
        (1.0, "vi", "100,0 %"),
        (None, "vi", "–"),
    ],
)
def test_a_share_never_looks_whole_before_it_is(ratio: float | None, language: str, shown: str) -> None:
    assert percent(ratio, language) == shown
