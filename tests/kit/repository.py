"""The repository as its own subject: where it lies and which files belong to it."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("adapters", "bots", "conversation", "ticket_store", "webhooks")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file under version control, relative to `ROOT`, that is there; also those just added."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(
        path for name in sorted(set(filter(None, listed.split("\0")))) if (ROOT / (path := Path(name))).is_file()
    )


def modules(*folders: str) -> tuple[Path, ...]:
    """The Python files of these folders, relative to `ROOT`."""
    return tuple(path for path in tracked_files() if path.suffix == ".py" and path.parts[0] in folders)
