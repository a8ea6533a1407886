// c2cd's names of things, and what they say to people.

/** Q.850 causes: number → the name that the history has, and what it says. */
const Q850 = {
  1: ["UNALLOCATED_NUMBER", "the number does not exist"],
  2: ["NO_ROUTE_TRANSIT_NET", "no way to the network"],
  3: ["NO_ROUTE_DESTINATION", "no way to the number"],
  6: ["CHANNEL_UNACCEPTABLE", "the channel was not acceptable"],
  7: ["CALL_AWARDED_DELIVERED", "delivered on another channel"],
  16: ["NORMAL_CLEARING", "hung up"],
  17: ["USER_BUSY", "busy"],
  18: ["NO_USER_RESPONSE", "the phone did not react"],
  19: ["NO_ANSWER", "rang, and nobody answered"],
  20: ["SUBSCRIBER_ABSENT", "the phone is off or out of reach"],
  21: ["CALL_REJECTED", "declined"],
  22: ["NUMBER_CHANGED", "the number has changed"],
  23: ["REDIRECTION_TO_NEW_DESTINATION", "redirected elsewhere"],
  25: ["EXCHANGE_ROUTING_ERROR", "an exchange routed it wrongly"],
  27: ["DESTINATION_OUT_OF_ORDER", "the line is out of order"],
  28: ["INVALID_NUMBER_FORMAT", "the number is incomplete or malformed"],
  29: ["FACILITY_REJECTED", "a facility was rejected"],
  30: ["RESPONSE_TO_STATUS_ENQUIRY", "an answer to an enquiry"],
  31: ["NORMAL_UNSPECIFIED", "ended, without a reason given"],
  34: ["NORMAL_CIRCUIT_CONGESTION", "no free line"],
  38: ["NETWORK_OUT_OF_ORDER", "the network is out of order"],
  41: ["NORMAL_TEMPORARY_FAILURE", "a temporary failure"],
  42: ["SWITCH_CONGESTION", "a switch is overloaded"],
  43: ["ACCESS_INFO_DISCARDED", "information was discarded on the way"],
  44: ["REQUESTED_CHAN_UNAVAIL", "the channel is not available"],
  45: ["PRE_EMPTED", "another call took the line"],
  50: ["FACILITY_NOT_SUBSCRIBED", "a facility is not subscribed"],
  52: ["OUTGOING_CALL_BARRED", "outgoing calls are barred"],
  54: ["INCOMING_CALL_BARRED", "incoming calls are barred"],
  57: ["BEARERCAPABILITY_NOTAUTH", "this kind of call is not allowed"],
  58: ["BEARERCAPABILITY_NOTAVAIL", "this kind of call is not available now"],
  63: ["SERVICE_UNAVAILABLE", "the service is not available"],
  65: ["BEARERCAPABILITY_NOTIMPL", "this kind of call is not known"],
  66: ["CHAN_NOT_IMPLEMENTED", "this kind of channel is not known"],
  69: ["FACILITY_NOT_IMPLEMENTED", "a facility is not known"],
  79: ["SERVICE_NOT_IMPLEMENTED", "the service is not known"],
  81: ["INVALID_CALL_REFERENCE", "the call is not known there"],
  88: ["INCOMPATIBLE_DESTINATION", "the phone can't take this kind of call"],
  95: ["INVALID_MSG_UNSPECIFIED", "an invalid message"],
  96: ["MANDATORY_IE_MISSING", "a message lacked something"],
  97: ["MESSAGE_TYPE_NONEXIST", "a message of an unknown type"],
  98: ["WRONG_MESSAGE", "a message at the wrong time"],
  99: ["IE_NONEXIST", "a message had something unknown in it"],
  100: ["INVALID_IE_CONTENTS", "a message had something invalid in it"],
  101: ["WRONG_CALL_STATE", "a message did not fit the call's state"],
  102: ["RECOVERY_ON_TIMER_EXPIRE", "the other side did not answer in time"],
  103: ["MANDATORY_IE_LENGTH_ERROR", "a message had a wrong length"],
  111: ["PROTOCOL_ERROR", "a protocol error"],
  127: ["INTERWORKING", "not said: the call left for another kind of network"],
};

const CAUSES = {
  ...Object.fromEntries(Object.values(Q850)),
  ORIGINATOR_CANCEL: "the caller hung up before they talked",
};

/** The causes that a call can fail with, as [name, words]. */
export const causes = Object.entries(CAUSES).sort(([one], [other]) => (one < other ? -1 : 1));

export const causeWords = (name) => CAUSES[name] ?? name;

export function q850Words(number) {
  if (number === null || number === undefined) return "";
  const [name, words] = Q850[number] ?? ["", "a cause without a name"];
  return `${number}${name ? ` ${name}` : ""}: ${words}`;
}

export const STATES = {
  requested: "Asked for", ringing: "Ringing", answered: "Answered", bridged: "Talking", ended: "Ended",
};
export const RESULTS = { success: "Talked", error: "Failed", unknown: "Unknown" };
export const LEGS = { extension: "Extension", contact: "Contact" };

/** Who ended a call, where it was no phone. */
export function enderWords(endedBy) {
  return { clicker: "whoever clicked", max_minutes: "the limit max_minutes" }[endedBy] ?? endedBy;
}

const RULES = {
  prefetch: "A browser only looked ahead",
  get: "It was no POST",
  origin: "A page that may not click",
  signature: "No good signed link",
  challenge: "The proof of work was missing",
  number: "Not a number",
  extension: "The extension is not allowed",
  whitelist: "Not in the whitelist",
  country: "A country that is not allowed",
  kind: "A kind of number that is not allowed",
  blocklist: "On the blocklist",
  hours: "Outside the hours",
  throttle: "The button was clicked too often",
  contact: "The contact was called too often",
  address: "One address clicked too often",
  concurrency: "Too many calls at once",
  budget: "The day's calls or minutes are used up",
  switch_unreachable: "The switch is away",
  switch_busy: "The switch is busy",
};

export const ruleWords = (rule) => RULES[rule] ?? rule;

/** Where the answer's own words say less. */
const ERRORS = {
  unreachable: "c2cd does not answer. Is it running, and can this browser reach it?",
  forbidden: "Your token may not do this.",
  bad_identifier: "There is no such thing any more, or there never was.",
  not_found: "This c2cd does not know that; it may be an older one.",
  precondition_failed: "Somebody else has changed it meanwhile.",
  "validation error": "Something in it is not right.",
};

/** What an ApiError says to people: what happened, and what to do where that is known. */
export function explain(error) {
  const said = error.data?.cause ?? error.data?.message;
  const faults = error.code === "validation error" ? faultsOf(error).map(([, message]) => message).join(" ") : "";
  const words = faults || (ERRORS[error.code] ?? (typeof said === "string" ? said : error.code));
  return error.retryAfter ? `${words} Try again in ${error.retryAfter} s.` : words;
}

/** The faults of a validation error, as [dotted path, message]. */
export function faultsOf(error) {
  return Object.entries(error.data ?? {}).flatMap(([path, rules]) =>
    Object.entries(rules).map(([rule, fault]) => [path, faultWords(rule, fault)]));
}

function faultWords(rule, { message, target }) {
  if (rule !== "pattern" || typeof target !== "string") return message;
  return `Not of the form that is allowed here: ${target.replace("(?!\\n)", "")}`;
}
