"""What is shipped beside the package says what the package does."""

import json
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from c2cd.cli import main
from c2cd.config import Ami, Config, HistorySettings, Http, Log, Store, read_config
from c2cd.model.account import Account
from c2cd.model.button import ClickToCall
from c2cd.model.limits import PUBLIC, TOKEN, Limits
from c2cd.setup.shipped import shipped
from c2cd.switch.events import KINDS

TOP = Path(__file__).parents[1]
SECTIONS: dict[str, type[msgspec.Struct]] = {
    "http": Http,
    "ami": Ami,
    "store": Store,
    "history": HistorySettings,
    "log": Log,
    "limits.public": Limits,
    "limits.token": Limits,
    "accounts": Account,
}


def test_the_annotated_configuration_has_the_defaults(tmp_path: Path) -> None:
    """The annotated configuration can be used as it stands, and each value in it is the default."""
    content = tomllib.loads((TOP / "config" / "c2cd.toml").read_text())
    secret = tmp_path / "secret"
    secret.write_text("s")
    content["ami"]["secret_file"] = str(secret)
    plain = {
        "ami": {"secret_file": str(secret)},
        "accounts": [{"id": "acme", "realm": "acme.example"}],
    }
    assert read_config(content, "as shipped") == read_config(plain, "plain")


@pytest.mark.parametrize("section", [None, *SECTIONS])
def test_the_annotated_configuration_names_every_key(section: str | None) -> None:
    """Every key is in the annotated configuration, in its section, if only in a comment."""
    text = (TOP / "config" / "c2cd.toml").read_text()
    first, *rest = re.split(r"^\[+([\w.]+)\]+$", text, flags=re.MULTILINE)
    parts = dict(zip(rest[::2], rest[1::2], strict=True))
    named = set(re.findall(r"^(?:# )?(\w+) = ", first if section is None else parts[section], re.MULTILINE))
    kind = Config if section is None else SECTIONS[section]
    inner = {"limits", *SECTIONS} if section is None else {"limits"}  # a section each, or dotted keys
    assert named == set(kind.__struct_fields__) - inner


@pytest.mark.parametrize("file", ["c2cd.conf", "c2cd-older.conf"])
def test_the_manager_user_has_least_privilege(file: str) -> None:
    """The AMI user that is shipped may place calls, list and follow them, from loopback, and nothing else."""
    lines = (TOP / "config" / "asterisk" / file).read_text().splitlines()
    settings = dict(line.split(" = ", 1) for line in lines if " = " in line and line[0] not in ";e")
    assert settings == {
        "secret": "CHANGE-ME",
        "deny": "0.0.0.0/0.0.0.0",
        "permit": "127.0.0.1/255.255.255.255",
        "read": "call,system",
        "write": "originate,reporting",
        "writetimeout": "5000",
    }


@pytest.mark.parametrize("file", ["c2cd.conf", "c2cd-older.conf"])
def test_the_manager_user_hears_what_is_read(file: str) -> None:
    """The filters that are shipped name each kind of event that is read, and no other."""
    lines = (TOP / "config" / "asterisk" / file).read_text().splitlines()
    filters = " ".join(line for line in lines if line.startswith("eventfilter"))
    kinds = set(re.findall(r"[A-Z]\w+", filters)) - {"Event"}
    assert kinds == KINDS | {"FullyBooted"}


def test_the_wheel_has_what_setup_writes() -> None:
    """What setup writes goes into the wheel, whole folders of it, at the place where setup looks."""
    built = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert built["force-include"] == {name: f"c2cd/shipped/{name}" for name in ("config", "systemd")}
    for name in ("config/c2cd.toml", "config/asterisk/c2cd.conf", "systemd/c2cd.service"):
        assert shipped(name) == (TOP / name).read_text()


def test_the_readme_names_every_field_and_key() -> None:
    """The README's tables have every field of a button and every key of the configuration."""
    text = (TOP / "README.md").read_text()
    rows = set(re.findall(r"`([a-z_.]+)`", " ".join(re.findall(r"^\| (.*?) \|", text, re.MULTILINE))))
    plain = {section: kind for section, kind in SECTIONS.items() if "." not in section}
    keys = {f"{section}.{key}" for section, kind in plain.items() for key in kind.__struct_fields__}
    assert set(ClickToCall.__struct_fields__) - rows == set()
    assert (keys | {"allow_open_buttons"}) - rows == {"accounts.allow_open_buttons"}


def test_the_readme_names_every_command() -> None:
    """The README's one list of commands has each of them, and no heading stands in it twice."""
    text = (TOP / "README.md").read_text()
    assert text.count("\n## Commands\n") == 1
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert len(set(headings)) == len(headings)
    listed = text.partition("\n## Commands\n")[2].split("```")[1]
    assert set(re.findall(r"^c2cd (\w+)", listed, re.MULTILINE)) == main.commands.keys()


def test_the_readme_has_the_limits() -> None:
    """The README's one table of the limits has each of them, with the defaults of both ways."""
    text = (TOP / "README.md").read_text()
    table = text[text.index("| limit | public | token |") :].partition("\n\n")[0]
    rows = [[cell.strip(" `") for cell in line.split("|")[1:4]] for line in table.splitlines()[2:]]
    shown = {key: (json.loads(public), json.loads(token)) for key, public, token in rows}
    public, token = (json.loads(msgspec.json.encode(limits)) for limits in (PUBLIC, TOKEN))
    assert shown == {key: (public[key], token[key]) for key in Limits.__struct_fields__}
