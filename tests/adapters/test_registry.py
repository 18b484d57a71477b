import sys
from types import ModuleType

import pytest

from adapters.errors import UnknownPlatform
from adapters.registry import adapter_for
from conversation.ids import PlatformName


def test_a_platform_is_found_by_its_name() -> None:
    assert adapter_for(PlatformName("telegram")).platform == "telegram"


@pytest.mark.parametrize(
    "name", ["whatsapp", "base", "errors", "registry", "payload", "", "Zalo", "zalo.adapter", "../x"]
)
def test_what_is_no_platform_is_told_by_name(name: str) -> None:
    with pytest.raises(UnknownPlatform, match=r"adapter|platform"):
        adapter_for(PlatformName(name))


def test_a_missing_library_of_a_platform_is_not_taken_for_a_missing_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> None:
            if name == "adapters.signal":
                raise ModuleNotFoundError("No module named 'libsignal'", name="libsignal")

    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(ModuleNotFoundError, match="libsignal"):
        adapter_for(PlatformName("signal"))
