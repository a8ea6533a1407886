// The filters of the history: kept in the address, so that a page can be reloaded and come back to.

import { el } from "./dom.js";
import { dayBegins, isoDay, spanOf } from "./times.js";
import { labelled, select } from "./widgets.js";
import { causes, causeWords, RESULTS, STATES } from "./words.js";

const DAY = 86_400_000;
const USUAL_DAYS = 7;
const USUAL_SIZE = "50";

/** Give the form; what is chosen becomes the address, by which the page is shown anew. */
export function makeFilters(asked, buttons) {
  const named = (name, value, attributes) => {
    const control = el("input", { name, autocomplete: "off", ...attributes });
    control.value = value ?? "";
    return control;
  };
  const choice = (name, choices) => select([["", "any"], ...choices], asked.get(name) ?? "", { name });
  const [from, to] = span(asked);
  const names = [...buttons.values()].map(({ id, name }) => [id, name]).sort(([, one], [, other]) => one.localeCompare(other));
  const known = asked.get("button") && !buttons.has(asked.get("button")) ? [[asked.get("button"), "a removed button"]] : [];
  const sizes = ["25", "50", "100", "500"].map((size) => [size, size]);
  const form = el("form.card.filters", {
    role: "search",
    onsubmit: (event) => { event.preventDefault(); apply(form); },
    onchange: (event) => { if (event.target.matches("select")) apply(form); },
  },
  labelled("Search", named("search", asked.get("search"), {
    type: "search", placeholder: "part of a number, an id …",
  }), { class: "wide" }),
  labelled("From", named("from", from, { type: "date" })),
  labelled("To", named("to", to, { type: "date" })),
  labelled("Button", choice("button", [...known, ...names])),
  labelled("Result", choice("result", Object.entries(RESULTS))),
  labelled("State", choice("state", Object.entries(STATES))),
  labelled("Cause", choice("cause", causes.map(([name]) => [name, `${causeWords(name)} (${name})`]))),
  labelled("On a page", select(sizes, asked.get("size") ?? USUAL_SIZE, { name: "size" })),
  el("div.actions", {}, el("button.primary", { type: "submit" }, "Search"),
    el("a.as-button", { href: "#history" }, "Clear")));
  return form;
}

function apply(form) {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) said.set(name, value.trim());
  if (said.get("size") === USUAL_SIZE) said.delete("size");
  const hash = `#history?${said}`;
  if (location.hash === hash) dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = hash;
}

function span(asked) {
  const to = asked.get("to") ?? isoDay(Date.now());
  const from = asked.get("from") ?? isoDay(dayBegins(to, 1 - USUAL_DAYS) ?? Date.now() - USUAL_DAYS * DAY);
  return [from, to];
}

/** What the API is asked for: whole days of the browser's time zone. */
export function queryOf(asked) {
  const [from, to] = span(asked);
  const query = { page_size: asked.get("size") ?? USUAL_SIZE, ...spanOf(from, to) };
  if (asked.get("search")) query.search = asked.get("search");
  const filters = { button: "clicktocall_id", result: "result", state: "state", cause: "cause" };
  for (const [name, key] of Object.entries(filters)) {
    if (asked.get(name)) query[`filter_${key}`] = asked.get(name);
  }
  return query;
}
