import pytest
from eval.run import HERE, MARKS, alarms, lexicon, score


@pytest.mark.parametrize("name", sorted(MARKS))
def test_the_example_messages_are_read_as_well_as_promised(name: str) -> None:
    assert score(HERE / name, lexicon(), verbose=False) >= MARKS[name]


def test_emergencies_are_found_and_look_alikes_are_not() -> None:
    assert alarms(lexicon(), verbose=False)
