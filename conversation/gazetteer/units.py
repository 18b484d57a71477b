"""The units in force with the former ones mapped onto them, from one dated data file.

The file is made by build/build_units.py. Unpacking it is cheap; the indexes are built when the first name is looked
up, so that a process that never reads an address does not pay for them.
"""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple


class Province(NamedTuple):
    """A province or central city in force. `name` is short: "Hồ Chí Minh"."""

    code: str
    kind: str
    name: str
    key: str


class FormerProvince(NamedTuple):
    """A province of before July 2025; `now` is the code of the one it belongs to."""

    code: str
    kind: str
    name: str
    key: str
    now: str


class District(NamedTuple):
    """An abolished district; `province` is the code of its former province."""

    province: str
    kind: str
    name: str
    key: str
    aliases: tuple[str, ...]


class Ward(NamedTuple):
    """A phường, xã or đặc khu in force; `province` is the code of its province. Its centre in degrees, to some 100 m."""

    code: str
    kind: str
    name: str
    province: str
    key: str
    latitude: float
    longitude: float

    @property
    def full_name(self) -> str:
        return f"{self.kind} {self.name}"


class FormerWard(NamedTuple):
    """A phường, xã or thị trấn of before July 2025. `now`: positions of what it became; several: it was split."""

    district: int
    kind: str
    name: str
    key: str
    now: tuple[int, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Gazetteer:
    """All units of one data file. `state_of` is the day (ISO) the file describes."""

    state_of: str = ""
    source: str = ""
    provinces: tuple[Province, ...] = ()
    former_provinces: tuple[FormerProvince, ...] = ()
    wards: tuple[Ward, ...] = ()
    districts: tuple[District, ...] = ()
    former_wards: tuple[FormerWard, ...] = ()

    @staticmethod
    def from_bytes(data: bytes) -> "Gazetteer":
        """The gazetteer of a data file as `build/build_units.py` writes it. Raises ValueError when it is not one."""
        try:
            raw = json.loads(gzip.decompress(data))
            shared: dict[Any, Any] = {}
            return Gazetteer(
                raw["state_of"],
                raw["source"],
                *(
                    tuple(unit._make(_shared(value, shared) for value in row) for row in raw.pop(table))
                    for table, unit in _TABLES
                ),
            )
        except (OSError, EOFError, KeyError, TypeError) as broken:
            raise ValueError("not a data file of administrative units") from broken

    @staticmethod
    def empty() -> "Gazetteer":
        """A gazetteer without any unit, for sites outside Vietnam."""
        return Gazetteer()

    def __repr__(self) -> str:
        return f"Gazetteer(state_of={self.state_of!r})"

    def province(self, code_or_name: str) -> Province | None:
        """The province in force of this code or current short name."""
        return next((unit for unit in self.provinces if code_or_name in {unit.code, unit.name}), None)

    def ward(self, code: str) -> Ward | None:
        """The ward in force of this code."""
        return self._ward_of_code.get(code)

    def by_code(self, code: str) -> Province:
        """The province in force of this code; KeyError if there is none."""
        return self._province_of_code[code]

    def has_area(self, key: str) -> bool:
        """Whether a province or a district, in force or former, has this key."""
        return key in self.provinces_named or key in self.districts_named

    def areas_near(self, key: str) -> list[str]:
        """Names of provinces and districts whose keys are nearly this one, the nearest first."""
        tables: tuple[tuple[Province | FormerProvince | District, ...], ...] = (
            self.districts, self.former_provinces, self.provinces,
        )  # fmt: skip
        names = {unit.key: unit.name for unit in chain.from_iterable(tables)}
        return [names[near] for near in get_close_matches(key, names, cutoff=0.7)]

    @cached_property
    def _ward_of_code(self) -> dict[str, Ward]:
        return {ward.code: ward for ward in self.wards}

    @cached_property
    def _province_of_code(self) -> dict[str, Province]:
        return {province.code: province for province in self.provinces}

    @cached_property
    def now_of_former(self) -> dict[str, str]:
        """Code of a former province to the code of the one it belongs to now."""
        return {province.code: province.now for province in self.former_provinces}

    @cached_property
    def districts_of_ward(self) -> tuple[frozenset[int], ...]:
        """For each position in `wards` the positions of the former districts it lies in."""
        inside: list[set[int]] = [set() for _ in self.wards]
        for former in self.former_wards:
            for position in former.now:
                inside[position].add(former.district)
        return tuple(frozenset(positions) for positions in inside)

    @cached_property
    def wards_named(self) -> dict[str, tuple[int, ...]]:
        """Key to positions in `wards`."""
        return _index((ward.key, at) for at, ward in enumerate(self.wards))

    @cached_property
    def former_wards_named(self) -> dict[str, tuple[int, ...]]:
        """Key (also of names that were merged away even before 2025) to positions in `former_wards`."""
        pairs = []
        for at, ward in enumerate(self.former_wards):
            pairs.append((ward.key, at))
            pairs.extend((alias, at) for alias in ward.aliases)
        return _index(pairs)

    @cached_property
    def districts_named(self) -> dict[str, tuple[int, ...]]:
        """Key (also of earlier names) to positions in `districts`."""
        pairs = []
        for at, district in enumerate(self.districts):
            pairs.append((district.key, at))
            pairs.extend((alias, at) for alias in district.aliases)
        return _index(pairs)

    @cached_property
    def provinces_named(self) -> dict[str, tuple[int, ...]]:
        """Key of a former or current province to positions in `former_provinces`, or -1 - position in `provinces`."""
        pairs = [(province.key, -1 - at) for at, province in enumerate(self.provinces)]
        pairs += [(province.key, at) for at, province in enumerate(self.former_provinces)]
        return _index(pairs)


def _index(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    index: dict[str, tuple[int, ...]] = {}
    for key, at in pairs:
        known = index.get(key, ())
        if at not in known:
            index[key] = (*known, at)
    return index


_TABLES: tuple[tuple[str, Any], ...] = (
    ("provinces", Province),
    ("former_provinces", FormerProvince),
    ("wards", Ward),
    ("districts", District),
    ("former_wards", FormerWard),
)


def _shared(value: Any, shared: dict[Any, Any]) -> Any:  # noqa: ANN401 - whatever JSON brings
    """Kinds, names and lists that come many times are one object: a third of the memory."""
    if isinstance(value, list):
        value = tuple(value)
    return shared.setdefault(value, value) if isinstance(value, str | tuple) else value
