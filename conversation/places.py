"""A place as a citizen says it and as it is called now. Never overwrites what they wrote."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`raw` is the citizen's words. `*_stated` as named by them; `ward`, `province`, `ward_code` the units in force.

    `ward` carries its kind ("Phường Sài Gòn"); `province` is the current short name ("Hồ Chí Minh"). A map pin gives
    `latitude` and `longitude`. `outside`: not in the site's own province; the operator sees the flag.
    """

    raw: str
    ward: str | None = None
    province: str | None = None
    ward_code: str | None = None
    ward_stated: str | None = None
    district_stated: str | None = None
    province_stated: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    outside: bool = False
