"""``/v2/token_auth``: what a token opens."""

import httpx
import pytest

from tests.web.site import Site, assert_refused, make_token

pytestmark = pytest.mark.asyncio(loop_scope="package")

REFUSAL = (401, "invalid_credentials", {"message": "invalid credentials"})


async def ask(site: Site, token: str) -> httpx.Response:
    """Ask what a token opens."""
    return await site.http.get("/v2/token_auth", headers={"x-auth-token": token})


@pytest.mark.parametrize(
    ("token", "account", "scope"),
    [("acme", "acme", "manage"), ("connect", "acme", "connect"), ("other", "other", "manage")],
)
async def test_every_token_is_told_what_it_opens(site: Site, token: str, account: str, scope: str) -> None:
    """Account and scope are those of the token, which stands beside them as everywhere."""
    response = await ask(site, site.tokens[token])
    content = response.json()
    assert (response.status_code, content["status"]) == (200, "success")
    assert content["data"] == {"account_id": account, "scope": scope}
    assert content["auth_token"] == site.tokens[token]


async def test_no_or_a_wrong_token_is_told_nothing(site: Site) -> None:
    """Without a token that is known it is 401, whatever is asked of it."""
    assert_refused(await site.http.get("/v2/token_auth"), *REFUSAL)
    assert_refused(await ask(site, "wrong"), *REFUSAL)
    assert_refused(await site.http.delete("/v2/token_auth"), *REFUSAL)


async def test_a_token_of_an_account_that_is_gone_opens_nothing(site: Site) -> None:
    """The token of an account that the configuration has no more is no token."""
    assert_refused(await ask(site, await make_token(site.daemon, "gone")), *REFUSAL)
