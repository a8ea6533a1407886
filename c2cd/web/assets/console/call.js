// One call: what became of it, step by step, and for each phone. While it lives, it moves on by itself.

import { ask, own } from "./api.js";
import { el } from "./dom.js";
import { follow } from "./stream.js";
import { stepsOf, timelineOf } from "./timeline.js";
import { dateAndTime, exactTime, fromGregorian, length, talkWords } from "./times.js";
import { facts, outcomeBadge, row, table } from "./widgets.js";
import { causeWords, enderWords, LEGS, q850Words } from "./words.js";

const STEPS = [{ title: "At", minor: true }, { title: "After", number: true }, { title: "What" }];

/** Show it; `back` is the list that it was opened from. */
export async function showCall({ view, signal, setTitle }, buttonId, callId, back) {
  const body = el("div.column");
  const read = async () => {
    const call = await readCall(buttonId, callId, signal);
    body.replaceChildren(...drawn(call, buttonId, name));
    return call;
  };
  const name = await nameOf(buttonId, signal);
  let call = await read();
  setTitle(`Call to ${call.contact}`);
  view.append(el("p.crumbs", {}, el("a", { href: back }, "History"), " · ", el("code.hint", {}, call.call_id)), body);
  if (call.state === "ended") return;
  const done = new AbortController();
  signal.addEventListener("abort", () => done.abort(), { once: true });
  const again = async () => {
    call = await read();
    if (call.state === "ended") done.abort();
  };
  await follow(own("events"), {
    signal: done.signal, query: { filter_call_id: call.call_id }, onOpen: again, onMessage: again,
  });
}

/** Read a call: by its button; where that is gone, from the account's history, which has it for 31 days. */
async function readCall(buttonId, callId, signal) {
  try {
    return (await ask("GET", own("clicktocall", buttonId, "history", callId), { signal })).data;
  } catch (error) {
    if (error.status !== 404) throw error;
    const { data } = await ask("GET", own("history"), { query: { filter_call_id: callId }, signal });
    if (data.length === 0) throw error;
    return data[0];
  }
}

async function nameOf(buttonId, signal) {
  try {
    return (await ask("GET", own("clicktocall", buttonId), { signal })).data.name;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

function drawn(call, buttonId, name) {
  const steps = table("Step by step", STEPS, stepsOf(call).map((step) =>
    row(STEPS, [exactTime(step.at), length(step.after), step.what])), { stacks: false });
  return [
    el("section.card", {}, el("h2", {}, "What became of it ", outcomeBadge(call)), facts([
      ["Clicked", dateAndTime(fromGregorian(call.timestamp))],
      ["Button", name === null ? "a removed one" : el("a", { href: `#buttons/${buttonId}` }, name)],
      ["Extension", call.extension],
      ["Contact", call.contact],
      ["Rang first", LEGS[call.dial_first].toLowerCase()],
      ["Cause", call.cause && [causeWords(call.cause), " ", el("code.hint", {}, call.cause)]],
      ["Talked", call.state === "ended" && talkWords(call.talk_seconds)],
      ["Clicked by", call.clicked_by],
      ["Ended by", call.state === "ended" && (enderWords(call.ended_by) ?? "a phone, or the switch")],
      ...Object.keys(LEGS).map((leg) => [`${LEGS[leg]} hung up`, q850Words(call.legs[leg].hangup_cause)]),
    ])),
    el("section.card", {}, el("h2", {}, "Timeline"), timelineOf(call), steps.frame),
  ];
}
