// Takes a click through all the guards without a call, and shows which rule decides.

import { ask, own } from "./api.js";
import { el } from "./dom.js";
import { length } from "./times.js";
import { facts, failure, labelled, notice, select, whileBusy } from "./widgets.js";
import { ruleWords } from "./words.js";

const AS = [
  ["public", "a visitor"],
  ["token", "a program (token)"],
];

export function openTester(button, signal) {
  const contact = el("input", { type: "text", inputmode: "tel", autocomplete: "off", placeholder: "+1 555 1234" });
  const as = select(AS, button.auth_required ? "token" : "public");
  const result = el("div.result", { "aria-live": "polite" });
  const submit = el("button", { type: "submit" }, "Try it");
  return el("form.card.tester", {
    novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      whileBusy(submit, async () => result.replaceChildren(...(await tried(button, contact.value, as.value, signal))));
    },
  },
  el("h2", {}, "Try it"),
  el("p.hint", {}, "As it is saved. Nobody is called, and no limit is used up."),
  el("div.pair", {}, labelled("Contact", contact), labelled("Clicked by", as)),
  el("div.actions", {}, submit), result);
}

async function tried(button, contact, as, signal) {
  const path = own("clicktocall", button.id, "connect");
  const withToken = as === "token" ? {} : { token: null };
  try {
    const { data } = await ask("POST", path, { data: { contact, dry_run: true }, signal, ...withToken });
    if (data.rule !== "origin") return verdict(data);
    // The console is no page of the button's, which is what decided; a GET without an Origin tells the rest.
    const rest = await ask("GET", path, { query: { contact, dry_run: "true" }, signal, ...withToken });
    return [
      notice("info", "From this console the rule ", el("code", {}, "origin"), " is against it, as it is none of the button's"
        + " allowed origins. From one of those:"),
      ...verdict(rest.data),
    ];
  } catch (error) {
    if (error.status === 401 && as === "public") {
      return [notice("bad", "Refused: this button takes no click without a token. Set “Auth required” to no for visitors.")];
    }
    return [failure(error)];
  }
}

function verdict(run) {
  return [
    run.allowed
      ? notice("good", el("strong", {}, "It would be called."), " No rule is against it.")
      : notice("bad", el("strong", {}, "It would be refused: "), run.message ?? ruleWords(run.rule)),
    facts([
      ["Rule that decides", run.rule && [el("code", {}, run.rule), ` – ${ruleWords(run.rule).toLowerCase()}`]],
      ["Limit", run.limit && el("code", {}, run.limit)],
      ["May click again in", run.retry_after && length(Math.ceil(run.retry_after))],
      ["Contact, as it was read", run.contact && el("code", {}, run.contact)],
    ]),
    run.order ? el("details", {}, el("summary", {}, "What the switch would get"),
      el("pre.line", { tabindex: "0" }, el("code", {}, orderText(run.order)))) : null,
  ].filter(Boolean);
}

function orderText(order) {
  return Object.entries(order).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`)).join("\n");
}
