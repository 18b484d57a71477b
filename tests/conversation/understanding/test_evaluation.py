import pytest
from eval.run import ALARM_MARKS, HERE, MARKS, PERSIAN, alarms, lexicon, score

LISTS = sorted(path.name for path in (HERE / "alarms").glob("*.txt"))


@pytest.mark.parametrize("name", sorted(MARKS))
def test_the_example_messages_are_read_as_well_as_promised(name: str) -> None:
    assert score(HERE / name, lexicon(), verbose=False) >= MARKS[name]


def test_emergencies_are_found_and_look_alikes_are_not() -> None:
    vietnamese, persian = lexicon(), lexicon("iran111")
    for name in LISTS:
        recall, false = alarms(HERE / "alarms" / name, persian if name == PERSIAN else vietnamese, verbose=False)
        least, most = ALARM_MARKS[name.split("-")[0]]
        assert recall >= least, name
        assert false <= most, name
