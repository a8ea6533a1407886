"""The configuration: what is wrong with it is told by file, key and what was expected."""

import re
from pathlib import Path
from typing import Any

import pytest

from c2cd.config import DEFAULT_PATH, Ami, find_config, load_config, read_config, require_secret
from c2cd.errors import ConfigError

SECRET = "correct-horse-battery"
NUMBER = 271828182  # a secret that somebody wrote without quotes
ACCOUNT: dict[str, Any] = {"id": "acme", "realm": "acme.example"}
SMALLEST: dict[str, Any] = {"ami": {"secret": SECRET}, "accounts": [ACCOUNT]}


def told(content: dict[str, Any]) -> list[str]:
    """Give the lines of the error that this content is refused with."""
    with pytest.raises(ConfigError) as caught:
        read_config(content, "c2cd.toml")
    return str(caught.value).splitlines()


def test_defaults() -> None:
    """Every key but the accounts and the secret has a default."""
    config = read_config(SMALLEST, "c2cd.toml")
    assert config.http.address == ("127.0.0.1", 8000)
    assert (config.ami.host, config.ami.port, config.ami.username) == ("127.0.0.1", 5038, "c2cd")
    assert (config.ami.tls, config.ami.tls_ca, config.ami.max_in_setup) == (False, None, 50)
    assert config.store.path == "/var/lib/c2cd/c2cd.db"
    assert (config.log.level, config.log.events) == ("info", "-")
    assert config.allow_open_buttons is False
    (account,) = config.accounts
    assert account.extension_channel == account.contact_channel == "Local/{number}@from-internal/n"
    assert (account.region, account.sip_uri_channel, account.whitelist) == (None, None, ())


@pytest.mark.parametrize("section", ["", "http", "ami", "store", "history", "log", "accounts.0"])
def test_unknown_key(section: str) -> None:
    """A key that is not known is refused wherever it stands: a misspelt limit is no limit."""
    content: dict[str, Any] = {"ami": {"secret": SECRET}, "accounts": [dict(ACCOUNT)]}
    if section == "accounts.0":
        content["accounts"][0]["lissten"] = 1
    elif section:
        content.setdefault(section, {})["lissten"] = 1
    else:
        content["lissten"] = 1
    path = f"{section}.lissten" if section else "lissten"
    (line,) = told(content)
    assert line.startswith(f"c2cd.toml: {path}: Unknown key; known are: ")


@pytest.mark.parametrize(
    ("section", "key", "value", "expected"),
    [
        ("http", "listen", 8000, "string"),
        ("http", "socket_mode", 660, "string"),
        ("http", "socket_mode", "0668", "pattern"),
        ("http", "socket_mode", "1666", "pattern"),
        ("http", "socket_mode", "rw-rw----", "pattern"),
        ("http", "socket_group", 33, "string"),
        ("ami", "host", ["a"], "string"),
        ("ami", "port", "5038", "integer"),
        ("ami", "port", 65536, "at most 65535"),
        ("ami", "port", -1, "at least 0"),
        ("ami", "username", "with space", "pattern"),
        ("ami", "username", "with\nline", "pattern"),
        ("ami", "username", "c2cd\n", "pattern"),
        ("ami", "tls", "yes", "boolean"),
        ("ami", "max_in_setup", 0, "at least 1"),
        ("history", "keep_days", -1, "at least 0"),
        ("history", "keep_days", 1, "2 and more"),
        ("store", "path", 5, "string"),
        ("log", "level", "loud", "enumerated"),
        ("log", "events", True, "string"),
        ("accounts.0", "id", "a b", "pattern"),
        ("accounts.0", "id", "acme\n", "pattern"),
        ("accounts.0", "realm", "", "at least 1"),
        ("accounts.0", "region", "usa", "pattern"),
        ("accounts.0", "whitelist", "^1", "array"),
        ("accounts.0", "extension_channel", 5, "string"),
        ("accounts.0", "allow_open_buttons", "no", "boolean"),
    ],
)
def test_wrong_value(section: str, key: str, value: object, expected: str) -> None:
    """A wrong value is told by file, key and what was expected."""
    content: dict[str, Any] = {"ami": {"secret": SECRET}, "accounts": [dict(ACCOUNT)]}
    place = content["accounts"][0] if section == "accounts.0" else content.setdefault(section, {})
    place[key] = value
    (line,) = told(content)
    assert line.startswith(f"c2cd.toml: {section}.{key}: ")
    assert expected in line


def test_whole_number_with_a_point() -> None:
    """A number written with a point is refused like any other wrong value, or read: no traceback."""
    content = {"ami": {"secret": SECRET, "port": 5038.0}, "accounts": [ACCOUNT]}
    try:
        assert read_config(content, "c2cd.toml").ami.port == 5038
    except ConfigError as error:
        assert "ami.port" in str(error)  # noqa: PT017 - either outcome is right


