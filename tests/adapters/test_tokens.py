"""The token of the gateway's own account: held, shared, renewed in time, and dropped when refused."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from gateway.adapters.http import UpstreamConfig
from gateway.adapters.nomis import Credentials, Nomis, connect
from gateway.adapters.systems import HMPPS_AUTH
from gateway.adapters.tokens import ClientCredentials, IssuedToken
from gateway.domain.errors import Upstream, UpstreamMalformed, UpstreamRejected, UpstreamTimeout, UpstreamUnavailable
from gateway.domain.ids import PrisonNumber
from tests.adapters.harness import Door, Observed, nomis_config, replaced

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_pause")]

JOHN = PrisonNumber("A1001AA")
TOKEN = "POST /auth/oauth/token"
SEARCH = "POST /prisoner-search/prisoner-numbers"


@dataclass
class Mint:
    """Issues tokens as the test says: numbered ones, late ones, or none."""

    lifetime_s: float = 1200
    now: float = 1000.0
    issued: int = 0
    fails: bool = False
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def __call__(self) -> IssuedToken:
        await self.open.wait()
        self.issued += 1
        if self.fails:
            raise UpstreamUnavailable(Upstream.SIGN_IN, "token")
        return IssuedToken(f"token-{self.issued}", self.lifetime_s)

    def account(self) -> ClientCredentials:
        return ClientCredentials(HMPPS_AUTH, self, monotonic=lambda: self.now)


async def together(account: ClientCredentials, callers: int = 20) -> Sequence[str]:
    return await asyncio.gather(*(account.token() for _ in range(callers)))


async def settled() -> None:
    """Let what goes on behind the calls come to its end: it takes a few turns of the loop."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_many_calls_share_one_token() -> None:
    mint = Mint()
    account = mint.account()

    assert set(await together(account)) == {"token-1"}
    assert set(await together(account)) == {"token-1"}
    assert mint.issued == 1


async def test_thirty_seconds_before_its_end_a_token_is_renewed_behind_the_calls() -> None:
    mint = Mint()
    account = mint.account()
    await account.token()

    mint.now += 1200 - 30 - 1
    assert await account.token() == "token-1"
    await settled()
    assert mint.issued == 1

    mint.now += 2
    mint.open.clear()
    assert set(await together(account)) == {"token-1"}
    mint.open.set()
    await settled()
    assert await account.token() == "token-2"
    assert mint.issued == 2


async def test_a_token_that_has_ended_is_waited_for() -> None:
    mint = Mint()
    account = mint.account()
    await account.token()

    mint.now += 1200
    assert set(await together(account)) == {"token-2"}


async def test_a_token_that_cannot_be_renewed_yet_serves_to_its_end() -> None:
    mint = Mint()
    account = mint.account()
    await account.token()
    mint.fails = True

    mint.now += 1190
    assert await account.token() == "token-1"
    await settled()
    assert await account.token() == "token-1"

    mint.now += 10
    with pytest.raises(UpstreamUnavailable):
        await account.token()


async def test_a_token_that_lives_shorter_than_the_margin_is_not_asked_for_at_every_call() -> None:
    mint = Mint(lifetime_s=20)
    account = mint.account()

    await account.token()
    mint.now += 9
    await account.token()

    assert mint.issued == 1


async def test_a_refused_token_is_dropped_unless_a_newer_one_took_its_place() -> None:
    mint = Mint()
    account = mint.account()
    first = await account.token()

    account.forget(first)
    second = await account.token()
    account.forget(first)

    assert (second, await account.token(), mint.issued) == ("token-2", "token-2", 2)


async def test_a_failure_reaches_all_who_wait_and_the_next_one_asks_anew() -> None:
    mint = Mint(fails=True)
    account = mint.account()

    results = await asyncio.gather(*(account.token() for _ in range(5)), return_exceptions=True)
    assert [type(result) for result in results] == [UpstreamUnavailable] * 5
    assert mint.issued == 1

    mint.fails = False
    assert await account.token() == "token-2"


async def test_one_who_gives_up_does_not_end_it_for_the_others() -> None:
    mint = Mint()
    mint.open.clear()
    account = mint.account()
    first, second = asyncio.create_task(account.token()), asyncio.create_task(account.token())
    await asyncio.sleep(0)

    first.cancel()
    mint.open.set()

    assert await second == "token-1"
    assert mint.issued == 1


async def test_closing_ends_a_renewal() -> None:
    mint = Mint()
    mint.open.clear()
    account = mint.account()
    waiting = asyncio.create_task(account.token())
    await asyncio.sleep(0)

    await account.aclose()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_401_on_the_way_is_renewed_once_and_tried_once(nomis: Nomis, door: Door) -> None:
    await nomis.prisoner_search.people([JOHN])
    await door.faults({"service": "prisoner-search", "status": 401, "times": 1})

    assert set(await nomis.prisoner_search.people([JOHN])) == {JOHN}

    counts = await door.counts()
    assert (counts[TOKEN], counts[SEARCH]) == (2, 3)


