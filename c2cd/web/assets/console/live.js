// What is going on: live calls as they move, the switch's state, and refused clicks as they come.

import { ask, buttonsById, own } from "./api.js";
import { Calls } from "./calls.js";
import { Denials } from "./denials.js";
import { el, setText } from "./dom.js";
import { openHealth } from "./health.js";
import { LiveTable } from "./live_table.js";
import { follow } from "./stream.js";
import { talkWords, timeOfDay } from "./times.js";
import { badge, failure, notice, row, say, table } from "./widgets.js";
import { causeWords, enderWords, explain, RESULTS } from "./words.js";

const SPOKEN_EVERY = 5000;

export async function show({ view, signal, setTitle }) {
  setTitle("Live");
  const page = new Live(signal);
  view.append(...page.nodes);
  await page.readNames();
  if (!signal.aborted) await page.follow();
}

class Live {
  #calls = new Calls();
  #names = new Map();
  #waiting = null; // events that came while the list of calls was being read
  #isDue = false;
  #spoken = "";

  constructor(signal) {
    this.signal = signal;
    this.health = openHealth(signal);
    this.complaints = el("div");
    this.count = el("span.count");
    this.none = el("p.empty", {}, "No call at this moment. They show up here by themselves.");
    const name = (id) => this.#nameOf(id);
    this.live = new LiveTable(name, this.complaints);
    this.denials = new Denials(name);
    this.denied = el("span.count");
    this.ended = endedTable();
    this.nodes = [
      this.health.node,
      part("Live calls", this.count, this.complaints, this.none, this.live.frame),
      part("Just ended", null, this.ended.none, this.ended.frame),
      part("Refused clicks", this.denied, this.denials.node),
    ];
    const clock = setInterval(() => this.live.tick([...this.#calls.live.values()]), 1000);
    const voice = setInterval(() => this.#speak(), SPOKEN_EVERY);
    signal.addEventListener("abort", () => { clearInterval(clock); clearInterval(voice); }, { once: true });
    this.#draw();
  }

  async readNames() {
    try {
      this.#names = await buttonsById(this.signal);
    } catch (error) {
      if (!this.signal.aborted) this.complaints.append(failure(error));
    }
  }

  follow() {
    this.health.stream("Connecting …", "waiting");
    return follow(own("events"), {
      signal: this.signal,
      onOpen: () => {
        this.health.stream("Followed live", "good");
        this.#readCalls();
      },
      onMessage: (data, kind) => this.#hear(data, kind),
      onLost: (error, pause) => this.health.stream(
        `Lost: what follows is not up to date. ${explain(error)} Trying again in ${Math.round(pause / 1000)} s.`, "bad"),
    });
  }

  /** Read what lives now; what is told meanwhile is taken in after it. */
  async #readCalls() {
    if (this.#waiting) return;
    this.#waiting = [];
    try {
      const { data } = await ask("GET", own("channels"), { query: { paginate: "false" }, signal: this.signal });
      this.#calls.replace(data);
    } catch (error) {
      if (!this.signal.aborted) this.complaints.replaceChildren(failure(error));
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting.forEach((event) => this.#calls.take(event));
    this.#draw();
  }

  #hear(data, kind) {
    if (kind === "missed") {
      this.complaints.replaceChildren(notice("warn",
        `At ${timeOfDay(Date.now())} this page was too slow and missed ${data.missed} events. The calls have been read`
        + " again; refused clicks among the missed ones are not shown."));
      this.#readCalls();
    } else if (data.event === "click.denied") {
      this.denials.take(data);
      this.#drawSoon();
    } else if (this.#waiting) {
      this.#waiting.push(data);
    } else {
      if (!this.#calls.take(data)) this.#readCalls();
      this.#drawSoon();
    }
  }

  /** Draw once for all events of a moment. */
  #drawSoon() {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => { this.#isDue = false; this.#draw(); }, 50);
  }

  #draw() {
    const calls = [...this.#calls.live.values()].sort((one, other) => one.began - other.began);
    this.live.draw(calls);
    this.none.hidden = calls.length > 0;
    setText(this.count, String(calls.length));
    setText(this.denied, String(this.denials.total));
    this.ended.draw(this.#calls.ended, (id) => this.#nameOf(id));
  }

  #nameOf(id) {
    return this.#names.get(id)?.name ?? id;
  }

  /** Tell those who listen how things stand, when that has changed, and not for every event. */
  #speak() {
    const talking = [...this.#calls.live.values()].filter((call) => call.state === "bridged").length;
    const words = `${this.#calls.live.size} live calls, ${talking} talking; ${this.denials.total} refused clicks`;
    if (this.#spoken && this.#spoken !== words) say(words);
    this.#spoken = words;
  }
}

function part(title, count, ...content) {
  return el("section.card", {}, el("h2", {}, title, count ? [" ", count] : null), ...content);
}

function endedTable() {
  const columns = [
    { title: "Ended" }, { title: "Button" }, { title: "Extension" }, { title: "Contact" }, { title: "Result" },
    { title: "Why" }, { title: "Talked", number: true },
  ];
  const { frame, body } = table("Calls that have just ended, the newest first", columns, [], { hidesCaption: true });
  const none = el("p.empty", {}, "None since you opened this page; older ones are in the ",
    el("a", { href: "#history" }, "history"), ".");
  const draw = (calls, nameOf) => {
    frame.hidden = calls.length === 0;
    none.hidden = calls.length > 0;
    body.replaceChildren(...calls.map((call) => row(columns, [
      el("a", { href: `#history/${call.button}/${call.id}` }, timeOfDay(call.ended)),
      nameOf(call.button), call.extension, call.contact,
      badge(`result-${call.result}`, RESULTS[call.result]),
      [call.cause && causeWords(call.cause), call.endedBy && `ended by ${enderWords(call.endedBy)}`].filter(Boolean).join(", "),
      talkWords(call.talked),
    ])));
  };
  return { frame, none, draw };
}
