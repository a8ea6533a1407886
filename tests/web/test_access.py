"""Who may do what: tokens, their accounts and scopes, and the buttons that need none."""

from typing import Any

import pytest

from c2cd.web import paths as at
from c2cd.web.operations import OPERATIONS, Operation
from tests.process import run_command
from tests.web.site import CONTACT, LONG_TALK, Site, assert_refused

pytestmark = pytest.mark.asyncio(loop_scope="package")

INVALID_CREDENTIALS = {"message": "invalid credentials"}
FORBIDDEN = {"message": "forbidden"}
WRONG = ["wrong", "c2cd_", "null", "0", "' OR 1=1 --", "x" * 4000, "é"]


# What is neither for everybody nor for every token.
CLOSED = [
    operation
    for operation in OPERATIONS
    if not operation.is_open and operation.path not in {at.CONNECT, at.CHALLENGE, at.TOKEN_AUTH}
]


async def everything(site: Site, button_id: str) -> tuple[object, ...]:
    """Give what there is to change: a button, how many there are, and who ended the button's calls."""
    button = (await site.ask("GET", f"/{button_id}")).json()["data"]
    count = len((await site.ask("GET", "?paginate=false")).json()["data"])
    return button, count, site.rows("SELECT id, ended_by FROM calls WHERE button_id = ?", button_id)


@pytest.mark.parametrize("token", [None, *WRONG])
async def test_no_or_a_wrong_token_opens_nothing(site: Site, token: str | None) -> None:
    """Without a token that is known every resource is closed, connect too."""
    button_id = await site.button()
    headers = {} if token is None else {b"x-auth-token": token.encode()}
    for verb, path in (
        ("GET", ""),
        ("PUT", ""),
        ("GET", f"/{button_id}"),
        ("DELETE", f"/{button_id}"),
        ("GET", f"/{button_id}/history"),
        ("POST", f"/{button_id}/connect"),
        ("GET", f"/{button_id}/connect?contact=1"),
    ):
        response = await site.ask(verb, path, token=None, headers=headers, json={"data": {"contact": "1"}})
        assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)
    assert site.orders(button_id) == []


async def test_another_accounts_token_is_forbidden(site: Site) -> None:
    """A good token of one account is 403 in another, whatever is asked."""
    button_id = await site.button()
    for verb, path in (("GET", ""), ("PUT", ""), ("GET", f"/{button_id}"), ("POST", f"/{button_id}/connect")):
        response = await site.ask(verb, path, token=site.tokens["other"], json={"data": {"contact": CONTACT}})
        assert_refused(response, 403, "forbidden", FORBIDDEN)
    assert site.orders(button_id) == []


@pytest.mark.parametrize(
    "operation", CLOSED, ids=lambda operation: f"{operation.verb} {operation.path.removeprefix(at.ACCOUNT)}"
)
async def test_a_connect_token_does_nothing_but_connect(site: Site, operation: Operation) -> None:
    """A token for connect clicks, and can read, make, change, remove or end nothing."""
    button_id = await site.button()
    call_id = (await site.call(button_id, f"+1555{LONG_TALK}"))["call_id"]
    before = await everything(site, button_id)
    path = operation.path.format(account_id="acme", button_id=button_id, call_id=call_id)
    data = {"name": "Taken", "extension": "1002", "action": "hangup"}
    headers = {"x-auth-token": site.tokens["connect"]}
    response = await site.http.request(operation.verb, path, headers=headers, json={"data": data})
    assert_refused(response, 403, "forbidden", FORBIDDEN)
    assert await everything(site, button_id) == before
    assert (await site.connect(button_id, token=site.tokens["connect"])).status_code == 200


async def test_a_token_may_stand_anywhere(site: Site) -> None:
    """Own header, query string, data, envelope and Bearer all open the same door."""
    token, button_id = site.tokens["acme"], await site.button()
    path, click = f"/{button_id}/connect", {"contact": CONTACT}
    ways: list[tuple[str, dict[str, Any]]] = [
        ("", {"headers": {"x-auth-token": token}, "json": {"data": click}}),
        ("", {"json": {"data": {**click, "auth_token": token}}}),
        (f"?auth_token={token}", {"json": {"data": click}}),
        ("", {"json": {"data": click, "auth_token": token}}),
        ("", {"headers": {"authorization": f"Bearer {token}"}, "json": {"data": click}}),
        ("", {"headers": {"authorization": f"bearer  {token}"}, "json": {"data": click}}),
        ("", {"data": {**click, "auth_token": token}}),
    ]
    for query, more in ways:
        response = await site.ask("POST", path + query, token=None, **more)
        assert response.status_code == 200, (query, more)
    assert len(site.orders(button_id)) == len(ways)


