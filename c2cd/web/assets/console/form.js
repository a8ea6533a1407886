// The form of a button, made from the schema by which the server checks it: what it learns, the form has.

import { el } from "./dom.js";
import { FieldFault, makeField, titleOf } from "./fields.js";

// In what order and under which headings fields are shown; others come last, under their own.
const GROUPS = [
  ["", ["name", "extension", "auth_required", "whitelist", "dial_first", "timeout"]],
  ["Who may click, and when", ["signature_required", "allowed_origins", "throttle", "hours"]],
  ["What the phones show", ["caller_id_number", "outbound_callee_id_name", "outbound_callee_id_number"]],
  ["What is heard", ["ringback", "music_on_hold", "media", "bypass_media"]],
  ["For the dialplan and SIP", ["custom_application_vars", "custom_sip_headers", "presence_id"]],
];

/** Fields that c2cd itself writes, and takes from nobody. */
const isOurs = (key) => key === "id" || key.startsWith("_") || key.startsWith("pvt_");

/**
 * Make the form. `document` is the button as it is, {} for a new one; `save(document)` is called with what is to be
 * saved. `showFaults([[path, message], …])` shows them at their fields and above, and goes there.
 */
export function makeForm(schemas, document, { label, save }) {
  const schema = schemas.ClickToCall;
  const fields = Object.entries(schema.properties).map(([key, inner]) =>
    makeField(key, inner, document[key], schema.required.includes(key), schemas));
  const kept = Object.fromEntries(Object.entries(document).filter(([key]) => !(key in schema.properties) && !isOurs(key)));
  const summary = el("div.summary", { tabindex: "-1", role: "alert", hidden: true });
  const button = el("button.primary", { type: "submit" }, label);
  const faults = (found) => showFaults(fields.flatMap(flat), summary, found);
  const form = el("form.card.button-form", {
    novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      const said = read(fields, faults);
      if (said) save({ ...kept, ...said }, button);
    },
  }, summary, groups(fields, document), keptOnes(kept), el("div.actions", {}, button));
  return { node: form, actions: form.lastElementChild, showFaults: faults };
}

const flat = (field) => (field.fields ? [field, ...field.fields.flatMap(flat)] : [field]);

function read(fields, showFaults) {
  const faults = [];
  const said = {};
  for (const field of fields) {
    try {
      const value = field.read();
      if (value !== undefined) said[field.path] = value;
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      faults.push([error.path, error.message]);
    }
  }
  showFaults(faults);
  return faults.length ? null : said;
}

function groups(fields, document) {
  const placed = new Set(GROUPS.flatMap(([, keys]) => keys));
  const others = fields.map((field) => field.path).filter((path) => !placed.has(path));
  const all = others.length ? [...GROUPS, ["More", others]] : GROUPS;
  return all.map(([title, keys]) => {
    const own = keys.map((key) => fields.find((field) => field.path === key)).filter(Boolean);
    if (!title) return own.map((field) => field.node);
    const said = own.filter((field) => isSaid(document[field.path])).map((field) => titleOf(field.path).toLowerCase());
    return el("details", { open: said.length > 0 },
      el("summary", {}, title, " ", el("span.hint", {}, said.length ? `set: ${said.join(", ")}` : "nothing set")),
      own.map((field) => field.node));
  });
}

function isSaid(value) {
  return value !== undefined && JSON.stringify(value) !== "{}";
}

function keptOnes(kept) {
  if (Object.keys(kept).length === 0) return null;
  return el("details", {}, el("summary", {}, "Other fields of this button ", el("span.hint", {}, "kept as they are")),
    el("pre.line", { tabindex: "0" }, el("code", {}, JSON.stringify(kept, null, 2))));
}

/** Show each fault at the field that its path names or leads into, and all of them in the summary. */
function showFaults(fields, summary, faults) {
  const wrong = new Map(fields.map((field) => [field, []]));
  const items = faults.map(([path, message]) => {
    const field = closest(fields, path);
    const inside = field ? path.slice(field.path.length + 1) : path;
    const words = `${placeOf(inside)}${message}`;
    if (!field) return el("li", {}, words);
    wrong.get(field).push(words);
    const link = el("a", { href: `#${field.control?.id}`, onclick: (event) => goTo(event, field) }, titleOf(field.path));
    return el("li", {}, link, `: ${words}`);
  });
  for (const [field, messages] of wrong) field.blame(messages.join(" "));
  summary.hidden = faults.length === 0;
  const title = faults.length === 1 ? "One thing is not right yet" : `${faults.length} things are not right yet`;
  summary.replaceChildren(el("h2", {}, title), el("ul", {}, items));
  if (faults.length) {
    for (const [field, messages] of wrong) if (messages.length) field.node.closest("details")?.setAttribute("open", "");
    summary.focus();
  }
}

function closest(fields, path) {
  const leads = fields.filter((field) => path === field.path || path.startsWith(`${field.path}.`));
  return leads.sort((one, other) => other.path.length - one.path.length)[0];
}

/** What is left of a path inside a field: a line's number, or a key. */
function placeOf(inside) {
  if (/^\d+$/.test(inside)) return `Line ${Number(inside) + 1}: `;
  return inside ? `${inside}: ` : "";
}

function goTo(event, field) {
  event.preventDefault();
  (field.control ?? field.node.querySelector("input, select, textarea")).focus();
}
