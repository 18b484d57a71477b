# noqa: INP001 - a script to run, no package to import
"""Builds the data file of the administrative units from the open tables of `vietnamadminunits` (MIT).

    python -m pip download --no-deps vietnamadminunits==1.0.4 -d /tmp/units
    PYTHONPATH=. python conversation/gazetteer/build/build_units.py /tmp/units/vietnamadminunits-1.0.4-py3-none-any.whl

Only the wheel's tables are read, none of its code runs. Onto them come the amendments of April 2026 below. The result is
written beside the package as `units-<date>.json.gz`, byte for byte the same on every run.
"""

import argparse
import gzip
import json
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from conversation.understanding.fold import fold

STATE_OF = "2026-04-30"
# Resolution 30/2026/QH16 (in force 30 April 2026): the province of Đồng Nai is a city under the central government.
CITIES_SINCE = {"75"}
# Resolution 237/NQ-UBTVQH16 (in force 30 April 2026): ten communes of Đồng Nai are wards, code and borders unchanged.
WARDS_SINCE = {
    "25270": "Lộc Ninh",
    "25357": "Tân Khai",
    "25363": "Đồng Phú",
    "26116": "Tân Phú",
    "26170": "Trị An",
    "26248": "Trảng Bom",
    "26326": "Dầu Giây",
    "26368": "Long Thành",
    "26425": "Xuân Lộc",
    "26485": "Nhơn Trạch",
}
CENTRE_DIGITS = 3
"""Of degrees: some hundred metres, which is as good as a dot on a map."""
EXPECTED = {"provinces": 34, "wards": 3321, "former_provinces": 63, "former_wards": 10040, "split": 471}


def table(database: sqlite3.Connection, name: str, *columns: str) -> list[tuple[Any, ...]]:
    return list(database.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY wardCode, rowid"))  # noqa: S608 - names are ours


def search_key(name: str) -> str:
    """What the gazetteer looks names up by: folded, letters and digits only."""
    return "".join(letter for letter in fold(name) if letter.isalnum())


def short(name: str, kind: str) -> str:
    return name.removeprefix(kind).strip()


def aliases(text: str | None) -> list[str]:
    return sorted(set(json.loads(text))) if text else []


def province_kind(name: str) -> str:
    return "Thành phố" if name.startswith("Thành phố") else "Tỉnh"


def build(database: sqlite3.Connection, converter: dict[str, Any]) -> dict[str, Any]:
    provinces: dict[str, list[str]] = {}
    province_of_key: dict[str, str] = {}
    wards: list[list[Any]] = []
    ward_index: dict[tuple[str, str], int] = {}
    columns = (
        *("province", "provinceShort", "provinceCode", "provinceKey", "ward", "wardType", "wardCode", "wardKey"),
        *("wardLat", "wardLon"),
    )
    for row in table(database, "admin_units", *columns):
        province, province_short, code, key, ward, kind, ward_code, ward_key, latitude, longitude = row
        city = province_kind(province) == "Thành phố" or code in CITIES_SINCE
        provinces[code] = [code, "Thành phố" if city else "Tỉnh", province_short, search_key(province_short)]
        province_of_key[key] = code
        raised = ward_code in WARDS_SINCE
        if raised and short(ward, kind) != WARDS_SINCE[ward_code]:
            sys.exit(f"{ward_code} is {ward}, expected {WARDS_SINCE[ward_code]}")
        ward_index[key, ward_key] = len(wards)
        name = short(ward, kind)
        centre = [round(latitude, CENTRE_DIGITS), round(longitude, CENTRE_DIGITS)]
        wards.append([ward_code, "Phường" if raised else kind, name, code, search_key(name), *centre])

    now_of_former = {
        former: province_of_key[now] for now, formers in converter["DICT_PROVINCE"].items() for former in formers
    }
    became: dict[str, list[int]] = {}
    for now, moved in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward_key, formers in moved.items():
            for former in formers:
                became[former] = [ward_index[now, ward_key]]
    split = 0
    for now, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for former, parts in divided.items():
            ordered = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
            became[former] = [ward_index[now, part["newWardKey"]] for part in ordered]
            split += 1

    former_provinces: dict[str, list[str]] = {}
    districts: dict[str, list[Any]] = {}
    former_wards: list[list[Any]] = []
    former_columns = (
        *("province", "provinceShort", "provinceCode", "provinceKey", "district", "districtType", "districtCode"),
        *("districtKey", "districtAlias", "ward", "wardType", "wardKey", "wardAlias"),
    )
    for row in table(database, "admin_units_legacy", *former_columns):
        province, province_short, code, key, district, district_kind, district_code = row[:7]
        district_key, district_alias, ward, kind, ward_key, ward_alias = row[7:]
        former_provinces[code] = [
            *(code, province_kind(province), province_short),
            *(search_key(province_short), now_of_former[key]),
        ]
        district_name = short(district, district_kind)
        districts.setdefault(
            district_code,
            [code, district_kind, district_name, search_key(district_name), aliases(district_alias)],
        )
        now = became[f"{key}_{district_key}_{ward_key or ''}"]
        # Five island districts had no wards: the district itself stands for its one ward.
        own_kind, own_name = (kind, short(ward, kind)) if ward else (district_kind, district_name)
        position = list(districts).index(district_code)
        former_wards.append([position, own_kind, own_name, search_key(own_name), now, aliases(ward_alias)])

    found = {
        "provinces": len(provinces),
        "wards": len(wards),
        "former_provinces": len(former_provinces),
        "former_wards": len(former_wards),
        "split": split,
    }
    if found != EXPECTED:
        sys.exit(f"the tables hold {found}, expected {EXPECTED}")
    return {
        "state_of": STATE_OF,
        "source": "vietnamadminunits 1.0.4 (MIT, (c) 2025 Tran Ngoc Minh Hieu); amended to April 2026",
        "provinces": sorted(provinces.values()),
        "wards": wards,
        "former_provinces": sorted(former_provinces.values()),
        "districts": list(districts.values()),
        "former_wards": former_wards,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--into", type=Path, default=Path(__file__).parent.parent)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(arguments.wheel) as wheel:
        database = sqlite3.connect(wheel.extract("vietnamadminunits/data/dataset.db", folder))
        converter = json.loads(wheel.read("vietnamadminunits/data/converter_2025.json"))
        units = build(database, converter)
        database.close()
    text = json.dumps(units, ensure_ascii=False, separators=(",", ":")).encode()
    target = arguments.into / f"units-{STATE_OF[:7]}.json.gz"
    target.write_bytes(gzip.compress(text, 9, mtime=0))
    sys.stdout.write(f"{target.name}: {len(text)} bytes, {target.stat().st_size} compressed\n")


if __name__ == "__main__":
    main()
