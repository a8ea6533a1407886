"""The SIPp scenario, as XML, of a phone that behaves in one way.

A ringing phone waits for a CANCEL with the ringing time as that wait's end: so it can be cancelled at
any moment, which SIPp's plain <pause> does not allow. A talking phone waits for a BYE in the same way,
and answers the re-INVITE or UPDATE by which a switch tells it who it is connected to now.
"""

from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    """What a phone does with an INVITE."""

    ACCEPTS = "200 OK"
    BUSY = "486 Busy Here"
    DECLINES = "603 Decline"
    UNALLOCATED = "404 Not Found"
    FORWARDS = "302 Moved Temporarily"
    NEVER = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a phone does: it rings for `rings` seconds (None: no ringing at all), then gives `answer`.

    One that accepts talks until the other side hangs up, or for `talks` seconds and hangs up itself.
    """

    answer: Answer
    rings: float | None = 0.0
    talks: float | None = None


ANSWERS = Behaviour(Answer.ACCEPTS, rings=0.2)
BUSY = Behaviour(Answer.BUSY)
DECLINES = Behaviour(Answer.DECLINES)
UNALLOCATED = Behaviour(Answer.UNALLOCATED, rings=None)
FORWARDS = Behaviour(Answer.FORWARDS)  # to extension 2000
NEVER_ANSWERS = Behaviour(Answer.NEVER)


def answers(*, rings: float | None = 0.2, talks: float | None = None) -> Behaviour:
    """Give the behaviour of a phone that is answered after ringing, and maybe hangs up after talking."""
    return Behaviour(Answer.ACCEPTS, rings=rings, talks=talks)


_REPLY_HEADERS = """[last_Via:]
[last_From:]
[last_To:];tag=[pid]phone[call_number]
[last_Call-ID:]
"""
_CONTACT = "Contact: <sip:phone@[local_ip]:[local_port]>\nAllow: INVITE, ACK, BYE, CANCEL, UPDATE\n"
_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=phone 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""
_EMPTY = "Content-Length: 0\n\n"


def _send(text: str, *, attributes: str = "") -> str:
    return f"<send {attributes}><![CDATA[\n\n{text}\n]]></send>\n"


def _reply(status: str, *, cseq: str = "[last_CSeq:]", rest: str = _EMPTY, attributes: str = "") -> str:
    contact = _CONTACT.replace("sip:phone@", "sip:2000@") if status.startswith("302") else _CONTACT
    text = f"SIP/2.0 {status}\n{_REPLY_HEADERS}{cseq}\n{contact}{rest}"
    return _send(text, attributes=attributes)


def _in_dialogue(status: str, *, rest: str = _EMPTY, attributes: str = "") -> str:
    """Give an answer inside a call, where To has its tag already."""
    text = (
        f"SIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"
        f"{_CONTACT}{rest}"
    )
    return _send(text, attributes=attributes)


_INVITED = """<recv request="INVITE" crlf="true"><action>
<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="cseq"/>
<ereg regexp="sip:[^&gt;;]*" search_in="hdr" header="Contact:" assign_to="caller"/>
<ereg regexp="[^ ].*" search_in="hdr" header="From:" assign_to="from"/>
<ereg regexp="[^ ].*" search_in="hdr" header="To:" assign_to="to"/>
</action></recv>
<Reference variables="cseq,caller,from,to"/>
"""

_CANCELLED = (
    _send(f"SIP/2.0 200 OK\n{_REPLY_HEADERS}[last_CSeq:]\n{_EMPTY}")
    + _send(
        f"SIP/2.0 487 Request Terminated\n{_REPLY_HEADERS}CSeq: [$cseq] INVITE\n{_EMPTY}",
        attributes='retrans="500"',
    )
    + '<recv request="ACK" next="end"/>\n'
)

_BYE = (
    _send(
        "BYE [$caller] SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        "From: [$to];tag=[pid]phone[call_number]\n"
        "To: [$from]\n"
        "[last_Call-ID:]\n"
        "CSeq: 1 BYE\n"
        "Max-Forwards: 70\n"
        f"{_EMPTY}",
        attributes='retrans="500"',
    )
    + '<recv response="200" next="end"/>\n'
)


def _wait(request: str, seconds: float | None, then: str, attributes: str = "") -> str:
    """Wait for a request; after that many seconds go to `then` without it."""
    if seconds is not None:
        attributes += f' timeout="{max(1, round(seconds * 1000))}" ontimeout="{then}"'
    return f'<recv request="{request}" {attributes}/>\n'


def _talk(seconds: float | None) -> str:
    """Accept, then talk until one side hangs up."""
    return "".join(
        (
            _reply("200 OK", rest=_SDP, attributes='retrans="500"'),
            '<recv request="ACK"/>\n<label id="talk"/>\n',
            _wait("INVITE", seconds, "hang-up", 'optional="true" next="reinvited"'),
            _wait("UPDATE", seconds, "hang-up", 'optional="true" next="updated"'),
            _wait("BYE", seconds, "hang-up"),
            _in_dialogue("200 OK", attributes='next="end"'),
            '<label id="reinvited"/>\n',
            _in_dialogue("200 OK", rest=_SDP, attributes='retrans="500"'),
            '<recv request="ACK" next="talk"/>\n',
            '<label id="updated"/>\n',
            _in_dialogue("200 OK", attributes='next="talk"'),
            '<label id="hang-up"/>\n',
            _BYE,
        )
    )


def xml(behaviour: Behaviour) -> str:
    """Give the scenario of a behaviour."""
    steps = [_INVITED]
    if behaviour.rings is not None:
        steps.append(_reply("180 Ringing"))
    if behaviour.answer is Answer.NEVER:
        steps += [_wait("CANCEL", None, ""), _CANCELLED]
    else:
        if behaviour.rings:
            steps.append(_wait("CANCEL", behaviour.rings, "decided") + _CANCELLED)
        steps.append('<label id="decided"/>\n')
        if behaviour.answer is Answer.ACCEPTS:
            steps.append(_talk(behaviour.talks))
        else:
            steps.append(_reply(behaviour.answer.value, attributes='retrans="500"'))
            steps.append('<recv request="ACK" next="end"/>\n')
    steps.append('<label id="end"/>\n')
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    return f'{head}<scenario name="{behaviour.answer.name}">\n{"".join(steps)}</scenario>\n'