def test_all_at_once() -> None:
    """Whoever has several faults is told all of them."""
    lines = told({"http": {"listn": ""}, "ami": {"port": "x"}, "accounts": [{"id": "acme"}]})
    assert [line.split(": ")[1] for line in lines] == ["accounts.0.realm", "ami.port", "http.listn"]


@pytest.mark.parametrize("accounts", [None, []])
def test_accounts_are_needed(accounts: list[object] | None) -> None:
    """A configuration without an account is of no use and refused."""
    content: dict[str, Any] = {"ami": {"secret": SECRET}}
    if accounts is not None:
        content["accounts"] = accounts
    (line,) = told(content)
    assert line.startswith("c2cd.toml: accounts: ")


def test_two_accounts_of_one_id() -> None:
    """Two accounts can't have the same id."""
    (line,) = told({**SMALLEST, "accounts": [ACCOUNT, {"id": "beta", "realm": "b"}, ACCOUNT]})
    assert line.startswith("c2cd.toml: accounts.2.id: 'acme'")


@pytest.mark.parametrize(
    "template",
    [
        "Local/{number}@ctx",
        "PJSIP/1001",
        "PJSIP/{number}{number}",
        "PJSIP/{number}&PJSIP/1",
        "SIP/{number},5",
    ],
)
@pytest.mark.parametrize("key", ["extension_channel", "contact_channel"])
def test_wrong_channel(key: str, template: str) -> None:
    """A template that is not one channel that c2cd can follow is told by its account and key."""
    (line,) = told({**SMALLEST, "accounts": [{**ACCOUNT, key: template}]})
    assert line.startswith(f"c2cd.toml: accounts.0.{key}: expected ")


@pytest.mark.parametrize(
    ("listen", "address"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:80", ("::1", 80)), ("localhost:0", ("localhost", 0))],
)
def test_listen(listen: str, address: tuple[str, int]) -> None:
    """The front listens on a host and a port."""
    config = read_config({**SMALLEST, "http": {"listen": listen}}, "c2cd.toml")
    assert config.http.address == address
    assert config.http.unix_path is None


def test_listen_on_a_unix_socket() -> None:
    """The front listens on a Unix socket instead where its path is given."""
    config = read_config({**SMALLEST, "http": {"listen": "unix:/run/c2cd/c2cd.sock"}}, "c2cd.toml")
    assert config.http.unix_path == Path("/run/c2cd/c2cd.sock")


@pytest.mark.parametrize("listen", ["", "8000", ":8000", "host", "host:", "host:http", "host:65536", "h:٨"])
def test_listen_on_nothing(listen: str) -> None:
    """What is neither an address nor a socket is told with both forms."""
    (line,) = told({**SMALLEST, "http": {"listen": listen}})
    assert line == f"c2cd.toml: http.listen: expected HOST:PORT or unix:/PATH, not {listen!r}"


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("*", "every client choose"),
        ("0.0.0.0/0", "so wide"),
        ("::/0", "so wide"),
        ("128.0.0.0/1", "so wide"),
        ("::ffff:0:0/96", "IPv4 network as such"),
        ("::ffff:10.0.0.1", "IPv4 network as such"),
        ("fe80::1%eth0", "without a zone"),
        ("10.0.0.1/8", "has host bits set"),
        ("10.0.0", "expected an address, a network or 'unix'"),
        ("proxy.example", "expected an address, a network or 'unix'"),
        ("127.0.0.1:80", "expected an address, a network or 'unix'"),
        ("Unix", "expected an address, a network or 'unix'"),
        ("", "expected an address, a network or 'unix'"),
    ],
)
def test_a_proxy_that_cant_be_trusted(word: str, why: str) -> None:
    """What names no proxy, or so many that clients are among them, is told by its place and why."""
    (line,) = told({**SMALLEST, "http": {"trusted_proxies": ["unix", word]}})
    assert line.startswith("c2cd.toml: http.trusted_proxies.1: ")
    assert why in line


def test_trusted_proxies() -> None:
    """Addresses, networks and the word for Unix sockets may stand side by side."""
    words = ("127.0.0.1", "10.0.0.0/8", "::1", "fc00::/7", "unix")
    config = read_config({**SMALLEST, "http": {"trusted_proxies": list(words)}}, "c2cd.toml")
    assert config.http.trusted_proxies == words


@pytest.mark.parametrize("ami", [{}, {"secret": SECRET, "secret_file": "/etc/hostname"}])
def test_one_secret(ami: dict[str, str]) -> None:
    """The secret is given once: here or in a file of its own."""
    assert told({**SMALLEST, "ami": ami}) == ["c2cd.toml: ami: expected either secret or secret_file"]


def test_secret_file(tmp_path: Path) -> None:
    """The file's secret is read anew each time, without the space around it."""
    file = tmp_path / "secret"
    file.write_text(f"  {SECRET}\n")
    config = read_config({**SMALLEST, "ami": {"secret_file": str(file)}}, "c2cd.toml")
    assert config.ami.read_secret() == SECRET
    file.write_text("changed\n")
    assert config.ami.read_secret() == "changed"


