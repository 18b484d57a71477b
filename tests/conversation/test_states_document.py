from kit.diagram import FILE, current


def test_the_diagram_in_the_docs_is_what_the_machine_does() -> None:
    text = FILE.read_text()
    assert current(text) == text, "docs/states.md is out of date: run PYTHONPATH=tests .venv/bin/python -m kit.diagram"
