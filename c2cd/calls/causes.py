"""Why a call failed, in the words that Kazoo's users know (FreeSWITCH's names for Q.850 causes)."""

from collections.abc import Iterable

from msgspec import Struct

UNSPECIFIC = "NORMAL_TEMPORARY_FAILURE"
# Whoever began the call ended it before the two talked.
CANCELLED = "ORIGINATOR_CANCEL"

Q850 = {
    1: "UNALLOCATED_NUMBER",
    2: "NO_ROUTE_TRANSIT_NET",
    3: "NO_ROUTE_DESTINATION",
    6: "CHANNEL_UNACCEPTABLE",
    7: "CALL_AWARDED_DELIVERED",
    16: "NORMAL_CLEARING",
    17: "USER_BUSY",
    18: "NO_USER_RESPONSE",
    19: "NO_ANSWER",
    20: "SUBSCRIBER_ABSENT",
    21: "CALL_REJECTED",
    22: "NUMBER_CHANGED",
    23: "REDIRECTION_TO_NEW_DESTINATION",
    25: "EXCHANGE_ROUTING_ERROR",
    27: "DESTINATION_OUT_OF_ORDER",
    28: "INVALID_NUMBER_FORMAT",
    29: "FACILITY_REJECTED",
    30: "RESPONSE_TO_STATUS_ENQUIRY",
    31: "NORMAL_UNSPECIFIED",
    34: "NORMAL_CIRCUIT_CONGESTION",
    38: "NETWORK_OUT_OF_ORDER",
    41: "NORMAL_TEMPORARY_FAILURE",
    42: "SWITCH_CONGESTION",
    43: "ACCESS_INFO_DISCARDED",
    44: "REQUESTED_CHAN_UNAVAIL",
    45: "PRE_EMPTED",
    50: "FACILITY_NOT_SUBSCRIBED",
    52: "OUTGOING_CALL_BARRED",
    54: "INCOMING_CALL_BARRED",
    57: "BEARERCAPABILITY_NOTAUTH",
    58: "BEARERCAPABILITY_NOTAVAIL",
    63: "SERVICE_UNAVAILABLE",
    65: "BEARERCAPABILITY_NOTIMPL",
    66: "CHAN_NOT_IMPLEMENTED",
    69: "FACILITY_NOT_IMPLEMENTED",
    79: "SERVICE_NOT_IMPLEMENTED",
    81: "INVALID_CALL_REFERENCE",
    88: "INCOMPATIBLE_DESTINATION",
    95: "INVALID_MSG_UNSPECIFIED",
    96: "MANDATORY_IE_MISSING",
    97: "MESSAGE_TYPE_NONEXIST",
    98: "WRONG_MESSAGE",
    99: "IE_NONEXIST",
    100: "INVALID_IE_CONTENTS",
    101: "WRONG_CALL_STATE",
    102: "RECOVERY_ON_TIMER_EXPIRE",
    103: "MANDATORY_IE_LENGTH_ERROR",
    111: "PROTOCOL_ERROR",
    127: "INTERWORKING",
}

# DialEnd's DialStatus, which says why where no channel's Hangup does.
_DIAL_STATUS = {
    "BUSY": "USER_BUSY",
    "CONGESTION": "NORMAL_CIRCUIT_CONGESTION",
    "CHANUNAVAIL": "NO_ROUTE_DESTINATION",
    "NOANSWER": "NO_ANSWER",
}

# OriginateResponse's Reason is an Asterisk control frame; 0 says nothing.
_REASON = {3: "NO_ANSWER", 5: "USER_BUSY", 8: "NORMAL_CIRCUIT_CONGESTION"}

# Each name that a failed call can have.
CAUSES = tuple(sorted({UNSPECIFIC, CANCELLED, *Q850.values(), *_DIAL_STATUS.values(), *_REASON.values()}))

# No cause at all, or that of a call that ended well: neither says why this one did not.
_SAY_NOTHING = {0, 16, 31, 127}


class ChannelEnd(Struct, frozen=True):
    """The Hangup of one of a leg's channels. A phone's own channel knows best; Local halves only hear of it.

    (16.28 and 22.10: behind Local channels a 603 is 21 on the phone's channel, 34 and 0 on the halves.)
    """

    cause: int
    is_local: bool


def leg_cause(ends: Iterable[ChannelEnd]) -> int | None:
    """Choose a leg's Q.850 cause: one that says why, else any, and the phone's own before a Local half's."""
    ranked = [(end.cause not in _SAY_NOTHING, not end.is_local, end.cause) for end in ends if end.cause]
    return max(ranked)[2] if ranked else None


def name_cause(hangup_cause: int | None, dial_status: str = "", reason: int = 0) -> str:
    """Name why a leg failed: the Hangup's cause decides, then how the dialling ended, then the reason.

    Only a caller who hung up before comes first: the cause of the leg that was cancelled is then no news.
    """
    if dial_status == "CANCEL":
        return CANCELLED
    if hangup_cause not in _SAY_NOTHING and hangup_cause in Q850:
        return Q850[hangup_cause]
    return _DIAL_STATUS.get(dial_status) or _REASON.get(reason) or UNSPECIFIC
