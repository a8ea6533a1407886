// The table of live calls: a row lives as long as its call does, so that a hang-up button stays under the pointer.

import { ask, own } from "./api.js";
import { el, setText } from "./dom.js";
import { running, timeOfDay } from "./times.js";
import { confirmed, failure, table, whileBusy } from "./widgets.js";
import { STATES } from "./words.js";

const COLUMNS = [
  { title: "Since" }, { title: "Button" }, { title: "Extension" }, { title: "Contact" },
  { title: "State" }, { title: "Running", number: true }, { title: "Talking", number: true },
  { title: "Clicked by", minor: true }, { title: "Hang up", unseen: true },
];

export class LiveTable {
  #rows = new Map();
  #names;
  #complain;

  /** `names(id)` tells a button's name; what goes wrong with a hang-up is shown in `complaints`. */
  constructor(names, complaints) {
    this.#names = names;
    this.#complain = (error) => complaints.replaceChildren(...(error ? [failure(error)] : []));
    const { frame, body } = table("Live calls", COLUMNS, [], { hidesCaption: true });
    this.frame = frame;
    this.body = body;
  }

  /** Draw calls, the newest first, as they are now. */
  draw(calls) {
    const ids = new Set(calls.map((call) => call.id));
    for (const [id, row] of this.#rows) {
      if (!ids.has(id)) {
        row.node.remove();
        this.#rows.delete(id);
      }
    }
    for (const call of calls) {
      if (!this.#rows.has(call.id)) this.#add(call);
      this.#update(this.#rows.get(call.id), call);
    }
    this.frame.hidden = calls.length === 0;
  }

  /** Let the clocks of all rows go on. */
  tick(calls) {
    for (const call of calls) {
      const row = this.#rows.get(call.id);
      if (row) drawClocks(row, call);
    }
  }

  #add(call) {
    const cells = Array.from({ length: 8 }, () => el("td"));
    const [since, button, extension, contact, state, age, talk, by] = cells;
    age.className = talk.className = "number";
    by.className = "minor";
    const hangUp = el("button.small.danger", { type: "button" }, "Hang up");
    hangUp.setAttribute("aria-label", `Hang up the call to ${call.contact}`);
    hangUp.addEventListener("click", () => this.#hangUp(hangUp, call));
    const node = el("tr", { "data-call": call.id }, cells, el("td.action", {}, hangUp));
    since.append(timeOfDay(call.began));
    extension.append(el("span.who", {}, call.extension), " ", el("span.leg"));
    contact.append(el("span.who", {}, call.contact), " ", el("span.leg"));
    by.append(call.by ?? "");
    this.#rows.set(call.id, { node, button, extension, contact, state, age, talk });
    this.body.prepend(node);
  }

  #update(row, call) {
    setText(row.button, this.#names(call.button));
    if (row.shown !== call.state) row.state.replaceChildren(el(`span.badge.state-${call.state}`, {}, STATES[call.state]));
    row.shown = call.state;
    drawLeg(row.extension.querySelector(".leg"), call.legs.extension);
    drawLeg(row.contact.querySelector(".leg"), call.legs.contact);
    drawClocks(row, call);
  }

  async #hangUp(button, call) {
    const words = `The call of ${call.extension} and ${call.contact} ends for both at once.`;
    if (!(await confirmed("Hang up this call?", words, "Hang up"))) return;
    this.#complain(null);
    try {
      await whileBusy(button, () => ask("POST", own("channels", call.id), { data: { action: "hangup" } }));
    } catch (error) {
      if (error.status !== 404) this.#complain(error); // else it has ended by itself meanwhile
    }
  }
}

function drawClocks(row, call) {
  setText(row.age, running((Date.now() - call.began) / 1000));
  setText(row.talk, call.bridged ? running((Date.now() - call.bridged) / 1000) : "–");
}

function drawLeg(node, leg) {
  const state = leg.answered ? "answered" : leg.ringing ? "ringing" : "waiting";
  node.className = `leg ${state}`;
  setText(node, { answered: "on the phone", ringing: "ringing", waiting: "not yet" }[state]);
}
