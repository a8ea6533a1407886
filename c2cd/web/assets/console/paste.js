// The line that puts a button on a page, and the button itself as its visitors will see it.

import { el, setText } from "./dom.js";
import * as session from "./session.js";
import { copyButton, labelled, notice } from "./widgets.js";

const BASE = "c2cd.public_url";

export function openPaste(button) {
  const base = el("input", { type: "url", autocomplete: "off", spellcheck: "false" });
  base.value = localStorage.getItem(BASE) ?? location.origin;
  const code = el("code");
  const draw = () => setText(code, lineFor(baseUrl(base.value), button.id));
  base.addEventListener("input", () => {
    localStorage.setItem(BASE, base.value);
    draw();
  });
  draw();
  return el("section.card", {},
    el("h2", {}, "On a page"),
    whoMayClick(button),
    labelled("Where visitors reach c2cd", base),
    el("p.hint", {}, "The address of c2cd as the public has it, as behind your web server; it is remembered in this browser."),
    el("pre.line.wrapped", { tabindex: "0", "aria-label": "The line to paste" }, code),
    el("div.actions", {}, copyButton("Copy", () => code.textContent)),
    el("p.hint", {}, "Without JavaScript visitors get a plain form in its place."),
    preview(button));
}

function whoMayClick(button) {
  if (button.auth_required) {
    return notice("warn", "Visitors can't click this button yet: it needs a token, and a token in a page is no secret. Set"
      + " “Auth required” to no; then give it a whitelist, or set “Signature required” and have your server sign links.");
  }
  return button.signature_required
    ? notice("info", "This button takes signed links alone: your server has each one signed, and puts it into ",
      el("code", {}, "data-signed"), " of the script.")
    : null;
}

const baseUrl = (text) => text.trim().replace(/\/+$/, "");

/** What is an attribute's value in HTML that somebody pastes. */
const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function lineFor(base, buttonId) {
  const account = session.account();
  const action = `${base}/v2/accounts/${encodeURIComponent(account)}/clicktocall/${buttonId}/connect`;
  return `<script src="${quoted(base)}/button.js" data-account="${quoted(account)}" data-button="${buttonId}" async></script>
<noscript><form method="post" action="${quoted(action)}">
  <label>Your number <input name="contact" type="tel" autocomplete="tel" required></label> <button>Call me</button>
</form></noscript>`;
}

function preview(button) {
  const stage = (scheme) => {
    const script = document.createElement("script");
    script.src = "/button.js";
    Object.assign(script.dataset, { account: session.account(), button: button.id, preview: "" });
    return el(`div.stage.${scheme}`, { role: "group", "aria-label": `On a ${scheme} page` }, el("p.hint", {}, scheme), script);
  };
  return [el("h3", {}, "What visitors see"), el("div.stages", {}, stage("light"), stage("dark"))];
}
