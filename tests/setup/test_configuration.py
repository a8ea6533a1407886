"""The first configuration holds what was asked for, whatever that is."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.errors import ConfigError
from c2cd.setup.configuration import FirstAccount, first_configuration
from c2cd.setup.shipped import shipped

CONSOLE = "127.0.0.1:8001"


@given(st.text(min_size=1, max_size=60))
def test_any_realm_is_given_back(realm: str) -> None:
    """A realm is read back as it was said, or refused: it never becomes another key."""
    try:
        text = first_configuration(FirstAccount("acme", realm), "5038")
    except ConfigError:
        assert not realm.isprintable()
        return
    expected = tomllib.loads(shipped("config/c2cd.toml"))
    expected["accounts"][0]["realm"] = realm
    expected["http"]["console_listen"] = CONSOLE
    assert tomllib.loads(text) == expected


def test_the_answers_stand_where_they_belong() -> None:
    """Account, realm, region and AMI's port differ from the shipped file, and that there is a console."""
    text = first_configuration(FirstAccount("shop", "shop.example", "DE"), "5999")
    changed = set(text.splitlines()) - set(shipped("config/c2cd.toml").splitlines())
    said = {'id = "shop"', 'realm = "shop.example"', 'region = "DE"', "port = 5999"}
    assert changed == said | {f'console_listen = "{CONSOLE}"'}


def test_a_port_that_is_none_is_not_taken_over() -> None:
    """What manager.conf says of a port is taken over only where it is a number."""
    account = FirstAccount("shop", "shop.example", "DE")
    assert first_configuration(account, '5"') == first_configuration(account, "5038")


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (FirstAccount("a b", "acme.example"), "accounts.0.id"),
        (FirstAccount('x"\n[ami]', "acme.example"), "accounts.0.id"),
        (FirstAccount("acme", ""), "accounts.0.realm"),
        (FirstAccount("acme", 'x"\nregion = "US'), "a realm is printable text"),
        (FirstAccount("acme", "acme.example", "XX"), "no region 'XX' is known"),
        (FirstAccount("acme", "acme.example", "own"), "accounts.0.region"),
    ],
)
def test_a_wrong_answer_is_told(account: FirstAccount, words: str) -> None:
    """What the daemon would refuse is refused beforehand, with what is wrong."""
    with pytest.raises(ConfigError, match=words):
        first_configuration(account, "5038")
