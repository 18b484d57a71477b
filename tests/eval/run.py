"""How well messages are read (docs/reading.md): `python tests/eval/run.py [files] [-v]`.

Each line of a file is `{"id", "kind", "state", "text", "expect"}`. Printed per file: the share of checks that hold, the
share of messages in which all hold, and per field how many values were right, wrong and missing (as precision and
recall). Exit status 1 when a file named below stays under its mark.
"""

import argparse
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from conversation.gazetteer.units import Gazetteer
from conversation.state import Phase
from conversation.understanding.fold import fold, same
from conversation.understanding.lexicon import Lexicon, build_lexicon
from conversation.understanding.reader import read
from conversation.understanding.record import as_record
from conversation.understanding.weights import read_weights

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
WEIGHTS = "weights.toml"
ALARM_MARKS = {"listed": (0.98, 0.02), "built": (0.97, 0.04), "held": (0.85, 0.05), "persian": (0.97, 0.03)}
"""By the first word of a list's name: the least recall, the largest share of false alarms."""
PERSIAN = "persian-1.txt"
MARKS = {"given.jsonl": 1.0, "tuned.jsonl": 0.97, "held_out.jsonl": 0.92}
FIELDS = ("intent", "name", "phone", "address", "ward", "province", "request", "category")
_WARD = re.compile(r"^(?:p\.?|ph\.?|phuong)\s+")


class Check(NamedTuple):
    field: str
    holds: bool
    given: bool
    wanted: bool


def lexicon(site: str = "hcmc", *, weighed: bool = True) -> Lexicon:
    """The lexicon of a shipped site with the shipped units, with or without its weights."""
    home = ROOT / "conversation" / "sites" / site
    vietnam = site == "hcmc"
    units = Gazetteer.from_bytes(next((ROOT / "conversation" / "gazetteer").glob("units-*.json.gz")).read_bytes())
    return build_lexicon(
        tomllib.loads((home / "lexicon.toml").read_text("utf-8")),
        units if vietnam else Gazetteer.empty(),
        province="79" if vietnam else None,
        hotlines=("1022", "113", "114", "115", "112", "111"),
        prefix="1022",
        ticket_code_patterns=(r"\bPHA[-\s]?\d{12}\b",),
        rules="vn" if vietnam else "fa",
        weights=read_weights(tomllib.loads((home / WEIGHTS).read_text("utf-8"))) if weighed and vietnam else None,
    )


def alike(field: str, expected: str, given: str) -> bool:
    match field:
        case "name":
            return same(expected, given)
        case "ward":
            return same(_WARD.sub("phuong ", fold(expected)), _WARD.sub("phuong ", fold(given)))
        case "address":
            return fold(expected) in fold(given)
        case _:
            return expected == given


def checks(expect: dict[str, Any], given: dict[str, str | None]) -> Iterator[Check]:
    for field, wanted in expect.items():
        if field == "must_not":
            yield from (forbidden(rule, given) for rule in wanted)
        elif field == "request_contains":
            request = fold(given["request"] or "")
            yield Check("request", all(fold(part) in request for part in wanted), bool(request), wanted=True)
        else:
            values = wanted if isinstance(wanted, list) else [wanted]
            value = given[field]
            holds = None in values if value is None else any(alike(field, one, value) for one in values if one)
            yield Check(field, holds, value is not None, None not in values)


def forbidden(rule: str, given: dict[str, str | None]) -> Check:
    if "~" in rule:
        field, part = rule.split("~", 1)
        value = given[field] or ""
        if field == "phone":
            digits = re.sub(r"\D", "", part).removeprefix("0")
            return Check(field, digits not in re.sub(r"\D", "", value), bool(value), wanted=False)
        return Check(field, fold(part) not in fold(value), bool(value), wanted=False)
    field, _, wanted = rule.partition("=")
    found = given[field]
    holds = (
        found is None
        if not wanted
        else found is None or not (alike(field, wanted, found) and fold(wanted) == fold(found))
    )
    return Check(field, holds, found is not None, wanted=False)


def score(path: Path, known: Lexicon, *, verbose: bool) -> float:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    failed_kinds: Counter[str] = Counter()
    held = total = whole = 0
    for row in rows:
        given = as_record(row["id"], read(row["text"], Phase(row["state"]), known))
        found = list(checks(row["expect"], given))
        held += sum(check.holds for check in found)
        total += len(found)
        bad = [check for check in found if not check.holds]
        whole += not bad
        kinds[row["kind"]] += 1
        failed_kinds[row["kind"]] += bool(bad)
        for check in found:
            right[check.field] += check.holds and check.wanted
            missing[check.field] += not check.holds and check.wanted
            wrong[check.field] += not check.holds and check.given
        if bad and verbose:
            sys.stdout.write(f"{row['id']} [{row['state']}] {row['text']!r}\n")
            for check in bad:
                sys.stdout.write(f"    {check.field}: {given[check.field]!r}\n")
            sys.stdout.write(f"    expected {json.dumps(row['expect'], ensure_ascii=False)}\n")
    sys.stdout.write(f"{path.name}: {held}/{total} checks = {held / total:.3f}, {whole}/{len(rows)} whole messages\n")
    sys.stdout.write(
        "    kinds   "
        + "  ".join(f"{kind} {kinds[kind] - failed_kinds[kind]}/{kinds[kind]}" for kind in sorted(kinds))
        + "\n"
    )
    for field in FIELDS:
        precision = right[field] / max(1, right[field] + wrong[field])
        recall = right[field] / max(1, right[field] + missing[field])
        sys.stdout.write(
            f"    {field:9} precision {precision:.3f}  recall {recall:.3f}  right {right[field]}  wrong {wrong[field]}  missing {missing[field]}\n"
        )
    return held / total


class Example(NamedTuple):
    text: str
    danger: bool
    kind: str = ""


def labelled(path: Path) -> Iterator[Example]:
    """The lines of a list of `alarms/`: `! ` before an emergency, `- ` before a look-alike."""
    for line in path.read_text("utf-8").splitlines():
        yield Example(line[2:], line.startswith("! "))


def alarms(path: Path, known: Lexicon, *, verbose: bool) -> tuple[float, float]:
    """Recall on the emergencies of a list and the share of its look-alikes that are taken for some."""
    rows = list(labelled(path))
    found = [read(row.text, Phase.REQUEST, known).emergency is not None for row in rows]
    dangers = sum(row.danger for row in rows)
    right = sum(row.danger and hit for row, hit in zip(rows, found, strict=True))
    false = sum(hit and not row.danger for row, hit in zip(rows, found, strict=True))
    sys.stdout.write(
        f"{path.name}: emergencies {right}/{dangers} found, look-alikes {false}/{len(rows) - dangers} alarmed\n"
    )
    if verbose:
        wrong = (row for row, hit in zip(rows, found, strict=True) if hit is not row.danger)
        sys.stdout.writelines(f"    {'missed' if row.danger else 'false'}: {row.text}\n" for row in wrong)
    return right / dangers, false / (len(rows) - dangers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    known, persian = lexicon(), lexicon("iran111")
    good = True
    for path in arguments.files or [HERE / name for name in MARKS]:
        good &= score(path, known, verbose=arguments.verbose) >= MARKS.get(path.name, 0.0)
    for path in () if arguments.files else sorted((HERE / "alarms").glob("*.txt")):
        recall, false = alarms(path, persian if path.name == PERSIAN else known, verbose=arguments.verbose)
        least, most = ALARM_MARKS[path.name.split("-")[0]]
        good &= recall >= least and false <= most
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
