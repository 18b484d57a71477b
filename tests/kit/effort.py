"""How much a property test tries: all it says with `--thorough`, a part of that in the quick run."""

from hypothesis import settings

_ALL = settings.get_profile("default").max_examples


def examples(many: int) -> int:
    """Of `many`, what the profile in use allows (`tests/conftest.py`); at least ten."""
    return max(10, many * settings().max_examples // _ALL)
