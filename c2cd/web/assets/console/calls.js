// The live calls as the list of channels and then the events tell of them: no more than a model, nothing is drawn.

import { fromGregorian, moment } from "./times.js";

const KEPT = 10;

/** Calls by their call_id, and those that have just ended, the last first. */
export class Calls {
  live = new Map();
  ended = [];

  /** Begin anew from a list of channels. Calls that are not in it have ended where nobody saw it. */
  replace(channels) {
    this.live = new Map(channels.map((channel) => [channel.call_id, ofChannel(channel)]));
  }

  /** Take an event in; false where it is of a call that is not known, so that the list has to be read again. */
  take(event) {
    if (event.event === "call.requested") this.#begin(event);
    const call = this.live.get(event.call_id);
    if (!call) return event.event === "call.ended";
    const at = moment(event.time);
    switch (event.event) {
      case "call.ringing": this.#ring(call, event.leg, at); break;
      case "call.answered": call.legs[event.leg].answered = at; this.#reach(call, "answered"); break;
      case "call.bridged": call.bridged = at; this.#reach(call, "bridged"); break;
      case "call.ended": this.#end(call, event, at); break;
    }
    return true;
  }

  #begin(event) {
    if (this.live.has(event.call_id) || this.ended.some((call) => call.id === event.call_id)) return;
    this.live.set(event.call_id, {
      id: event.call_id, button: event.clicktocall_id, contact: event.contact, extension: event.extension,
      by: event.clicked_by, began: moment(event.time), state: "requested", bridged: null,
      legs: { extension: {}, contact: {} },
    });
  }

  #ring(call, leg, at) {
    call.legs[leg].ringing = at;
    this.#reach(call, "ringing");
  }

  /** A state is never gone back from, in whatever order a list and the events come. */
  #reach(call, state) {
    const order = ["requested", "ringing", "answered", "bridged"];
    if (order.indexOf(state) > order.indexOf(call.state)) call.state = state;
  }

  #end(call, event, at) {
    this.live.delete(call.id);
    const end = { state: "ended", ended: at, result: event.result, cause: event.cause, endedBy: event.ended_by };
    this.ended = [{ ...call, ...end, talked: event.talk_seconds ?? null }, ...this.ended].slice(0, KEPT);
  }
}

function ofChannel(channel) {
  const leg = ({ ringing_at: ringing, answered_at: answered, ended_at: ended }) => (
    { ringing: moment(ringing), answered: moment(answered), ended: moment(ended) });
  return {
    id: channel.call_id, button: channel.authorizing_id, contact: channel.contact, extension: channel.extension,
    by: channel.clicked_by, began: fromGregorian(channel.timestamp), state: channel.state,
    bridged: moment(channel.bridged_at),
    legs: { extension: leg(channel.legs.extension), contact: leg(channel.legs.contact) },
  };
}
