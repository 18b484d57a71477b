"""Starting stays light: what a platform needs is loaded for that platform only."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROBE = """
import sys
from bots.settings import read_settings
import bots.gateway
settings = read_settings({environment!r}, need_key=True, terminal=False)
print(sorted(name for name in {names!r} if name in sys.modules))
"""
KEY = {"SECRET_KEY": "k" * 40}
VIBER = {**KEY, "BOT_VIBER_TOKEN": "t", "BOT_VIBER_SENDER_NAME": "1022"}
TELEGRAM = {**KEY, "BOT_TELEGRAM_TOKEN": "1:t", "BOT_TELEGRAM_SECRET": "s"}


def loaded(environment: dict[str, str], *names: str) -> str:
    program = PROBE.format(environment=environment, names=names)
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("environment", [KEY, VIBER, TELEGRAM])
def test_a_start_imports_no_platforms_library_and_nothing_that_is_rarely_used(environment: dict[str, str]) -> None:
    """Alone aiogram costs 4 seconds and 127 MB (3.31, 2026): even with Telegram it waits until the server listens."""
    assert loaded(environment, "aiogram", "viberbot", "alembic", "httpx") == "[]"


def test_help_does_not_load_the_store() -> None:
    program = (
        "import sys; from bots.command_line import app; print('sqlmodel' in sys.modules, 'aiohttp' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "False False"


def test_a_server_keeps_nothing_in_memory_that_only_happens_to_be_installed(tmp_path: Path) -> None:
    """15 MB of 145 (2026): coloured tracebacks, the command line, the dialect of a database that is not used."""
    program = (
        "import sys; from bots.__main__ import run; status = run(['serve']); import bots.gateway, bots.careful; bots.careful._httpx();"
        " print(status, sorted({'cyclopts', 'rich', 'pygments', 'click', 'greenlet', 'sqlalchemy.dialects.postgresql'}"
        " & set(sys.modules)))"
    )
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path, env=kept
    )
    assert ran.stdout.strip() == "2 []", ran.stderr
