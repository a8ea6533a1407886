// What several pages show: notices, badges, tables, questions, and copying.

import { ApiError } from "./api.js";
import { el, newId, setText } from "./dom.js";
import { explain, RESULTS, STATES } from "./words.js";

/** A box that says something; kind is "good", "bad", "warn" or "info". */
export function notice(kind, ...content) {
  return el(`div.notice.${kind}`, { role: kind === "bad" ? "alert" : null }, ...content);
}

/** A notice of what went wrong. What is no fault of a request is a fault of ours, and for the browser's console. */
export function failure(error) {
  if (!(error instanceof ApiError)) {
    console.error(error);
    return notice("bad", "Something went wrong in the console itself; the browser's console says more.");
  }
  return notice("bad", explain(error));
}

/** A short word in a colour, with a sign beside it for those who see no colours. */
export function badge(kind, text) {
  return el(`span.badge.${kind}`, {}, text);
}

/** What became of a call, or how far it has come. */
export function outcomeBadge({ state, result }) {
  return state === "ended" ? badge(`result-${result}`, RESULTS[result]) : badge(`state-${state}`, STATES[state]);
}

/** Have a screen reader say something, after what it says now. */
export function say(text) {
  setText(document.getElementById("said"), text);
}

/**
 * A table in a frame that scrolls where it is too wide. Columns: {title, number?, minor?, unseen?}; rows are of `row`.
 * On a phone its rows become cards, if it stacks; the roles are there because browsers then see no table any more.
 */
export function table(caption, columns, rows = [], { hidesCaption = false, stacks = true } = {}) {
  const id = newId("caption");
  const body = el("tbody", { role: "rowgroup" }, rows);
  const heads = columns.map((column) => el(`th${classesOf(column)}`, { scope: "col", role: "columnheader" },
    column.unseen ? el("span.unseen", {}, column.title) : column.title));
  const element = el(`table${stacks ? ".stacks" : ""}`, { role: "table", "aria-labelledby": id },
    el(`caption${hidesCaption ? ".unseen" : ""}`, { id }, caption),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads)), body);
  return { frame: el("div.frame", { tabindex: "0", role: "region", "aria-labelledby": id }, element), body };
}

/** A row of such a table, with a cell for each column. */
export function row(columns, cells, attributes = {}) {
  return el("tr", { role: "row", ...attributes }, columns.map((column, number) => el(`td${classesOf(column)}`,
    { role: "cell", "data-label": column.unseen ? null : column.title }, cells[number])));
}

const classesOf = ({ number, minor, unseen }) => `${number ? ".number" : ""}${minor ? ".minor" : ""}${unseen ? ".action" : ""}`;

/** A list of what is known. */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return el("dl.facts", {}, known.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** Ask whether something is to be done; true where it is. */
export function confirmed(title, words, action) {
  const id = newId("question");
  return new Promise((resolve) => {
    const close = () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    };
    const dialog = el("dialog", { "aria-labelledby": id, onclose: close },
      el("form", { method: "dialog" },
        el("h2", { id }, title), el("p", {}, words),
        el("div.actions", {},
          el("button", { value: "no", autofocus: true }, "Cancel"),
          el("button.danger", { value: "yes" }, action))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A button that copies what a function gives, and says so. */
export function copyButton(label, text) {
  const button = el("button.small", { type: "button" }, label);
  button.addEventListener("click", async () => {
    const isCopied = await copied(text());
    setText(button, isCopied ? "Copied" : "Select it and copy it by hand");
    say(button.textContent);
    setTimeout(() => setText(button, label), 2000);
  });
  return button;
}

/** Browsers give the clipboard to pages by HTTPS or of this host alone; else the older way is tried. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea.unseen", { "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    return isCopied;
  }
}

/** Do something that a button was pressed for, while it can't be pressed again. */
export async function whileBusy(button, work) {
  button.disabled = true;
  try {
    return await work();
  } finally {
    button.disabled = false;
  }
}

/** Run something every so often, and at once, while the page is looked at; until the signal aborts. */
export function whileVisible(milliseconds, signal, work) {
  const tick = () => { if (document.visibilityState === "visible") work(); };
  const timer = setInterval(tick, milliseconds);
  document.addEventListener("visibilitychange", tick, { signal });
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  tick();
}

/** A labelled control. */
export function labelled(label, control, more = {}) {
  control.id ||= newId("control");
  return el(`div.field${more.class ? `.${more.class}` : ""}`, {}, el("label", { for: control.id }, label), control);
}

/** A <select> of [value, text] choices. */
export function select(choices, chosen, attributes = {}) {
  return el("select", attributes,
    choices.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
}
