"""The strict reader of what was sent takes what c2cd sends, and refuses whatever was tampered with."""

import pytest
from msgspec.structs import replace

from c2cd.model.switching import Originate
from c2cd.switch.orders import originate_headers
from tests.switch.strict import Unexpected, read_sent

CALL = "c2c-" + "0123456789abcdef" * 2 + "-" + "fedcba9876543210" * 2
OWN = b"ActionID: action/01234567-89ab-cdef-0123-456789abcdef/1/7\r\n"
ORDER = Originate(
    call_id=CALL,
    first="Local/1001@from-internal/n",
    first_shows_name="Zoë Ñandú 電話",
    first_shows_number="+15551234",
    second="Local/+15551234@from-internal/n",
    second_shows_name="Sales",
    second_shows_number="1001",
    timeout=30,
    variables=(("__C2CD_VAR_order_id", "a%20b"), ("CHANNEL(musicclass)", "acme-hold")),
    early_media=True,
    ringback=True,
    longest=3.0,
)


def as_sent(order: Originate) -> bytes:
    """Write an order as the wire does."""
    lines = [
        f"{name}: {one}\r\n"
        for name, value in originate_headers(order).items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return "".join(lines).encode() + b"\r\n"


GOOD = as_sent(ORDER)
PING = b"Action: Ping\r\n" + OWN + b"\r\n"
HANGUP = f"Action: Hangup\r\nCause: 16\r\nChannel: {CALL}\r\n".encode() + OWN + b"\r\n"


def test_what_is_sent_is_read() -> None:
    """Each action is given in its order, with whom it dials."""
    plain = replace(
        ORDER, variables=(), early_media=False, ringback=False, longest=None, second_shows_name=""
    )
    to_uri = replace(plain, second="PJSIP/nobody/sip:bob@host:5060")
    sent = read_sent(PING + GOOD + HANGUP + as_sent(plain) + as_sent(to_uri))
    assert [(one.action, one.dialled) for one in sent] == [
        ("Ping", ()),
        ("Originate", ("1001", "+15551234")),
        ("Hangup", ()),
        ("Originate", ("1001", "+15551234")),
        ("Originate", ("1001", "sip:bob@host:5060")),
    ]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(PING.replace(b"Ping", b"Command"), id="another action"),
        pytest.param(PING.replace(b"Ping", b"ping"), id="an action in other letters"),
        pytest.param(PING.replace(b"Action: Ping\r\n", b""), id="no action"),
        pytest.param(GOOD + b"Action: Originate\r\n\r\n", id="an action without its headers"),
        pytest.param(PING + b"\r\n", id="an empty action"),
        pytest.param(PING[:-2], id="an action without its end"),
        pytest.param(GOOD[:-20], id="half an action"),
        pytest.param(GOOD.replace(b"\r\n", b"\n"), id="lines without CR"),
        pytest.param(PING.replace(b"Ping", b"Ping\r"), id="a CR in a value"),
        pytest.param(GOOD.replace(b"Sales", b"Sa\rles"), id="a CR in a name"),
        pytest.param(GOOD.replace(b"Sales", b"Sa\nles"), id="an LF in a name"),
        pytest.param(GOOD.replace(b"Sales", b"Sa\0les"), id="a NUL in a name"),
        pytest.param(GOOD.replace(b"Sales", "Sa\u2028les".encode()), id="another end of a line"),
        pytest.param(GOOD.replace(b"Sales", b"Sa\xffles"), id="not UTF-8"),
        pytest.param(GOOD.replace(b"Sales", b"S" * 160 + b" "), id="a name too long"),
        pytest.param(GOOD.replace(b"Sales", b"Call SHELL now"), id="a forbidden word"),
        *(
            pytest.param(GOOD.replace(b"Sales", b"Sa%cles" % sign), id=f"a {chr(sign)} in a name")
            for sign in b",()\"';$\\{}<>[]|&^=`%"
        ),
        *(
            pytest.param(GOOD.replace(b"/+1555", b"/+1%c555" % sign), id=f"a {chr(sign)} in a number")
            for sign in b",;&|/@ ${}\"'\\:=%()"
        ),
        pytest.param(
            GOOD.replace(b"/+1555", "/+1\u0661555".encode()), id="another language's digit in a number"
        ),
        pytest.param(GOOD.replace(b"Channel: Local", b"Channel: SIP"), id="another kind of channel"),
        pytest.param(
            GOOD.replace(b"Local/1001@from-internal/n", b"PJSIP/nobody/sip:bob@host;x=1"),
            id="a URI's parameter",
        ),
        pytest.param(
            GOOD.replace(b"Local/1001@from-internal/n", b"Local/1001@from-internal"), id="a Local without /n"
        ),
        pytest.param(GOOD.replace(b"Application: Dial", b"Application: System"), id="another application"),
        pytest.param(GOOD.replace(b",30,ir", b",30,irg"), id="another option of Dial"),
        pytest.param(GOOD.replace(b",30,ir", b",31,ir"), id="two timeouts"),
        pytest.param(GOOD.replace(b"S(3)", b"S(0)"), id="no time to talk"),
        pytest.param(GOOD.replace(b"Async: true\r\n", b""), id="a header that is missing"),
        pytest.param(GOOD.replace(b"Async: true", b"Async: true\r\nAsync: true"), id="a header twice"),
        pytest.param(GOOD.replace(b"Async: true", b"Async: true\r\nContext: x"), id="an unknown header"),
        pytest.param(GOOD.replace(b"Async: true", b"Async : true"), id="a header's name with a space"),
        pytest.param(GOOD.replace(b"Async: true", b"Async:true"), id="a header without its space"),
        pytest.param(PING.replace(b"Ping", b"Ping\r\nVariable: a=b"), id="a header of another action"),
        pytest.param(GOOD.replace(b"order_id=", b"order-id="), id="a variable's name"),
        pytest.param(GOOD.replace(b"__C2CD_VAR_order_id=", b"SHELL(id)="), id="another function"),
        pytest.param(GOOD.replace(b"a%20b", b"a b"), id="a variable that is not encoded"),
        pytest.param(GOOD.replace(b"a%20b", b"a%2"), id="half an encoded character"),
        pytest.param(GOOD.replace(b"a%20b", b"a" * 901), id="a variable too long"),
        pytest.param(GOOD.replace(b"a%20b", "é".encode()), id="a letter outside of names"),
        pytest.param(GOOD.replace(b"ChannelId: c2c-0", b"ChannelId: c2c-1", 1), id="another call's channel"),
        pytest.param(HANGUP.replace(CALL.encode(), b"PJSIP/1001-00000001"), id="somebody else's channel"),
        pytest.param(HANGUP.replace(CALL.encode(), b"/^c2c-.*$/"), id="many channels at once"),
    ],
)
def test_what_was_tampered_with_is_refused(record: bytes) -> None:
    """A byte too many anywhere, in a header or as one, is found."""
    assert record not in {PING, GOOD, HANGUP}
    with pytest.raises(Unexpected):
        read_sent(record)
