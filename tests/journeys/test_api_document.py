"""The API against its own document, by somebody else's reading of it: schemathesis calls all of it and finds nothing."""

import asyncio
import sys
from pathlib import Path

import pytest
from kit.api_server import api_server

pytestmark = [pytest.mark.journey, pytest.mark.long]

EXAMPLES = 40
"""Of each operation, beside those at the edges of every schema and the sequences that follow from links."""
CALLS_PER_SECOND = 90
"""Below what one token may make (`webhooks.api.access`): a 429 would hide the answer."""


@pytest.mark.timeout(600)
async def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    with api_server(tmp_path) as server:
        run = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", "run", f"http://{server.address}/api/openapi.json",
            "--header", f"Authorization: Bearer {server.token}",
            "--checks", "all", "--max-examples", str(EXAMPLES), "--rate-limit", f"{CALLS_PER_SECOND}/s",
            "--warnings", "off", "--no-color",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        told, _ = await run.communicate()
        words = told.decode()
        assert run.returncode == 0, words  # it tells how to repeat what it found, and its seed
        assert f"Tested: {len(server.operations)}" in words
