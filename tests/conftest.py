"""What every test may ask for, and what none may do: talk to another machine."""

import socket
from pathlib import Path

import pytest

pytest_plugins = ["kit.databases"]

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
