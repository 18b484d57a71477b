"""Every dialogue of tests/journeys/transcripts, on the state machine alone; the journeys play them over HTTP."""

import pytest
from kit.pure_chat import PureChat
from kit.sites import site
from kit.transcripts import Transcript, transcripts

CASES = [
    pytest.param(transcript, platform, id=f"{transcript.name}-{platform}")
    for transcript in transcripts()
    for platform in transcript.platforms
]


@pytest.mark.parametrize(("transcript", "platform"), CASES)
def test_the_dialogue_goes_as_it_is_written(transcript: Transcript, platform: str) -> None:
    PureChat(site(transcript.site), platform).play(transcript)
