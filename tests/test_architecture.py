"""Who may import whom, how long a file may be, and that the pure half is pure. docs/explanation/architecture.md says why."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from kit.repository import PACKAGES, ROOT, modules, tracked_files

LONGEST_FILE_LINES = 400

OWNERS_PACKAGES = {
    "aiogram": "adapters/telegram",
    "viberbot": "adapters/viber",
    "httpx": "bots",
    "aiohttp": "webhooks",
    "sqlmodel": "ticket_store",
    "dotenv": "bots",
}
"""Each does real work, and in one home (aiohttp in two: it listens in webhooks and sends from bots)."""

IMPURE_MODULES = {
    *(
        "asyncio",
        "concurrent",
        "glob",
        "http",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "queue",
        "random",
        "secrets",
    ),
    *(
        "select",
        "selectors",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "ssl",
        "structlog",
        "subprocess",
        "sys",
        "tempfile",
    ),
    *("threading", "time", "uuid", "aiohttp", "httpx", "requests", "dotenv", "sqlalchemy", "sqlmodel"),
}
IMPURE_CALLS = {
    "open",
    "print",
    "input",
    "now",
    "utcnow",
    "today",
    "monotonic",
    "getenv",
    "import_module",
    "urlopen",
}

REASONED_EXCEPTIONS = {
    "adapters/registry.py": {"import_module"},  # a platform is loaded when an account of it exists
}
"""Pure in what they answer; these read what ships with the program, once, at start."""


class Planted(NamedTuple):
    contract: str
    file: str
    line: str


PLANTED = [
    Planted("A floor looks down, never up, never sideways", "conversation/planted.py", "import adapters.base"),
    Planted("A floor looks down, never up, never sideways", "adapters/planted.py", "import ticket_store.errors"),
    Planted("A floor looks down, never up, never sideways", "webhooks/planted.py", "import bots.settings"),
    Planted("The outbound half meets the inbound half in the database", "bots/planted.py", "import webhooks.errors"),
    Planted("Only the intake runs the conversation", "webhooks/planted.py", "from conversation import machine"),
    Planted("Only the intake runs the conversation", "bots/planted.py", "import conversation.machine"),
    Planted("Tables stay inside the store", "webhooks/planted.py", "import ticket_store.tables"),
    Planted("Adapters know the conversation's vocabulary only", "adapters/planted.py", "import conversation.state"),
    Planted(
        "The store knows the conversation's vocabulary only", "ticket_store/planted.py", "import conversation.machine"
    ),
    Planted("A platform knows no other platform", "adapters/planted.py", "import adapters.zalo"),
    Planted("The listening half knows adapters by their contract only", "webhooks/planted.py", "import adapters.zalo"),
    Planted(
        "The simulated platforms share nothing with the gateway",
        "webhooks/sandbox/planted.py",
        "import conversation.ids",
    ),
    Planted(
        "The simulated platforms share nothing with the gateway",
        "webhooks/sandbox/planted.py",
        "import webhooks.errors",
    ),
    Planted("The simulated platforms are for the demo", "webhooks/planted.py", "import webhooks.sandbox"),
    Planted("The deciding and the translating half are pure", "conversation/planted.py", "import logging"),
    Planted("The deciding and the translating half are pure", "adapters/planted.py", "import asyncio"),
    Planted("aiogram lives in the Telegram adapter", "bots/planted.py", "import aiogram.types"),
    Planted("viberbot lives in the Viber adapter", "adapters/planted.py", "import viberbot"),
    Planted("What calls out, and what starts, lives in bots", "webhooks/planted.py", "import httpx"),
    Planted("HTTP lives in webhooks and bots", "ticket_store/planted.py", "import aiohttp"),
    Planted("The database lives in the store", "bots/planted.py", "import sqlalchemy"),
    Planted("Phone numbers and wording live in the conversation", "adapters/planted.py", "import phonenumbers"),
    Planted("Pages live in webhooks", "bots/planted.py", "import jinja2"),
    Planted(
        "Siblings do not import each other in a circle",
        "conversation/ids.py",
        "import conversation.state",
    ),
]


def verdicts(folder: Path) -> dict[str, str]:
    """What import-linter says about each contract, by the contract's name, for the packages in `folder`."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "300", "NO_COLOR": "1"}
    cache = ["--cache-dir", str(folder / ".import_linter_cache")]
    command = [str(Path(sys.executable).with_name("lint-imports")), *cache]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    found = {}
    for line in run.stdout.splitlines():
        for word in ("KEPT", "BROKEN"):
            if f" {word}" in line:
                found[line.partition(f" {word}")[0].strip()] = word
    assert found, f"import-linter said nothing that can be read:\n{run.stdout}{run.stderr}"
    assert (run.returncode == 0) == ("BROKEN" not in found.values())
    return found


def imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module="pathlib", names=names) if all(one.name.startswith("Pure") for one in names):
                pass  # pure paths are only text
            case ast.ImportFrom(module=str(module), level=0):
                yield module


def called_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name


def impurities(source: str) -> set[str]:
    """What a pure module must not import or call."""
    tree = ast.parse(source)
    roots = {name.partition(".")[0] for name in imported_names(tree)}
    return (roots & IMPURE_MODULES) | (set(called_names(tree)) & IMPURE_CALLS)


def lengths(files: Iterator[Path]) -> dict[str, int]:
    return {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in files}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and their contracts, to be spoilt and mended."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@contextmanager
def spoilt(target: Path, line: str) -> Iterator[None]:
    """`target` begins with `line`; mended, or gone again, afterwards."""
    before = target.read_text(encoding="utf-8") if target.exists() else None
    target.write_text(f"{line}\n{before or ''}", encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            target.unlink()
        else:
            target.write_text(before, encoding="utf-8")


def test_every_import_contract_is_kept() -> None:
    broken = [name for name, verdict in verdicts(ROOT).items() if verdict != "KEPT"]
    assert not broken


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.file}: {planted.line}")
def test_a_planted_import_breaks_its_contract(planted: Planted, copy: Path) -> None:
    with spoilt(copy / planted.file, planted.line):
        broken = [name for name, verdict in verdicts(copy).items() if verdict == "BROKEN"]
    assert [name for name in broken if name.startswith(planted.contract)]


def test_every_contract_has_a_planted_import_that_breaks_it() -> None:
    planted = tuple({one.contract for one in PLANTED})
    assert [name for name in verdicts(ROOT) if not name.startswith(planted)] == []


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    written = (path for path in tracked_files() if path.suffix in {".py", ".js", ".css", ".html", ".sh"})
    assert {path: lines for path, lines in lengths(written).items() if lines > LONGEST_FILE_LINES} == {}


def test_each_of_the_owners_packages_works_in_its_home() -> None:
    used = {
        str(path): {
            name.partition(".")[0] for name in imported_names(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        }
        for path in modules(*PACKAGES)
    }
    for package, home in OWNERS_PACKAGES.items():
        assert [path for path in used if path.startswith(home) and package in used[path]], f"{home} without {package}"


@pytest.mark.parametrize(
    "path",
    # what makes the gazetteer's data is run by hand and never imported
    [path for path in modules("conversation", "adapters") if not path.match("conversation/gazetteer/build/*")],
    ids=str,
)
def test_the_pure_half_touches_no_file_clock_network_or_log(path: Path) -> None:
    allowed = REASONED_EXCEPTIONS.get(str(path), set())
    assert impurities((ROOT / path).read_text(encoding="utf-8")) - allowed == set()


def test_each_reasoned_exception_is_still_needed() -> None:
    unneeded = {
        path: allowed - impurities((ROOT / path).read_text(encoding="utf-8"))
        for path, allowed in REASONED_EXCEPTIONS.items()
        if allowed - impurities((ROOT / path).read_text(encoding="utf-8"))
    }
    assert unneeded == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import random", "random"),
        ("from os import path", "os"),
        ("from pathlib import Path, PurePath", "pathlib"),
        ("open('x')", "open"),
        ("import datetime\ndatetime.datetime.now()", "now"),
        ("def later():\n    import socket", "socket"),
    ],
)
def test_impurity_is_seen(source: str, found: str) -> None:
    assert found in impurities(source)


def test_the_command_line_and_the_store_start_without_aiogram() -> None:
    program = "import sys, bots.command_line, bots.__main__, ticket_store.engine, adapters.registry; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