async def test_many_calls_whose_token_is_refused_renew_it_once() -> None:
    issued: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/oauth/token":
            issued.append(f"token-{len(issued) + 1}")
            return httpx.Response(200, json={"access_token": issued[-1], "expires_in": 1200})
        await asyncio.sleep(0)
        refused = request.headers["authorization"] == "Bearer token-1"
        return httpx.Response(401) if refused else httpx.Response(200, json=[])

    adapters = connect(nomis_config(), transport=httpx.MockTransport(answer))

    assert await asyncio.gather(*(adapters.prisoner_search.people([JOHN]) for _ in range(8))) == [{}] * 8
    assert issued == ["token-1", "token-2"]


async def test_a_second_401_is_a_refusal(nomis: Nomis, door: Door) -> None:
    await door.faults({"service": "prisoner-search", "status": 401})

    with pytest.raises(UpstreamRejected) as caught:
        await nomis.prisoner_search.people([JOHN])

    counts = await door.counts()
    assert (counts[TOKEN], counts[SEARCH]) == (2, 2)
    assert (caught.value.upstream, caught.value.system) == (Upstream.NOMIS, "Prisoner Search")


async def test_a_token_that_fails_with_a_passing_fault_of_sign_ins_own_is_asked_for_once_more(
    nomis: Nomis, door: Door
) -> None:
    await door.faults({"service": "sign-in", "status": 500, "times": 1})

    assert set(await nomis.prisoner_search.people([JOHN])) == {JOHN}
    assert await door.counts() == {TOKEN: 2, SEARCH: 1}


async def test_a_persons_password_is_sent_once_whatever_happens(nomis: Nomis, door: Door) -> None:
    await door.faults({"service": "sign-in", "status": 500, "times": 1})

    with pytest.raises(UpstreamUnavailable):
        await nomis.sign_in.issue("LEI_OFFICER", "correct horse")

    assert await door.counts() == {TOKEN: 1}


async def test_an_account_without_the_roles_is_rejected(nomis_transport: httpx.ASGITransport, door: Door) -> None:
    account = Credentials("powerless", "powerless-secret")
    adapters = connect(nomis_config(account=account), transport=nomis_transport)

    with pytest.raises(UpstreamRejected):
        await adapters.prisoner_search.people([JOHN])

    assert (await door.counts())[SEARCH] == 1


async def test_an_account_whose_secret_is_wrong_is_signed_in_once_and_named(
    nomis_transport: httpx.ASGITransport, door: Door
) -> None:
    adapters = connect(nomis_config(account=Credentials("gateway", "wrong")), transport=nomis_transport)

    with pytest.raises(UpstreamRejected) as caught:
        await adapters.prisoner_search.people([JOHN])

    assert await door.counts() == {TOKEN: 1}
    assert (caught.value.upstream, caught.value.system) == (Upstream.SIGN_IN, "HMPPS Auth")
    assert "wrong" not in repr(caught.value)


async def test_a_sign_in_that_hangs_is_the_one_that_is_named() -> None:
    never = asyncio.Event()

    async def hang(_request: httpx.Request) -> httpx.Response:
        await never.wait()
        return httpx.Response(200)

    config = nomis_config(UpstreamConfig(base_url="http://nomis.test", time_limit_s=0.1))
    adapters = connect(config, transport=httpx.MockTransport(hang))

    async with asyncio.timeout(20):
        with pytest.raises(UpstreamTimeout) as caught:
            await adapters.prisoner_search.people([JOHN])
    await adapters.aclose()

    assert (caught.value.upstream, caught.value.system) == (Upstream.SIGN_IN, "HMPPS Auth")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"access_token": "t"}',
        '{"access_token": "", "expires_in": 1}',
        '{"access_token": "t", "expires_in": 0}',
    ],
)
async def test_a_token_answer_that_lacks_its_parts_is_malformed(body: str) -> None:
    adapters = replaced(lambda _request: httpx.Response(200, text=body))

    with pytest.raises(UpstreamMalformed):
        await adapters.prisoner_search.people([JOHN])


async def test_a_client_shows_itself_by_basic_with_its_parts_encoded() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"access_token": "t", "expires_in": 1200})

    await replaced(answer).sign_in.issue_client("a client", "pass:word+é")

    assert asked[0].headers["authorization"] == "Basic YStjbGllbnQ6cGFzcyUzQXdvcmQlMkIlQzMlQTk="
    assert asked[0].content == b"grant_type=client_credentials"


async def test_secrets_stay_out_of_what_is_printed(observed: Observed) -> None:
    config = nomis_config(account=Credentials("gateway", "hidden-secret"))

    told = f"{config!r}{IssuedToken('hidden-token', 5)!r}{connect(config, observer=observed)!r}"

    assert "hidden" not in told
