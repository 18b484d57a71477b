"""Settings are read whole: every problem at once, no secret shown."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bots.errors import BadSettings
from bots.settings import Settings, read_environment, read_settings

KEY = "k" * 32
TELEGRAM = {"BOT_TELEGRAM_TOKEN": "1:secret-token", "BOT_TELEGRAM_SECRET": "hush-hush"}


def settings(**environment: str) -> Settings:
    return read_settings({"SECRET_KEY": KEY, **environment}, need_key=True, terminal=False)


def problems(environment: dict[str, str]) -> str:
    with pytest.raises(BadSettings) as caught:
        read_settings(environment, need_key=True, terminal=False)
    return str(caught.value)


def test_defaults_are_those_of_the_contract() -> None:
    read = settings()
    assert (read.host, read.port, read.public_url, read.site) == ("127.0.0.1", 8080, None, None)
    assert read.database_url == "sqlite:///var/tongdai.db"
    assert read.media_dir == Path("var/media")
    assert (read.log_format, read.log_level, read.clock_offset, read.accounts) == ("json", "INFO", timedelta(0), ())


def test_a_terminal_gets_readable_logs() -> None:
    assert read_settings({"SECRET_KEY": KEY}, need_key=True, terminal=True).log_format == "console"


def test_an_account_exists_as_soon_as_one_of_its_settings_does() -> None:
    text = problems({"SECRET_KEY": KEY, "BOT_TELEGRAM_TOKEN": "1:x"})
    assert "BOT_TELEGRAM_SECRET is missing" in text


def test_an_account_may_have_any_name_when_its_platform_is_said() -> None:
    read = settings(BOT_CITY_TWO_PLATFORM="telegram", BOT_CITY_TWO_TOKEN="1:x", BOT_CITY_TWO_SECRET="s")
    (one,) = read.accounts
    assert (one.account.id, one.account.platform, one.account.secret("TOKEN")) == ("city_two", "telegram", "1:x")
    assert one.account.api_base == "https://api.telegram.org"


def test_the_longest_key_that_fits_the_end_of_a_name_counts() -> None:
    read = settings(
        BOT_MESSENGER_PAGE_ID="1",
        BOT_MESSENGER_PAGE_TOKEN="2",
        BOT_MESSENGER_APP_ID="3",
        BOT_MESSENGER_APP_SECRET="4",
        BOT_MESSENGER_VERIFY_TOKEN="5",
    )
    (one,) = read.accounts
    assert one.account.id == "messenger"
    assert one.account.secret("PAGE_TOKEN") == "2"
    assert one.account.secret("VERIFY_TOKEN") == "5"


def test_an_empty_value_is_no_value_so_that_an_untouched_example_sets_up_no_account() -> None:
    assert settings(BOT_ZALO_APP_ID="", BOT_ZALO_OA_SECRET=" ").accounts == ()


def test_an_empty_secret_of_a_named_account_is_refused() -> None:
    assert "BOT_TELEGRAM_SECRET is missing" in problems({"SECRET_KEY": KEY, **TELEGRAM, "BOT_TELEGRAM_SECRET": ""})


def test_all_problems_are_told_at_once_and_no_value_is() -> None:
    text = problems(
        {
            "SECRET_KEY": "too-short-key",
            "PORT": "eighty",
            "DATABASE_URL": "mysql://user:pw-of-db@host/db",
            "PUBLIC_URL": "http://gateway.example",
            "LOG_LEVEL": "LOUD",
            "BOT_VIBER_TOKEN": "viber-token",
            "BOT_VIBER_COLOUR": "blue",
            "BOT_NONSENSE_TOKEN": "x",
        }
    )
    for name in (
        "SECRET_KEY", "PORT", "DATABASE_URL", "PUBLIC_URL", "LOG_LEVEL", "BOT_VIBER_SENDER_NAME", "BOT_VIBER_COLOUR",
        "BOT_NONSENSE_PLATFORM",
    ):  # fmt: skip
        assert name in text
    for value in ("too-short-key", "eighty", "pw-of-db", "viber-token", "blue"):
        assert value not in text


def test_serve_needs_a_key_and_other_commands_do_not() -> None:
    assert "SECRET_KEY is required" in problems({})
    assert read_settings({}, need_key=False, terminal=False).secret_key == ""


@pytest.mark.parametrize(
    "base", ["https://api.example/v1", "ftp://x", "https://user@host", "https://host?x=1", "host:80", "http://[::1"]
)
def test_an_api_base_is_scheme_host_and_port_only(base: str) -> None:
    assert "BOT_TELEGRAM_API_BASE" in problems({"SECRET_KEY": KEY, **TELEGRAM, "BOT_TELEGRAM_API_BASE": base})


def test_a_trailing_slash_of_an_api_base_is_forgiven() -> None:
    (one,) = settings(**TELEGRAM, BOT_TELEGRAM_API_BASE="http://127.0.0.1:9000/").accounts
    assert one.account.api_base == "http://127.0.0.1:9000"


def test_the_clock_moves_in_rehearsals_on_loopback_only() -> None:
    on_loopback = settings(**TELEGRAM, BOT_TELEGRAM_API_BASE="http://127.0.0.1:9000", CLOCK_OFFSET_SECONDS="3600")
    assert on_loopback.clock_offset == timedelta(hours=1)
    assert "CLOCK_OFFSET_SECONDS" in problems({"SECRET_KEY": KEY, **TELEGRAM, "CLOCK_OFFSET_SECONDS": "3600"})


def test_pacing_is_off_in_load_tests_on_loopback_only() -> None:
    (one,) = settings(**TELEGRAM, BOT_TELEGRAM_API_BASE="http://localhost:9000", BOT_TELEGRAM_PACE="off").accounts
    assert not one.paced
    assert "BOT_TELEGRAM_PACE" in problems({"SECRET_KEY": KEY, **TELEGRAM, "BOT_TELEGRAM_PACE": "off"})


def test_former_keys_are_read_for_rotation() -> None:
    assert settings(SECRET_KEY_OLD=f"{'a' * 32}, {'b' * 40}").secret_keys_old == ("a" * 32, "b" * 40)


def test_nothing_that_is_printed_of_settings_holds_a_secret() -> None:
    read = settings(**TELEGRAM, DATABASE_URL="postgresql://user:pw-of-db@host/db")
    shown = repr(read) + str(read)
    for secret in (KEY, "secret-token", "hush-hush", "pw-of-db"):
        assert secret not in shown


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=9001\nHOST=127.0.0.2\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "9002")
    read = read_environment(file)
    assert (read["PORT"], read["HOST"]) == ("9002", "127.0.0.2")


def test_every_account_key_of_the_example_file_is_known(repository: Path) -> None:
    names = re.findall(r"^#?\s*(BOT_[A-Z_]+)=", (repository / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    environment = {name: "http://127.0.0.1:1" if name.endswith("_BASE") else "x" for name in names}
    environment |= {name: "zalo" for name in names if name.endswith("_PLATFORM")}
    environment |= {name: "on" for name in names if name.endswith("_PACE")}
    with pytest.raises(BadSettings) as caught:
        settings(**environment, BOT_NONSENSE_COLOUR="blue")
    assert [line for line in caught.value.problems if "is not known" in line] == [
        line for line in caught.value.problems if "BOT_NONSENSE_COLOUR" in line
    ]
