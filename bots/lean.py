"""Libraries without what they load only because it happens to be installed: a server on a small machine has no use for it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hidden(*modules: str) -> Iterator[None]:
    """Whoever imports one of these meanwhile finds that it is not installed, unless it was loaded before."""
    added = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(added))  # type: ignore[arg-type]  # None: so Python marks what must not be imported
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]
