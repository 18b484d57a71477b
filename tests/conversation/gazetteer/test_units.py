import gzip
import json
import time
from statistics import median

import pytest
from kit.sites import ROOT, gazetteer

from conversation.gazetteer.units import Gazetteer


def test_the_shipped_file_holds_all_units_of_april_2026() -> None:
    units = gazetteer()
    assert units.state_of == "2026-04-30"
    assert (len(units.provinces), len(units.wards)) == (34, 3321)
    assert (len(units.former_provinces), len(units.former_wards)) == (63, 10040)
    assert sum(len(ward.now) > 1 for ward in units.former_wards) == 471
    kinds = [ward.kind for ward in units.wards]
    assert (kinds.count("Phường"), kinds.count("Xã"), kinds.count("Đặc khu")) == (697, 2611, 13)


def test_the_changes_of_april_2026_are_in() -> None:
    units = gazetteer()
    assert units.by_code("75").kind == "Thành phố"
    ward = units.ward("26368")
    assert ward is not None
    assert ward.full_name == "Phường Long Thành"
    assert units.province(ward.province).name == "Đồng Nai"  # type: ignore[union-attr]


def test_every_former_ward_leads_to_a_ward_in_its_provinces_successor() -> None:
    units = gazetteer()
    for former in units.former_wards:
        now = units.now_of_former[units.districts[former.district].province]
        assert former.now
        assert {units.wards[position].province for position in former.now} == {now}


def test_a_province_is_known_by_code_and_name() -> None:
    units = gazetteer()
    assert units.province("79") is units.province("Hồ Chí Minh")
    assert units.province("Bình Dương") is None
    assert units.ward("99999") is None


def test_the_file_loads_and_indexes_within_a_second() -> None:
    data = next((ROOT / "gazetteer").glob("units-*.json.gz")).read_bytes()
    before = time.process_time()
    units = Gazetteer.from_bytes(data)
    assert units.wards_named["longthanh"]
    assert units.former_wards_named["longthanh"]
    assert units.districts_named["longthanh"]
    assert time.process_time() - before < 1
    assert repr(units) == "Gazetteer(state_of='2026-04-30')"


@pytest.mark.parametrize(
    "data", [b"", b"units", gzip.compress(b"[]", mtime=0), gzip.compress(b"{}", mtime=0), gzip.compress(b"{", mtime=0)]
)
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a data file|Expecting"):
        Gazetteer.from_bytes(data)


def test_a_site_elsewhere_has_an_empty_gazetteer() -> None:
    units = Gazetteer.empty()
    assert (units.wards, units.provinces, units.districts_of_ward) == ((), (), ())
    assert json.dumps(units.wards_named) == "{}"


def test_every_commune_has_its_centre_near_the_others_of_its_province() -> None:
    units = gazetteer()
    islands = set()
    for province in units.provinces:
        wards = [ward for ward in units.wards if ward.province == province.code]
        middle = (median(ward.latitude for ward in wards), median(ward.longitude for ward in wards))
        islands |= {
            ward.name for ward in wards if max(abs(ward.latitude - middle[0]), abs(ward.longitude - middle[1])) > 1.5
        }
    assert islands == {"Côn Đảo", "Hoàng Sa", "Trường Sa", "Thổ Châu"}
