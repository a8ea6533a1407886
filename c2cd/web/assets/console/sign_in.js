// The way in: a manage token, which is tried before it is kept.

import { ApiError, ask } from "./api.js";
import { el } from "./dom.js";
import * as session from "./session.js";
import { labelled, notice, whileBusy } from "./widgets.js";
import { explain } from "./words.js";

export function showSignIn({ view, setTitle, signal }) {
  const input = el("input", {
    type: "password", name: "token", autocomplete: "off", spellcheck: "false", autocapitalize: "off", required: true,
  });
  const said = el("div", { "aria-live": "polite" });
  if (session.whyEnded()) said.append(notice("warn", session.whyEnded()));
  const button = el("button.primary", { type: "submit" }, "Sign in");
  const form = el("form.card.sign-in", {
    novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      whileBusy(button, () => tryIn(input, said, signal));
    },
  },
  el("p", {}, "The console needs a token that manages an account. On the host of c2cd, this makes one:"),
  el("pre.line.wrapped", {}, el("code", {}, "c2cd token create --account ID --note console --days 30")),
  said, labelled("Token", input), button,
  el("p.hint", {}, "It stays in this tab until you sign out or close it."));
  view.classList.add("narrow");
  view.append(form);
  setTitle("Sign in");
  input.focus();
}

async function tryIn(input, said, signal) {
  const refuse = (words) => {
    said.replaceChildren(notice("bad", words));
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  const token = input.value.trim();
  if (!token) return refuse("Type or paste a token.");
  if (/[^\x21-\x7e]/.test(token)) return refuse("This is no token: it has signs in it that no token has.");
  try {
    const { data } = await ask("GET", "/v2/token_auth", { token, signal });
    if (data.scope === "manage") return session.begin(token, data.account_id);
    return refuse("This token may only click buttons (its scope is “connect”). The console needs one of scope “manage”.");
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof ApiError)) throw error;
    const isUnknown = error.status === 401 || error.status === 403;
    return refuse(isUnknown ? "c2cd does not know this token, or it was revoked, or its time is over." : explain(error));
  }
}
