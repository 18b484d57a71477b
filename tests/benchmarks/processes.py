"""A server as a process of its own: started, watched through /proc, ended."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def machine_busy_seconds() -> float:
    """CPU seconds all processes of the machine have used since it started."""
    fields = [int(field) for field in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / _TICKS


def own_seconds() -> float:
    times = os.times()
    return times.user + times.system


class Server:
    """One running server. Its output goes to `folder/log`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, port: int) -> None:
        self._port = port
        self._log = folder / "log"
        self._began = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    async def ready(self, path: str, seconds: float) -> float:
        """Seconds from the start to the first 200 of `path`. Raises RuntimeError when it does not come."""
        while time.monotonic() - self._began < seconds:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with status {self._process.returncode}")
            if await self._answers(path):
                return time.monotonic() - self._began
            await asyncio.sleep(0.01)
        raise RuntimeError(f"the server did not answer in {seconds:.0f} s")

    async def _answers(self, path: str) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            async with asyncio.timeout(5):
                return b" 200 " in await reader.readline()
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()

    async def settled(self, seconds: float = 20.0) -> None:
        """Returns when it has done next to nothing for half a second: what loads after the start has loaded."""
        end = time.monotonic() + seconds
        before = self.cpu_seconds()
        while time.monotonic() < end:
            await asyncio.sleep(0.5)
            now = self.cpu_seconds()
            if now - before < 0.05:
                return
            before = now

    def cpu_seconds(self) -> float:
        """User and system time of all its threads."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii", errors="replace")
        fields = stat[stat.rindex(")") + 2 :].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_mb(self) -> float:
        """Resident memory in units of 1,000,000 bytes."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise RuntimeError("the server has ended")

    def last_words(self) -> str:
        """The end of what it logged."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def stop(self) -> int:
        """Its exit status after SIGTERM; after 15 s it is killed."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return self._process.wait()
