"""Zalo's tokens: 25 hours, replaced at once by a refresh; refresh tokens that work once."""

from typing import Any

from webhooks.sandbox.server import Sandbox, SandboxAccount

OA = "/v2.0/oa/getoa"


async def test_a_refresh_gives_a_new_pair_and_ends_the_old_access_token(place: Any) -> None:
    first = await place.refresh("zalo-first-refresh")
    assert first["expires_in"] == "90000"
    second = await place.refresh(first["refresh_token"])
    place.zalo_token = first["access_token"]
    assert (await place.zalo("GET", OA))["error"] == -216
    place.zalo_token = second["access_token"]
    assert (await place.zalo("GET", OA))["error"] == 0
    assert place.rules == []


async def test_a_used_refresh_token_is_refused_with_status_200_and_recorded(place: Any) -> None:
    await place.refresh("zalo-first-refresh")
    again = await place.refresh("zalo-first-refresh")
    assert "access_token" not in again
    assert again["error"] == -14014
    assert place.rules == ["refresh_token_used"]


async def test_what_is_not_a_refresh_is_refused(place: Any) -> None:
    assert (await place.refresh("never-issued"))["error"] == -14014
    assert (await place.refresh("zalo-first-refresh", grant_type="password"))["error"] == -14005
    assert (await place.refresh("zalo-first-refresh", scope="all"))["error"] == -14005
    assert (await place.refresh("zalo-first-refresh", app_id="1"))["error"] == -216
    form = {"refresh_token": "zalo-first-refresh", "app_id": "3300000000000000001", "grant_type": "refresh_token"}
    _, answer = await place.call("POST", "/v4/oa/access_token", data={**form, "secret_key": "zalo-app-secret"})
    assert answer["error"] == -14004
    _, answer = await place.call("POST", "/v4/oa/access_token", json=form, headers={"secret_key": "zalo-app-secret"})
    assert "access_token" not in answer
    assert "access_token" in await place.refresh("zalo-first-refresh")


async def test_an_access_token_expires_after_25_hours(place: Any) -> None:
    await place.zalo("GET", OA)
    place.clock.now += 89_999
    assert (await place.zalo("GET", OA))["error"] == 0
    place.clock.now += 1
    assert (await place.zalo("GET", OA))["error"] == -220


async def test_tokens_expire_and_are_revoked_on_demand(place: Any) -> None:
    pair = await place.refresh("zalo-first-refresh")
    place.zalo_token = pair["access_token"]
    place.sandbox.expire_tokens("zalo")
    assert (await place.zalo("GET", OA))["error"] == -220
    pair = await place.refresh(pair["refresh_token"])
    place.zalo_token = pair["access_token"]
    assert (await place.zalo("GET", OA))["error"] == 0
    place.sandbox.revoke_token("zalo")
    assert (await place.zalo("GET", OA))["error"] == -220
    assert "access_token" not in await place.refresh(pair["refresh_token"])
    assert place.rules == []


async def test_a_gateway_that_kept_its_tokens_goes_on_after_the_sandbox_was_started_again(place: Any) -> None:
    pair = await place.refresh("zalo-first-refresh")
    old = place.sandbox.lines["zalo"]
    fresh = Sandbox(
        [SandboxAccount("zalo", "zalo", old.account.secrets, "http://127.0.0.1:9/hooks/zalo")], clock=place.clock
    )
    line = fresh.lines["zalo"]
    assert line.oauth.refusal_of(pair["access_token"]) is None
    assert line.oauth.refusal_of("A.x.9999999999." + "0" * 64) == (-216, "Access token is invalid")
    await fresh.stop()


async def test_the_header_is_access_token_and_nothing_else(place: Any) -> None:
    pair = await place.refresh("zalo-first-refresh")
    _, answer = await place.call("GET", OA, headers={"Authorization": f"Bearer {pair['access_token']}"})
    assert answer["error"] == -216
    assert place.rules == ["credentials"]
