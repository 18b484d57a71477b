"""`python tests/benchmarks/run.py`: the gateway beside bare servers and an aiogram bot. See docs/performance.md."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from benchmarks.command import main

    sys.exit(main())
