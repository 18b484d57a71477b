"""What every test may ask for, and what none may do: talk to another machine."""

import socket
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["kit.databases"]

settings.register_profile("quick", max_examples=30, derandomize=True)
"""The same examples each time: whether a change is taken is no lottery. `--thorough` looks for new ones."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="the long tests too, and all examples of property tests")
    parser.addoption("--pictures", metavar="FOLDER", help="where the pictures of the console's pages go")
    parser.addoption("--picture-kind", default="webp", choices=("webp", "png"))


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--thorough"):
        settings.load_profile("quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Journeys and browsers first, so that no worker waits for another's last long one at the end. What is marked `long` is
    left out, unless all is wished for or it was asked for by name.
    """
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("journey", "browser")))
    if config.getoption("--thorough") or any("::" in argument for argument in config.args):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("long")]


_connect = socket.socket.connect


def _connect_here_only(self: socket.socket, address: object) -> None:
    """Refuses any address that is not this machine's, whichever library asks."""
    if self.family in {socket.AF_INET, socket.AF_INET6} and isinstance(address, tuple):
        host = str(address[0])
        if not (host.startswith("127.") or host in {"::1", "localhost"}):
            raise AssertionError(f"a test tried to reach {host}")
    _connect(self, address)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _connect_here_only)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The project's root folder."""
    return Path(__file__).resolve().parents[1]
