"""The files around the code keep their promises: settings are documented, locks name no place, one version holds everywhere."""

import ast
import re
import tomllib
from itertools import chain
from typing import Any

import pytest
from kit.repository import ROOT, modules, tracked_files

from adapters.base import Adapter
from adapters.registry import adapter_for
from conversation.ids import PlatformName

ACCOUNT_KEYS = {
    "zalo": {"APP_ID", "APP_SECRET", "OA_ID", "OA_SECRET", "REFRESH_TOKEN", "OAUTH_BASE"},
    "viber": {"TOKEN", "SENDER_NAME"},
    "messenger": {"PAGE_ID", "PAGE_TOKEN", "APP_ID", "APP_SECRET", "VERIFY_TOKEN"},
    "telegram": {"TOKEN", "SECRET"},
}
GATEWAY_SETTINGS = {
    *("DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "SITE", "SECRET_KEY", "SECRET_KEY_OLD", "MEDIA_DIR"),
    *("LOG_FORMAT", "LOG_LEVEL", "CLOCK_OFFSET_SECONDS"),
}
COMMANDS = {"demo", "serve", "doctor", "register", "understand", "tickets", "tokens", "replay", "db"}
"""Those of this version; operators, broadcasts, erase and purge come with the console."""

LOCKS = ("requirements.txt", "requirements-test.txt", "requirements-uv.txt")
# written so that this file does not contain what it forbids
PLACES = re.compile(
    r"/(?:root|home|work|Users)/|py[t]honhosted|py[p]i\.org|--(?:extra-)?index[-]url|find[-]links\s+\S*/"
)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def documented_settings() -> dict[str, str]:
    """Name to value of every line `NAME=value` of `.env.example`, also of one that is commented out."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^(?:# ?)?([A-Z][A-Z0-9_]+)=(.*)$", text, flags=re.MULTILINE))


def names_read_by_settings() -> set[str]:
    """Every literal in the settings module that looks like a setting's name."""
    tree = ast.parse((ROOT / "bots" / "settings.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", text)} - {
        "DEBUG",
        "INFO",
        "WARNING",
        "ERROR",
        "BOT",
    }


def test_every_setting_of_the_gateway_stands_in_the_example() -> None:
    assert set(documented_settings()) >= GATEWAY_SETTINGS


def test_every_name_the_settings_module_reads_stands_in_the_example() -> None:
    documented = set(documented_settings())
    unknown = {
        name
        for name in names_read_by_settings()
        if not any(one == name or one.endswith(f"_{name}") for one in documented)
    }
    assert unknown == set()


@pytest.mark.parametrize("platform", ACCOUNT_KEYS)
def test_every_key_of_an_account_stands_in_the_example(platform: str) -> None:
    adapter: Adapter = adapter_for(PlatformName(platform))
    keys = ACCOUNT_KEYS[platform] | {*adapter.secret_names, *adapter.optional_names, "PLATFORM", "API_BASE", "PACE"}
    assert {f"BOT_{platform.upper()}_{key}" for key in keys} - set(documented_settings()) == set()


def test_the_example_copied_as_it_is_sets_nothing() -> None:
    assert {
        name: value for name, value in documented_settings().items() if value and not name.startswith("BOT_HUE_")
    } == {}


def test_every_setting_and_command_is_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    keys = {f"_{key}" for keys in ACCOUNT_KEYS.values() for key in keys}
    commands = {f"tongdai {command}" for command in COMMANDS}
    assert {name for name in GATEWAY_SETTINGS | keys | commands if name not in reference} == set()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_place(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in lock
    pins = re.findall(r"^[a-z0-9.\-]+(?:\[[a-z0-9,\-]+\])?==\S+.*$", lock, flags=re.MULTILINE)
    assert pins
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", lock)) >= len(pins)
    assert all(pin.endswith("\\") for pin in pins), "a pin without a hash"


def test_the_test_lock_holds_everything_of_the_run_lock() -> None:
    pins = [
        set(
            re.findall(
                r"^([a-z0-9.\-]+(?:\[[a-z0-9,\-]+\])?==\S+)",
                (ROOT / name).read_text(encoding="utf-8"),
                flags=re.MULTILINE,
            )
        )
        for name in LOCKS[:2]
    ]
    assert pins[0] - pins[1] == set()


def test_every_dependency_is_locked() -> None:
    lock = (ROOT / "requirements-test.txt").read_text(encoding="utf-8")
    declared = project()["project"]
    wanted = [*declared["dependencies"], *chain.from_iterable(declared["optional-dependencies"].values())]
    names = {re.split(r"[\[<>=;! ]", one)[0].lower() for one in wanted}
    assert {name for name in names if not re.search(rf"^{re.escape(name)}(\[|==)", lock, flags=re.MULTILINE)} == set()


def test_no_file_names_a_place_on_somebodys_machine_or_a_package_index() -> None:
    found = []
    for path in tracked_files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:  # pictures and compressed data
            continue
        found += [f"{path}:{number}" for number, line in enumerate(text.splitlines(), 1) if PLACES.search(line)]
    assert found == []


def test_the_log_lines_and_metrics_explained_are_those_there_are() -> None:
    page = (ROOT / "docs" / "how-to" / "read-the-logs.md").read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| (`[^|]*`) \|", page, flags=re.MULTILINE)
    explained = {name for cell in first_cells for name in re.findall(r"`([a-z][a-z _]+)`", cell)} - {
        "event",
        "tongdai doctor",
    }
    code = "".join((ROOT / path).read_text(encoding="utf-8") for path in modules("bots", "webhooks"))
    assert len(explained) > 10
    assert {name for name in explained if f'"{name}"' not in code} == set()


def test_neither_uv_lock_nor_pylock_is_kept() -> None:
    assert [path for path in tracked_files() if path.name in {"uv.lock", "pylock.toml"}] == []


def test_the_version_is_the_newest_of_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, flags=re.MULTILINE)
    assert releases[0] == project()["project"]["version"]


def test_the_command_tells_the_projects_version() -> None:
    version = project()["project"]["version"]
    assert f'version="{version}"' in (ROOT / "bots" / "command_line.py").read_text(encoding="utf-8")


def test_every_link_between_the_documents_leads_somewhere() -> None:
    broken = []
    for path in (one for one in tracked_files() if one.suffix == ".md"):
        text = re.sub(r"```.*?```", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.DOTALL)
        targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
        inside = (one for one in targets if "://" not in one and not one.startswith("mailto:"))
        broken += [f"{path}: {one}" for one in inside if not (ROOT / path.parent / one).exists()]
    assert broken == []


def test_continuous_integration_runs_what_everybody_runs() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")][-1] == "exec make test"


def test_the_licence_is_the_one_the_project_declares() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert project()["project"]["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
