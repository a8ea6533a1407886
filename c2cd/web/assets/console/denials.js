// Clicks that guards refused, as they come, and how many by rule since the page was opened.

import { el, setText } from "./dom.js";
import { timeOfDay, moment } from "./times.js";
import { row, table } from "./widgets.js";
import { ruleWords } from "./words.js";

const SHOWN = 100;
const COLUMNS = [
  { title: "Time" }, { title: "Rule" }, { title: "Button" }, { title: "Contact" },
  { title: "From", minor: true }, { title: "Why" },
];

export class Denials {
  #counts = new Map();
  #names;
  total = 0;

  constructor(names) {
    this.#names = names;
    const { frame, body } = table("Refused clicks, the newest first", COLUMNS, [], { hidesCaption: true });
    frame.classList.add("tall");
    [this.body, this.frame] = [body, frame];
    this.tally = el("ul.tally", { "aria-label": "Refused clicks by rule, since this page was opened" });
    this.none = el("p.empty", {}, "None since you opened this page.");
    this.node = el("div", {}, this.none, this.tally, frame);
    this.frame.hidden = true;
  }

  take(event) {
    this.total += 1;
    this.none.hidden = true;
    this.frame.hidden = false;
    this.#count(event.rule);
    this.body.prepend(row(COLUMNS, [
      timeOfDay(moment(event.time)),
      [el("code", {}, event.rule), event.limit && event.limit !== event.rule ? [" ", el("code.hint", {}, event.limit)] : null],
      this.#names(event.clicktocall_id),
      event.contact ?? "",
      event.client ?? "",
      event.message ?? ruleWords(event.rule),
    ]));
    while (this.body.rows.length > SHOWN) this.body.lastElementChild.remove();
  }

  #count(rule) {
    if (!this.#counts.has(rule)) {
      const number = el("strong");
      this.#counts.set(rule, { many: 0, number });
      this.tally.append(el("li", { title: ruleWords(rule) }, number, " ", el("code", {}, rule)));
    }
    const count = this.#counts.get(rule);
    count.many += 1;
    setText(count.number, String(count.many));
  }
}
