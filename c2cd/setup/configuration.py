"""The first configuration: the annotated file with an account of the admin's own."""

import json

from msgspec import Struct, structs

from c2cd.config import read_config
from c2cd.errors import ConfigError
from c2cd.guard.country import country_faults
from c2cd.setup.shipped import shipped

# An admin of a new host finds the console there, on loopback.
_CONSOLE = 'console_listen = "127.0.0.1:8001"'


class FirstAccount(Struct, frozen=True):
    """What an admin says of the first account; without a region it may call any country."""

    id: str
    realm: str
    region: str | None = None


def first_configuration(account: FirstAccount, ami_port: str) -> str:
    """Give the text of the configuration. ConfigError where the account can't be as it is said to be."""
    _judge(account)
    text = shipped("config/c2cd.toml")
    text = _put(text, 'id = "acme"', "id", account.id)
    text = _put(text, 'realm = "acme.example"', "realm", account.realm)
    text = text.replace(f"\n# {_CONSOLE}\n", f"\n{_CONSOLE}\n")
    if account.region is not None:
        text = _put(text, '# region = "US"', "region", account.region)
    if ami_port.isdecimal():
        text = text.replace("\nport = 5038\n", f"\nport = {int(ami_port)}\n")
    return text


def _put(text: str, line: str, key: str, value: str) -> str:
    quoted = json.dumps(value, ensure_ascii=False)  # of printable text JSON's strings are TOML's
    return text.replace(f"\n{line}\n", f"\n{key} = {quoted}\n", 1)


def _judge(account: FirstAccount) -> None:
    said = {key: value for key, value in structs.asdict(account).items() if value is not None}
    read_config({"ami": {"secret": ""}, "accounts": [said]}, "the first account")
    if account.region is not None and country_faults([account.region], "region"):
        raise ConfigError(f"no region {account.region!r} is known; expected two letters such as US, DE or GB")
    if not account.realm.isprintable():
        raise ConfigError(f"a realm is printable text, as acme.example, not {account.realm!r}")
