"""From mentions to units: which ward, district and province a cluster of names stands for, with a score.

Old and new names are matched at once. Nothing is guessed: a former ward that was split, a name that several provinces
share, come back as several candidates with about the same score.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from conversation.gazetteer.mentions import Level, Mention
from conversation.gazetteer.units import District, FormerWard, Gazetteer, Province, Ward

_NEAR_WORDS = 2
_MARGIN = 0.45


class Candidate(NamedTuple):
    """One reading of a place. `ward` is the unit in force, None when only a province is sure."""

    ward: Ward | None
    province: Province | None
    former: FormerWard | None
    district: District | None
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """Words `first` to `last` name one place. `candidates`: best first, those within reach of the best only."""

    first: int
    last: int
    ward: Mention | None
    district: Mention | None
    province: Mention | None
    candidates: tuple[Candidate, ...]

    @property
    def bare(self) -> bool:
        """Whether no unit was named with its kind."""
        return not any(mention and mention.kind for mention in (self.ward, self.district, self.province))


def clusters(mentions: Sequence[Mention]) -> Iterator[tuple[Mention, ...]]:
    """Mentions that stand together: a ward, then what it lies in. A second ward begins a new cluster."""
    cluster: list[Mention] = []
    for mention in mentions:
        if cluster:
            far = mention.first - cluster[-1].last > _NEAR_WORDS
            again = any(mention.level is other.level for other in cluster)
            smaller = mention.level is Level.WARD and any(other.level is not Level.WARD for other in cluster)
            if far or again or smaller:
                yield tuple(cluster)
                cluster = []
        cluster.append(mention)
    if cluster:
        yield tuple(cluster)


class Matcher:
    """Resolves clusters. `aliases`: key to the keys it may stand for. `prefer`: code of the site's own province."""

    def __init__(self, gazetteer: Gazetteer, aliases: dict[str, tuple[str, ...]], prefer: str | None) -> None:
        self._units = gazetteer
        self._aliases = aliases
        self._prefer = prefer

    def resolve(self, cluster: Sequence[Mention]) -> Match:
        by_level = {mention.level: mention for mention in reversed(cluster)}
        ward, district, province = (by_level.get(level) for level in (Level.WARD, Level.DISTRICT, Level.PROVINCE))
        now_codes, former_codes = self._provinces(province)
        districts = self._districts(district, now_codes, former_codes)
        found = self._wards(ward, districts, now_codes, former_codes) if ward else []
        if not found:
            found = self._without_ward(districts, now_codes)
        return Match(cluster[0].first, cluster[-1].last, ward, district, province, _best(found))

    def _provinces(self, mention: Mention | None) -> tuple[frozenset[str], frozenset[str]]:
        """(codes in force, codes of former provinces) that the mention may mean."""
        now: set[str] = set()
        former: set[str] = set()
        if mention is not None:
            table = self._units.provinces_named
            for key in (mention.key, *self._aliases.get(mention.key, ())):
                for at in table.get(key, ()):
                    if at < 0:
                        now.add(self._units.provinces[-1 - at].code)
                    else:
                        former.add(self._units.former_provinces[at].code)
                        now.add(self._units.former_provinces[at].now)
        return frozenset(now), frozenset(former)

    def _districts(
        self, mention: Mention | None, now_codes: frozenset[str], former_codes: frozenset[str]
    ) -> dict[int, float]:
        """Positions of the districts that the mention may mean, with what speaks for each."""
        found: dict[int, float] = {}
        if mention is None:
            return found
        table = self._units.districts_named
        for key in (mention.key, *self._aliases.get(mention.key, ())):
            for at in table.get(key, ()):
                unit = self._units.districts[at]
                now = self._now_of(unit.province)
                if now_codes and now not in now_codes:
                    continue
                score = 0.2 * (mention.kind == unit.kind) + 0.3 * (unit.province in former_codes)
                found[at] = score + 0.5 * (now == self._prefer)
        return found

    def _now_of(self, former_province: str) -> str:
        return self._units.now_of_former[former_province]

    def _wards(
        self,
        mention: Mention,
        districts: dict[int, float],
        now_codes: frozenset[str],
        former_codes: frozenset[str],
    ) -> list[Candidate]:
        found: list[Candidate] = []
        for key in (mention.key, *(key for _, key in mention.shorter)):
            length = 0.05 * len(key)
            for at in self._units.wards_named.get(key, ()):
                score = self._score_now(at, mention, districts, now_codes)
                if score > 0:
                    ward = self._units.wards[at]
                    found.append(Candidate(ward, self._units.by_code(ward.province), None, None, score + length))
            for at in self._units.former_wards_named.get(key, ()):
                former = self._units.former_wards[at]
                score = self._score_former(former, key, mention, districts, now_codes, former_codes)
                if score > 0:
                    found.extend(self._became(former, score + length))
        return found

    def _became(self, former: FormerWard, score: float) -> Iterator[Candidate]:
        for position in former.now:
            ward = self._units.wards[position]
            district = self._units.districts[former.district]
            yield Candidate(ward, self._units.by_code(ward.province), former, district, score)

    def _score_now(self, at: int, mention: Mention, districts: dict[int, float], now_codes: frozenset[str]) -> float:
        ward = self._units.wards[at]
        if now_codes and ward.province not in now_codes:
            return 0.0
        score = 1.4 + 0.5 * (mention.kind == ward.kind) + 0.6 * bool(now_codes) + 0.5 * (ward.province == self._prefer)
        if districts:
            inside = any(position in districts for position in self._units.districts_of_ward[at])
            if not inside and mention.kind is None:
                return 0.0
            score += 0.6 if inside else -1.0
        return score

    def _score_former(
        self,
        former: FormerWard,
        key: str,
        mention: Mention,
        districts: dict[int, float],
        now_codes: frozenset[str],
        former_codes: frozenset[str],
    ) -> float:
        province = self._units.districts[former.district].province
        now = self._now_of(province)
        if now_codes and now not in now_codes:
            return 0.0
        score = 0.7 + 0.5 * (mention.kind == former.kind) - 0.3 * (key != former.key)
        score += 0.6 * bool(now_codes) + 0.5 * (now == self._prefer) + 0.2 * (province in former_codes)
        if districts:
            return score + 1.5 + districts[former.district] if former.district in districts else 0.0
        return score

    def _islands(self, districts: dict[int, float]) -> Iterator[Candidate]:
        """Island districts had no wards: each is one ward now."""
        for at, score in districts.items():
            unit = self._units.districts[at]
            for position in self._units.former_wards_named.get(unit.key, ()):
                former = self._units.former_wards[position]
                if former.district == at and former.kind == unit.kind:
                    yield from self._became(former, 1.5 + score)

    def _without_ward(self, districts: dict[int, float], now_codes: frozenset[str]) -> list[Candidate]:
        if districts:
            found = {}
            for at, score in districts.items():
                unit = self._units.districts[at]
                province = self._units.by_code(self._now_of(unit.province))
                found[province.code] = Candidate(None, province, None, unit, 0.5 + score)
            return [*self._islands(districts), *found.values()]
        return [Candidate(None, self._units.by_code(code), None, None, 0.5) for code in sorted(now_codes)]


def _best(found: list[Candidate]) -> tuple[Candidate, ...]:
    """The best reading of each ward in force, best first, as far as they are within the margin of the very best."""
    by_ward: dict[tuple[str | None, str | None], Candidate] = {}
    for candidate in sorted(found, key=lambda each: -each.score):
        place = (candidate.ward and candidate.ward.code, candidate.province and candidate.province.code)
        by_ward.setdefault(place, candidate)
    ranked = list(by_ward.values())
    return tuple(each for each in ranked if each.score > ranked[0].score - _MARGIN)
