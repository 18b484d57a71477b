"""Every dialogue of `transcripts/`, over real HTTP on every platform where it can happen."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest
from kit.rounds import Play, play_together
from kit.town import PLATFORMS
from kit.transcripts import Transcript, transcripts

_AT_ONCE = 4
"""So many dialogues share a town, each on four platforms. More than 30 would break Telegram's limit: the clock stands still."""


@dataclass(frozen=True, slots=True)
class Town:
    """Dialogues that happen in one place at the same time."""

    name: str
    dialogues: Sequence[Transcript]
    platforms: Sequence[str] = PLATFORMS


def _towns() -> Iterator[Town]:
    """News of a matter reach everybody who reported it, whoever waits for a person is told how many do, a number shared
    by its owner joins their chats, and pauses move the clock for all: these are played alone. An announcement
    reaches everybody on a platform: it is played with itself on the others.
    """
    shared = []
    for one in transcripts():
        kinds = {line.kind for line in one.lines}
        if "news" in kinds or any(line.text == "wants_operator" or line.name == "share-phone" for line in one.lines):
            yield from (Town(f"{one.name}-{platform}", [one], [platform]) for platform in one.platforms)
        elif kinds & {"later", "announced"}:
            yield Town(one.name, [one])
        else:
            shared.append(one)
    for site, found in groupby(sorted(shared, key=lambda one: one.site), key=lambda one: one.site):
        some = list(found)
        for start in range(0, len(some), _AT_ONCE):
            yield Town(f"{site}-{start // _AT_ONCE + 1}", some[start : start + _AT_ONCE])


CASES = [
    # what shares a town goes to the same worker, when there are several
    pytest.param(town, one, platform, id=f"{one.name}-{platform}", marks=pytest.mark.xdist_group(f"town-{town.name}"))
    for town in _towns()
    for one in town.dialogues
    for platform in town.platforms
    if platform in one.platforms
]

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


class Played:
    """What became of the selected dialogues; a town is played when the first of it is asked for."""

    def __init__(self, folders: pytest.TempPathFactory, selected: set[str]) -> None:
        self._folders = folders
        self._selected = selected
        self._plays: dict[str, Sequence[Play] | Exception] = {}

    def of(self, town: Town, dialogue: Transcript, platform: str) -> Play:
        if town.name not in self._plays:
            some = [one for one in town.dialogues if one.name in self._selected]
            try:
                playing = play_together(some, town.platforms, self._folders.mktemp(town.name))
                self._plays[town.name] = asyncio.run(playing)
            except Exception as error:  # noqa: BLE001 - raised in each test of this town, and not tried again
                self._plays[town.name] = error
        plays = self._plays[town.name]
        if isinstance(plays, Exception):
            raise plays
        return next(one for one in plays if one.transcript.name == dialogue.name and one.platform == platform)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Played:
    here = [item for item in request.session.items if isinstance(item, pytest.Function) and item.path == Path(__file__)]
    return Played(tmp_path_factory, {item.callspec.params["dialogue"].name for item in here})


@pytest.mark.parametrize(("town", "dialogue", "platform"), CASES)
def test_the_dialogue_goes_as_it_is_written(played: Played, town: Town, dialogue: Transcript, platform: str) -> None:
    play = played.of(town, dialogue, platform)
    if play.problem is not None:
        pytest.fail(play.problem, pytrace=False)
    if play.missing is not None:
        pytest.skip(play.missing)
