// The table of live calls: a row lives as long as its call does, so that a hang-up button stays under the pointer.

import { ask, own } from "./api.js";
import { el, setText } from "./dom.js";
import { running, timeOfDay } from "./times.js";
import { badge, confirmed, failure, row, table, whileBusy } from "./widgets.js";
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
    for (const [id, { node }] of this.#rows) {
      if (!ids.has(id)) {
        node.remove();
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
      const drawn = this.#rows.get(call.id);
      if (drawn) drawClocks(drawn, call);
    }
  }

  #add(call) {
    const hangUp = el("button.small.danger", { type: "button" }, "Hang up");
    hangUp.setAttribute("aria-label", `Hang up the call to ${call.contact}`);
    hangUp.addEventListener("click", () => this.#hangUp(hangUp, call));
    const phone = (number) => [el("span.who", {}, number), " ", el("span.leg")];
    const node = row(COLUMNS, [
      timeOfDay(call.began), "", phone(call.extension), phone(call.contact), "", "", "", call.by ?? "", hangUp,
    ], { "data-call": call.id });
    const [, button, extension, contact, state, age, talk] = node.cells;
    this.#rows.set(call.id, { node, button, extension, contact, state, age, talk });
    this.body.prepend(node);
  }

  #update(drawn, call) {
    setText(drawn.button, this.#names(call.button));
    if (drawn.shown !== call.state) drawn.state.replaceChildren(badge(`state-${call.state}`, STATES[call.state]));
    drawn.shown = call.state;
    drawLeg(drawn.extension.querySelector(".leg"), call.legs.extension);
    drawLeg(drawn.contact.querySelector(".leg"), call.legs.contact);
    drawClocks(drawn, call);
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

function drawClocks(drawn, call) {
  setText(drawn.age, running((Date.now() - call.began) / 1000));
  setText(drawn.talk, call.bridged ? running((Date.now() - call.bridged) / 1000) : "–");
}

function drawLeg(node, leg) {
  const state = leg.answered ? "answered" : leg.ringing ? "ringing" : "waiting";
  node.className = `leg ${state}`;
  setText(node, { answered: "on the phone", ringing: "ringing", waiting: "not yet" }[state]);
}
