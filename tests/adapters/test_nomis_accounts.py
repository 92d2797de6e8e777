"""Sign-in and Manage Users: tokens, keys, names and groups."""

from dataclasses import replace

import httpx
import jwt
import pytest

from gateway.adapters.nomis import Credentials, Nomis, connect
from gateway.domain.errors import Unauthenticated, Upstream, UpstreamMalformed, UpstreamRejected, UpstreamUnavailable
from mocks.nomis.keys import SigningKey
from tests.adapters.harness import Door, answering, nomis_config

pytestmark = pytest.mark.anyio

TOKEN = "POST /auth/oauth/token"


async def test_a_person_signs_in_by_password(nomis: Nomis) -> None:
    issued = await nomis.sign_in.issue("LEI_OFFICER", "correct horse")

    claims = jwt.decode(issued.access_token, options={"verify_signature": False})
    assert (claims["user_name"], claims["client_id"], issued.expires_in) == ("LEI_OFFICER", "web", 1199)


async def test_a_client_signs_in_for_itself(nomis: Nomis) -> None:
    issued = await nomis.sign_in.issue_client("gateway", "gateway-secret")

    assert jwt.decode(issued.access_token, options={"verify_signature": False})["client_id"] == "gateway"


async def test_wrong_details_are_told_as_such_and_sent_once(nomis: Nomis, door: Door) -> None:
    with pytest.raises(Unauthenticated):
        await nomis.sign_in.issue("LEI_OFFICER", "wrong")
    with pytest.raises(Unauthenticated):
        await nomis.sign_in.issue_client("gateway", "wrong")

    assert (await door.counts())[TOKEN] == 2


async def test_a_client_of_ours_that_is_refused_is_our_fault(nomis_transport: httpx.ASGITransport) -> None:
    adapters = connect(nomis_config(web_client=Credentials("web", "wrong")), transport=nomis_transport)

    with pytest.raises(UpstreamRejected) as caught:
        await adapters.sign_in.issue("LEI_OFFICER", "correct horse")

    assert caught.value.extensions() == {
        "code": "UPSTREAM_REJECTED",
        "upstream": "SIGN_IN",
        "service": "HMPPS Auth",
        "resource": "token",
        "retryable": False,
    }


async def test_a_password_is_never_sent_twice(nomis: Nomis, door: Door) -> None:
    await door.faults({"service": "sign-in", "status": 503})

    with pytest.raises(UpstreamUnavailable):
        await nomis.sign_in.issue("LEI_OFFICER", "correct horse")

    assert (await door.counts())[TOKEN] == 1


async def test_keys_are_given_as_they_are_published(nomis: Nomis, signing_key: SigningKey) -> None:
    keys = await nomis.sign_in.jwks()

    assert [key.key_id for key in jwt.PyJWKSet.from_dict(dict(keys)).keys] == [signing_key.key_id]


@pytest.mark.parametrize("content", [[], {}, {"keys": {}}, "keys", None])
async def test_keys_that_are_no_list_are_malformed(content: object) -> None:
    with pytest.raises(UpstreamMalformed) as caught:
        await answering(content).sign_in.jwks()

    assert caught.value.upstream is Upstream.SIGN_IN


async def test_a_sign_in_address_may_end_in_its_path_or_not(nomis_transport: httpx.ASGITransport) -> None:
    config = nomis_config()
    for base_url in ("http://nomis.test/auth", "http://nomis.test/auth/", "http://nomis.test/"):
        adapters = connect(
            replace(config, sign_in=replace(config.sign_in, base_url=base_url)), transport=nomis_transport
        )
        assert "keys" in await adapters.sign_in.jwks()


async def test_groups_are_raw_codes(nomis: Nomis) -> None:
    token = (await nomis.sign_in.issue("POLICE1", "pass")).access_token

    assert await nomis.manage_users.groups(token) == ("PECS_MPS34", "PECS_WALES")


async def test_prison_staff_have_no_groups(nomis: Nomis, officer_token: str) -> None:
    assert await nomis.manage_users.groups(officer_token) == ()


async def test_a_user_has_a_name(nomis: Nomis, officer_token: str) -> None:
    assert await nomis.manage_users.display_name(officer_token) == "Ann Officer"


async def test_an_account_that_is_not_known_has_no_name(nomis: Nomis, door: Door) -> None:
    token = await door.odd_token(clientId="gateway")

    assert await nomis.manage_users.display_name(token) is None


async def test_a_token_of_a_user_that_is_refused_is_the_users_to_renew(nomis: Nomis) -> None:
    with pytest.raises(Unauthenticated):
        await nomis.manage_users.groups("no.such.token")
    with pytest.raises(Unauthenticated):
        await nomis.manage_users.display_name("no.such.token")
