"""The measuring of announcements itself: every call comes in and is counted for its platform."""

import re
from pathlib import Path

import pytest
from benchmarks.broadcast_sending import PLATFORMS, measure


@pytest.mark.long
async def test_a_short_measurement_tells_of_every_platform_and_of_the_bare_client(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in ("limited", "free"):
        (tmp_path / part).mkdir()
    await measure(tmp_path, seconds=2.0, unlimited=100)
    told = capsys.readouterr().out
    assert re.findall(r"^(\w+) .* used \d", told, re.MULTILINE) == list(PLATFORMS)
    assert "a bare client" in told
