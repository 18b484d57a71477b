"""What a citizen hears in the chat while the report is worked on, and what they do not."""

from pathlib import Path

import pytest
from kit.api import callers
from kit.citizens import reported
from kit.town import town

pytestmark = pytest.mark.journey


async def test_every_change_that_concerns_the_citizen_arrives_in_plain_words(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place, callers(place, lan="operator") as (lan,):
        person, code = await reported(place)

        async def hears(**change: object) -> str:
            place.clock.pass_time(2)
            changed = await lan.patch(f"/tickets/{code}", change)
            assert changed.status == 200, changed.body
            return (await person.next_message()).text

        assert f"Phản ánh {code} đã được chuyển đến đơn vị xử lý." in await hears(status="forwarded")
        assert f"Phản ánh {code} đang được xử lý." in await hears(status="in_progress")
        assert "Trả lời: Đội đang tới" in await hears(answer="Đội đang tới")
        assert "cần anh/chị cho biết thêm: Số trụ?" in await hears(status="need_info", answer="Số trụ?")
        assert f"Phản ánh {code} đang được xử lý." in await hears(status="in_progress")
        done = await hears(status="resolved", answer="Đã xong")
        assert f"Phản ánh {code} đã có kết quả." in done
        assert "Trả lời: Đã xong" in done
        assert f"Phản ánh {code} đang được xử lý lại." in await hears(status="reopened")
        refused = await hears(status="rejected", answer="Thuộc tỉnh khác")
        assert f"Rất tiếc, phản ánh {code} không được tiếp nhận." in refused
        assert "Thuộc tỉnh khác" in refused
        assert f"Phản ánh {code} đã kết thúc." in await hears(status="closed")
        assert f"Phản ánh {code} đang được xử lý lại." in await hears(status="reopened")
        assert f"Phản ánh {code} đã hủy theo yêu cầu." in await hears(status="cancelled")
        before = len(person.inbox)
        for silent in ({"note": "chỉ nội bộ"}, {"publish": True}):
            assert (await lan.patch(f"/tickets/{code}", silent)).status == 200
        assert "chỉ nội bộ" not in await hears(status="reopened")
        assert len(person.inbox) == before + 1


async def test_a_category_that_makes_it_later_tells_the_new_day_and_one_that_makes_it_earlier_does_not(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, platforms=["telegram"]) as place, callers(place, lan="operator") as (lan,):
        person, code = await reported(place)
        arrived = len(person.inbox)
        assert (await lan.patch(f"/tickets/{code}", {"category": "electricity"})).status == 200  # three days
        place.clock.pass_time(2)
        assert (await lan.patch(f"/tickets/{code}", {"category": "road"})).status == 200  # five days
        news = await person.next_message()
        assert f"Phản ánh {code} có thời hạn xử lý mới, dự kiến: " in news.text
        place.clock.pass_time(2)
        assert (await lan.patch(f"/tickets/{code}", {"category": "electricity", "status": "in_progress"})).status == 200
        assert "đang được xử lý" in (await person.next_message()).text
        assert len(person.inbox) == arrived + 2
