// The history of the account's calls: search, filters, pages, and CSV of what is shown. One call is call.js's.

import { ask, buttonsById, own } from "./api.js";
import { showCall } from "./call.js";
import { download } from "./csv.js";
import { el, setText } from "./dom.js";
import { makeFilters, queryOf } from "./filters.js";
import { dateAndTime, fromGregorian, isoDay, length, moment, talkWords } from "./times.js";
import { failure, outcomeBadge, row, table, whileBusy } from "./widgets.js";
import { causeWords, enderWords, RESULTS, STATES } from "./words.js";

/** Where each page of the list that was last looked at begins, to come back to it from one of its calls. */
const last = { asked: null, starts: [""] };

export async function show(page, { steps: [buttonId, callId], query }) {
  return callId === undefined ? showList(page, query) : showCall(page, buttonId, callId, `#history?${last.asked ?? ""}`);
}

async function showList({ view, signal, setTitle }, asked) {
  setTitle("History");
  const buttons = await buttonsById(signal);
  if (last.asked !== asked.toString()) Object.assign(last, { asked: asked.toString(), starts: [""] });
  const list = new List(columnsOf(buttons), asked, signal);
  view.append(makeFilters(asked, buttons), list.node);
  await list.read();
}

/** What is shown of a call: `text(call)` goes into CSV, and into the table where there is no `cell(call)`. */
function columnsOf(buttons) {
  return [
    {
      title: "Clicked", text: clickedAt,
      cell: (call) => el("a.whole", { href: `#history/${call.clicktocall_id}/${call.call_id}` }, clickedAt(call)),
    },
    { title: "Button", text: (call) => buttons.get(call.clicktocall_id)?.name ?? call.clicktocall_id },
    { title: "Extension", text: (call) => call.extension },
    { title: "Contact", text: (call) => call.contact },
    {
      title: "Result", text: (call) => (call.state === "ended" ? RESULTS[call.result] : STATES[call.state]),
      cell: outcomeBadge,
    },
    { title: "Cause", text: (call) => call.cause ?? "", cell: (call) => (call.cause ? causeWords(call.cause) : "") },
    { title: "Rang", number: true, minor: true, text: rang, cell: (call) => length(rang(call)) },
    {
      title: "Talked", number: true, text: (call) => call.talk_seconds,
      cell: (call) => (call.state === "ended" ? talkWords(call.talk_seconds) : ""),
    },
    { title: "Clicked by", minor: true, text: (call) => call.clicked_by ?? "" },
    { title: "Ended by", minor: true, text: (call) => call.ended_by ?? "", cell: (call) => enderWords(call.ended_by ?? "") },
  ];
}

const clickedAt = (call) => dateAndTime(fromGregorian(call.timestamp));

/** For how many seconds phones rang, both together; null where none did. */
function rang(call) {
  const each = Object.values(call.legs).filter((leg) => leg.ringing_at).map((leg) => {
    const until = leg.answered_at ?? leg.ended_at ?? call.ended_at;
    return until ? Math.max(0, moment(until) - moment(leg.ringing_at)) / 1000 : 0;
  });
  return each.length ? Number(each.reduce((sum, one) => sum + one, 0).toFixed(1)) : null;
}

class List {
  #columns;
  #asked;
  #signal;
  #calls = [];
  #next = null;

  constructor(columns, asked, signal) {
    [this.#columns, this.#asked, this.#signal] = [columns, asked, signal];
    const { frame, body } = table("Calls, the newest first", columns, [], { hidesCaption: true });
    [this.frame, this.body] = [frame, body];
    this.told = el("p.hint", { role: "status" }, "Reading …");
    this.complaints = el("div");
    this.newer = el("button.small", { type: "button", disabled: true, onclick: () => this.#turn(-1) }, "← Newer");
    this.older = el("button.small", { type: "button", disabled: true, onclick: () => this.#turn(1) }, "Older →");
    this.csv = el("button.small", { type: "button", disabled: true, onclick: () => this.#save() }, "CSV of this page");
    this.node = el("section.card", { "aria-label": "Calls" },
      el("div.bar.tight", {}, this.told, el("div.actions", {}, this.newer, this.older, this.csv)), this.complaints, frame);
  }

  async read() {
    const start = last.starts.at(-1);
    const query = { ...queryOf(this.#asked), ...(start && { start_key: start }) };
    try {
      const { data, next } = await ask("GET", own("history"), { query, signal: this.#signal });
      [this.#calls, this.#next] = [data, next];
      this.complaints.replaceChildren();
    } catch (error) {
      if (this.#signal.aborted) return;
      [this.#calls, this.#next] = [[], null];
      this.complaints.replaceChildren(failure(error));
    }
    this.#draw();
  }

  async #turn(way) {
    if (way > 0) last.starts.push(this.#next);
    else last.starts.pop();
    const button = way > 0 ? this.older : this.newer;
    await whileBusy(button, () => this.read());
    this.#draw();
    this.frame.scrollTop = 0;
  }

  #draw() {
    const many = this.#calls.length;
    this.frame.hidden = many === 0;
    this.body.replaceChildren(...this.#calls.map((call) =>
      row(this.#columns, this.#columns.map(({ cell, text }) => (cell ?? text)(call)))));
    this.newer.disabled = last.starts.length === 1;
    this.older.disabled = this.#next === null;
    this.csv.disabled = many === 0;
    const page = last.starts.length;
    const place = page > 1 || this.#next ? `Page ${page}: ` : "";
    setText(this.told, many ? `${place}${many} ${many === 1 ? "call" : "calls"}${this.#next ? ", and there are older ones" : ""}`
      : "No call is like this. Try fewer filters, or other days.");
  }

  #save() {
    const rows = this.#calls.map((call) => this.#columns.map(({ text }) => text(call)));
    download(`calls-${isoDay(Date.now())}.csv`, [this.#columns.map(({ title }) => title), ...rows]);
  }
}
