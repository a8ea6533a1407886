// A call drawn along time, a lane for each phone: ringing, answered, talking; and the same as a list of steps.

import { responsive } from "./charts.js";
import { el, svg } from "./dom.js";
import { fromGregorian, length, moment } from "./times.js";
import { LEGS, q850Words } from "./words.js";

const [LABEL, LANE, GAP, TOP, AXIS] = [86, 30, 14, 10, 26];

/** The steps of a call in their order: {at, after, what}; `after` in seconds from the click. */
export function stepsOf(call) {
  const steps = [];
  const add = (at, what) => { if (at !== null) steps.push({ at, what }); };
  const clicked = firstMoment(call);
  add(clicked, "The button is clicked");
  for (const name of order(call)) {
    const leg = call.legs[name];
    add(moment(leg.ringing_at), `${LEGS[name]} rings`);
    add(moment(leg.answered_at), `${LEGS[name]} answers`);
    add(moment(leg.ended_at), `${LEGS[name]} is hung up${leg.hangup_cause ? `, cause ${q850Words(leg.hangup_cause)}` : ""}`);
  }
  add(moment(call.bridged_at), "The two talk");
  add(moment(call.ended_at), "The call has ended");
  return steps.sort((one, other) => one.at - other.at).map((step) => ({ ...step, after: (step.at - clicked) / 1000 }));
}

const order = (call) => (call.dial_first === "contact" ? ["contact", "extension"] : ["extension", "contact"]);

/** When it was clicked, which is known to the second alone, and so never after what it led to. */
function firstMoment(call) {
  const known = Object.values(call.legs).flatMap((leg) => [leg.ringing_at, leg.answered_at, leg.ended_at]).map(moment);
  return Math.min(...[fromGregorian(call.timestamp), ...known.filter((at) => at !== null)]);
}

/** What a phone did, as spans: {kind, from, to}. */
function spansOf(call, name, end) {
  const leg = call.legs[name];
  const [ringing, answered, ended, bridged] = [leg.ringing_at, leg.answered_at, leg.ended_at, call.bridged_at].map(moment);
  const last = ended ?? end;
  const spans = [];
  if (ringing !== null) spans.push({ kind: "ringing", from: ringing, to: answered ?? last });
  if (answered !== null && bridged === null) spans.push({ kind: "waiting", from: answered, to: last });
  if (answered !== null && bridged > answered) spans.push({ kind: "waiting", from: answered, to: bridged });
  if (bridged !== null) spans.push({ kind: "talking", from: Math.max(bridged, answered ?? bridged), to: last });
  return spans.filter(({ from, to }) => to > from);
}

export function timelineOf(call) {
  const begin = firstMoment(call);
  const end = Math.max(moment(call.ended_at) ?? Date.now(), begin + 1000);
  const lanes = order(call).map((name) => ({ name, spans: spansOf(call, name, end) }));
  const words = lanes.map(({ name, spans }) => `${LEGS[name]}: ${spans.map(({ kind, from, to }) =>
    `${kind} for ${length((to - from) / 1000)}`).join(", ") || "did not ring"}`).join(". ");
  return el("div.timeline", {}, responsive((width) => draw(width, lanes, begin, end, words)),
    el("ul.legend", { "aria-hidden": "true" }, ["ringing", "waiting", "talking"].map((kind) =>
      el("li", {}, svg("svg.key", { width: 14, height: 14 }, svg(`rect.span-${kind}`, { width: 14, height: 14, rx: 3 })),
        { ringing: "ringing", waiting: "answered, waits for the other", talking: "talking" }[kind]))));
}

function draw(width, lanes, begin, end, words) {
  const scale = (at) => LABEL + ((at - begin) / (end - begin)) * (width - LABEL - 12);
  const height = TOP + lanes.length * (LANE + GAP) + AXIS;
  const base = height - AXIS;
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words },
    ticks(begin, end, width).map((at) => [
      svg("line.grid", { x1: scale(at), x2: scale(at), y1: TOP, y2: base }),
      svg("text.tick", { x: scale(at), y: base + 16, "text-anchor": "middle" }, length((at - begin) / 1000) || "0"),
    ]),
    lanes.map(({ name, spans }, number) => {
      const y = TOP + number * (LANE + GAP);
      return [
        svg("text.lane", { x: 0, y: y + LANE / 2 + 4 }, LEGS[name]),
        svg("line.axis", { x1: LABEL, x2: width - 12, y1: y + LANE / 2, y2: y + LANE / 2 }),
        spans.map(({ kind, from, to }) => svg(`rect.span-${kind}`, {
          x: scale(from), y, width: Math.max(2, scale(to) - scale(from)), height: LANE, rx: 3,
        }, svg("title", {}, `${LEGS[name]} ${kind}: ${length((to - from) / 1000)}`))),
      ];
    }));
}

function ticks(begin, end, width) {
  const most = Math.max(2, Math.floor((width - LABEL) / 80));
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
  const step = 1000 * (steps.find((seconds) => (end - begin) / 1000 / seconds <= most) ?? 14_400);
  return Array.from({ length: Math.floor((end - begin) / step) + 1 }, (_, number) => begin + number * step);
}
