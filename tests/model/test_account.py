"""Accounts and tokens: what their values alone say."""

import pytest

from c2cd.model.account import Account, Token


def account(**fields: object) -> Account:
    """Make an account with these fields beside the two that must be there."""
    return Account(**{"id": "acme", "realm": "acme.example", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "template",
    [
        "Local/{number}@from-internal/n",
        "PJSIP/{number}",
        "PJSIP/{number}@trunk-1",
        "DAHDI/g1/00{number}",
        "PJSIP/trunk/sip:{number}@10.0.0.1:5060",
    ],
)
def test_channel_that_is_one(template: str) -> None:
    """A template is one channel with the number in it once."""
    assert account(contact_channel=template).wrong_channels() == {}


@pytest.mark.parametrize(
    "template",
    [
        "Local/100@from-internal/n",  # no place for the number
        "Local/{number}{number}@from-internal/n",
        "Local/{number}@{uri}/n",
        "Local/{uri}@from-internal/n",
        "PJSIP/{number}&PJSIP/boss",
        "PJSIP/{number},30,S(1)",
        "PJSIP/{number}|30",
        "PJSIP/${EXTEN}{number}",
        "PJSIP/{number} ",
        "PJSIP/{number}\n",
        "PJSIP/{number}\r\nAction: Command",
        "PJSIP/٣{number}",
        "/{number}",
        "{number}",
        "",
    ],
)
def test_channel_that_is_none(template: str) -> None:
    """A template that could dial a second channel, pass an argument or drop the number is refused."""
    wrong = account(extension_channel=template).wrong_channels()
    assert list(wrong) == ["extension_channel"]
    assert "{number}" in wrong["extension_channel"]


@pytest.mark.parametrize("template", ["Local/{number}@from-internal", "local/{number}@from-internal"])
def test_local_channel_without_n(template: str) -> None:
    """A Local channel needs /n, however it is spelt: Asterisk reads the name of a technology in any case."""
    wrong = account(contact_channel=template).wrong_channels()
    assert "/n" in wrong["contact_channel"]


@pytest.mark.parametrize("word", ["CURL", "DB", "EVAL", "FILE", "ODBC", "REALTIME", "SHELL"])
@pytest.mark.parametrize("key", ["extension_channel", "contact_channel", "sip_uri_channel"])
def test_channel_that_asterisk_refuses(key: str, word: str) -> None:
    """Words in capitals for which Asterisk refuses an order are refused in each template, in small not."""
    place = "{uri}" if key == "sip_uri_channel" else "{number}"
    wrong = account(**{key: f"Local/{place}@out_MY{word}S/n"}).wrong_channels()
    assert list(wrong) == [key]
    assert f"{word} " in wrong[key].replace(",", " ")
    assert f"in capitals, not 'out_MY{word}S'" in wrong[key]
    assert account(**{key: f"Local/{place}@out_MY{word.title()}S/n"}).wrong_channels() == {}


def test_sip_uri_channel_is_optional() -> None:
    """Where there is no channel for SIP URIs nothing is wrong, and where there is one it takes {uri}."""
    assert account(sip_uri_channel=None).wrong_channels() == {}
    assert account(sip_uri_channel="PJSIP/trunk/{uri}").wrong_channels() == {}
    assert list(account(sip_uri_channel="PJSIP/{number}").wrong_channels()) == ["sip_uri_channel"]


def token(**fields: float) -> Token:
    """Make a token with these times."""
    values = {"created_at": 0.0, **fields}
    return Token(id="t", account_id="acme", scope="connect", note="", **values)


def test_token_expires_at_its_moment() -> None:
    """A token opens until the moment at which it expires, and not in it."""
    assert token(expires_at=100.0).is_valid(99.999)
    assert not token(expires_at=100.0).is_valid(100.0)


def test_token_without_an_end() -> None:
    """A token without an end opens for ever, until it is revoked."""
    assert token().is_valid(1e12)
    assert not token(revoked_at=5.0).is_valid(1e12)


def test_revoked_token_stays_shut() -> None:
    """A revoked token opens nothing, though it has not expired."""
    assert not token(expires_at=100.0, revoked_at=5.0).is_valid(6.0)