async def test_tokens_are_looked_for_in_order(site: Site) -> None:
    """The first place that holds a token decides: a wrong one there is not made good by a later one."""
    good, bad = site.tokens["acme"], "wrong"
    order: list[dict[str, Any]] = [
        {"headers": {"x-auth-token": bad}, "json": {"data": {"auth_token": good}}},
        {"json": {"data": {"auth_token": bad}}, "params": {"auth_token": good}},
        {"json": {"auth_token": good, "data": {}}, "params": {"auth_token": bad}},
        {"json": {"auth_token": bad, "data": {}}, "headers": {"authorization": f"Bearer {good}"}},
    ]
    for more in order:
        response = await site.ask("GET", token=None, **more)
        assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)


@pytest.mark.parametrize(
    "credentials", ["Basic {token}", "{token}", "Bearer", "Bearer wrong", "Token {token}"]
)
async def test_only_bearer_is_read(site: Site, credentials: str) -> None:
    """Credentials of another kind are no token."""
    sent = credentials.format(token=site.tokens["acme"])
    response = await site.ask("GET", token=None, headers={"authorization": sent})
    assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)


async def test_an_open_button_opens_connect_alone(site: Site) -> None:
    """auth_required false lets anybody click, and nobody read, change or remove."""
    button_id = await site.button(auth_required=False, whitelist=["^[+]1555"])
    assert (await site.connect(button_id, token=None)).status_code == 200
    for verb, path in (("GET", ""), ("POST", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/history")):
        response = await site.ask(verb, f"/{button_id}{path}", token=None, json={"data": {}})
        assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)


@pytest.mark.parametrize("token", WRONG)
async def test_a_wrong_token_is_refused_even_at_an_open_button(site: Site, token: str) -> None:
    """Who sends a token must have a good one, also where none is needed."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    response = await site.connect(button_id, token=None, headers={b"x-auth-token": token.encode()})
    assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)
    assert site.orders(button_id) == []


async def test_another_accounts_token_is_refused_at_an_open_button(site: Site) -> None:
    """A good token of another account clicks no open button: it says who comes, and that is a stranger."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    response = await site.connect(button_id, token=site.tokens["other"])
    assert_refused(response, 403, "forbidden", FORBIDDEN)
    assert site.orders(button_id) == []


async def test_an_unknown_button_without_a_token_is_401(site: Site) -> None:
    """Who has no token does not learn which buttons there are."""
    response = await site.connect("nothing", token=None)
    assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)


async def test_a_revoked_token_is_401_from_then_on(site: Site) -> None:
    """A token that is revoked beside the running daemon opens nothing with the next request."""
    token = await site.daemon.make_token()
    assert (await site.ask("GET", token=token)).status_code == 200
    config = ("--config", str(site.daemon.config))
    (token_id,) = site.rows("SELECT id FROM tokens ORDER BY created_at DESC LIMIT 1")[0]
    code, _, err = await run_command("token", "revoke", *config, token_id)
    assert code == 0, err
    assert_refused(await site.ask("GET", token=token), 401, "invalid_credentials", INVALID_CREDENTIALS)


async def test_tokens_stand_in_no_log(site: Site) -> None:
    """Wherever tokens were sent, neither log holds one of them, nor the AMI secret."""
    button_id = await site.button()
    await site.call(button_id)
    await site.ask("GET", f"?auth_token={site.tokens['acme']}", token=None)
    await site.ask("GET", "/unknown", headers={"authorization": f"Bearer {site.tokens['connect']}"})
    logs = site.daemon.messages + site.daemon.events_file.read_text()
    assert button_id in logs
    for secret in (*site.tokens.values(), "s3cret-of-ami"):
        assert secret not in logs
