import pytest
from kit.sites import site

from conversation.understanding.lexicon import Lexicon


@pytest.fixture(scope="session")
def known() -> Lexicon:
    """What the default site knows."""
    return site("hcmc").lexicon


@pytest.fixture(scope="session")
def persian() -> Lexicon:
    """What the Persian site knows."""
    return site("iran111").lexicon
