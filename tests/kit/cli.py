"""Runs `tongdai` as people do: a process of its own, with its own environment and working folder."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.town import REPOSITORY


@dataclass(frozen=True)
class Ran:
    """What one command came to."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


async def tongdai(*arguments: str, environment: Mapping[str, str], folder: Path, stdin: str = "") -> Ran:
    """The command's exit status and what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "TONGDAI_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bots", *arguments,
        cwd=folder,
        env={**clean, **environment, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(stdin.encode())
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())
