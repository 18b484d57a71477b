"""Finds adapters by name. Imports a platform's module only when an account of it exists."""

import importlib
import re
from typing import cast

from adapters.base import Adapter
from adapters.errors import UnknownPlatform
from conversation.ids import PlatformName


def adapter_for(platform: PlatformName) -> Adapter:
    """The adapter `adapters.<platform>.ADAPTER`. Raises `UnknownPlatform`."""
    module_name = f"adapters.{platform}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", platform) or platform in {"base", "errors", "registry"}:
        raise UnknownPlatform(f"no adapter is called {platform!r}")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name:
            raise
        raise UnknownPlatform(f"no adapter is called {platform!r}") from error
    adapter = getattr(module, "ADAPTER", None)
    if adapter is None:
        raise UnknownPlatform(f"adapters.{platform} is not a platform")
    return cast("Adapter", adapter)
