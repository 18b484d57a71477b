"""Logs tell what happened and where, never what somebody said."""

import json
from collections.abc import Iterator

import pytest
import structlog

from bots.logs import set_up_logs


@pytest.fixture(autouse=True)
def logs_put_back() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_an_error_is_logged_by_kind_and_place_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("json", "INFO")
    try:
        int("số của tôi 0912345678")
    except ValueError:
        structlog.get_logger("x").exception("could not read")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "could not read"
    assert line["error"] == "ValueError"
    assert line["at"][-1].startswith("test_logs.py:")
    assert "0912345678" not in json.dumps(line)


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("console", "WARNING")
    structlog.get_logger("x").info("quiet")
    structlog.get_logger("x").warning("loud")
    text = capsys.readouterr().err
    assert "loud" in text
    assert "quiet" not in text