def test_a_credential_of_systemd_goes_before_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What systemd hands over under the name of secret_file is the secret, though the file can't be read."""
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    content = {**SMALLEST, "ami": {"secret_file": str(tmp_path / "ami.secret")}}
    (credentials / "ami.secret").write_text("of systemd\n")
    assert read_config(content, "c2cd.toml").ami.read_secret() == "of systemd"
    (tmp_path / "ami.secret").write_text("of the file\n")
    config = read_config(content, "c2cd.toml")
    assert config.ami.read_secret() == "of systemd"
    with pytest.raises(ConfigError, match=r"other\.secret"):  # another file's credential is another one
        require_secret(Ami(secret_file=str(tmp_path / "other.secret")))
    assert read_config(SMALLEST, "c2cd.toml").ami.read_secret() == SECRET


@pytest.mark.parametrize("blank", ["", "\n", None])
def test_a_blank_credential_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank: str | None
) -> None:
    """Where systemd has nothing to hand over, or not to this process, the file itself is read."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    (tmp_path / "ami.secret").write_text("of the file\n")
    if blank is not None:
        (tmp_path / "credentials").mkdir()
        (tmp_path / "credentials" / "ami.secret").write_text(blank)
    content = {**SMALLEST, "ami": {"secret_file": str(tmp_path / "ami.secret")}}
    assert read_config(content, "c2cd.toml").ami.read_secret() == "of the file"


def test_secret_file_that_is_not_there(tmp_path: Path) -> None:
    """A secret file that can't be read is told by its key and path, to who needs the secret."""
    content = {**SMALLEST, "ami": {"secret_file": str(tmp_path / "none")}}
    with pytest.raises(ConfigError, match=r"^ami.secret_file: .*/none'"):
        require_secret(read_config(content, "c2cd.toml").ami)


def test_secret_file_that_is_no_path() -> None:
    """What no file can be called is told by its key."""
    config = read_config({**SMALLEST, "ami": {"secret_file": "/etc/\0"}}, "c2cd.toml")
    with pytest.raises(ConfigError, match=r"^ami.secret_file: embedded null byte$"):
        require_secret(config.ami)


def test_secret_does_not_print() -> None:
    """No way of printing the configuration prints the secret."""
    config = read_config(SMALLEST, "c2cd.toml")
    for text in (repr(config), str(config), repr(config.ami), f"{config.ami}", f"{config.ami!s}"):
        assert SECRET not in text
    assert "'…'" in repr(config.ami)


@pytest.mark.parametrize(
    "ami",
    [
        {"secret": [SECRET]},
        {"secret": NUMBER},
        {"secret": {"is": SECRET}},
        {"secrt": SECRET},
        {"secret": SECRET, "secret_file": SECRET},
        {"secret": SECRET, "port": "x"},
    ],
)
def test_secret_is_not_in_errors(ami: dict[str, Any]) -> None:
    """No error quotes the secret, whatever is wrong with it or beside it."""
    lines = "\n".join(told({**SMALLEST, "ami": ami}))
    assert not re.search(f"{SECRET}|{NUMBER}", lines)


def test_file(tmp_path: Path) -> None:
    """The file is TOML in UTF-8."""
    file = tmp_path / "c2cd.toml"
    file.write_text(f'[ami]\nsecret = "{SECRET}"\n[[accounts]]\nid = "acme"\nrealm = "bücher.example"\n')
    assert load_config(file).accounts[0].realm == "bücher.example"


def test_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that can't be read is told with the two ways to name another."""
    with pytest.raises(ConfigError, match=r"none\.toml: No such file.*--config FILE or \$C2CD_CONFIG"):
        load_config(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "content",
    [b"[ami", b"a = \xff", b"\xff\xfe", b"a = 1\na = 2\n", b"a = " + 5000 * b"9", b"a = " + 5000 * b"["],
)
def test_file_that_is_no_toml(tmp_path: Path, content: bytes) -> None:
    """A file that is no TOML is told by its name."""
    file = tmp_path / "c2cd.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=f"^{re.escape(str(file))}: not TOML: "):
        load_config(file)


def test_faults_name_the_file(tmp_path: Path) -> None:
    """Each line of what is wrong begins with the file's path."""
    file = tmp_path / "c2cd.toml"
    file.write_text("x = 1\ny = 2\n")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{file}: ") for line in lines)


def test_which_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file that was named is meant, else the environment's, else the usual one."""
    monkeypatch.setenv("C2CD_CONFIG", str(tmp_path / "environment"))
    assert find_config(tmp_path / "named") == tmp_path / "named"
    assert find_config(None) == tmp_path / "environment"
    monkeypatch.setenv("C2CD_CONFIG", "")
    assert find_config(None) == DEFAULT_PATH
    monkeypatch.delenv("C2CD_CONFIG")
    assert find_config(None) == Path("/etc/c2cd/c2cd.toml")
