// The state of the switch and of the database, as /readyz tells it, and of the stream of events.

import { el, setText } from "./dom.js";
import { say, whileVisible } from "./widgets.js";

const EVERY = 4000;

/** Make the cards; `stream(words, kind)` is for who follows the events to say how that goes. */
export function openHealth(signal) {
  const cards = {
    switch: card("Switch"),
    database: card("Database"),
    stream: card("Events"),
  };
  whileVisible(EVERY, signal, () => look(cards, signal));
  return {
    node: el("div.cards", {}, Object.values(cards).map(({ node }) => node)),
    stream: (words, kind) => cards.stream.show(words, kind),
  };
}

function card(title) {
  const words = el("p.words", {}, "…");
  const node = el("section.card.state.waiting", {}, el("h2", {}, title), words);
  let before = "waiting";
  const show = (text, kind) => {
    setText(words, text);
    node.className = `card state ${kind}`;
    if (before !== "waiting" && before !== kind) say(`${title}: ${text}`);
    before = kind;
  };
  return { node, show };
}

async function look(cards, signal) {
  let found = null;
  try {
    const response = await fetch("/readyz", { signal, cache: "no-store", credentials: "omit" });
    found = await response.json();
  } catch {
    if (signal.aborted) return;
  }
  if (found === null) {
    cards.switch.show("c2cd does not answer", "bad");
    cards.database.show("Not known", "waiting");
    return;
  }
  cards.switch.show(...told(found.switch, "Connected"));
  cards.database.show(...told(found.database, "Can be written"));
}

function told(words, good) {
  return words === "ok" ? [good, "good"] : [words.charAt(0).toUpperCase() + words.slice(1), "bad"];
}
