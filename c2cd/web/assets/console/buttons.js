// The list of buttons; one of them, or a new one, is shown by edit.js.

import { ask, own } from "./api.js";
import { el, setText } from "./dom.js";
import { showButton } from "./edit.js";
import { badge, labelled, row, table } from "./widgets.js";

const FIELDS = "auth_required,signature_required,dial_first,timeout,throttle,hours,whitelist,allowed_origins";
const COLUMNS = [
  { title: "Name" }, { title: "Extension" }, { title: "Who may click" }, { title: "Rings first", minor: true },
  { title: "Limits of its own", minor: true }, { title: "Id", minor: true },
];
const SHOWN = 200;

export async function show(page, { steps: [id] }) {
  return id === undefined ? showList(page) : showButton(page, id === "new" ? null : id);
}

async function showList({ view, signal, setTitle }) {
  setTitle("Buttons");
  const { data: buttons } = await ask("GET", own("clicktocall"), {
    query: { paginate: "false", fields: FIELDS }, signal,
  });
  const search = el("input", { type: "search", autocomplete: "off" });
  const { frame, body } = table("Buttons, the newest first", COLUMNS, [], { hidesCaption: true });
  const told = el("p.hint", { role: "status" });
  const draw = () => {
    const text = search.value.trim().toLowerCase();
    const found = buttons.filter(({ id, name, extension }) => `${name}\n${extension}\n${id}`.toLowerCase().includes(text));
    body.replaceChildren(...found.slice(0, SHOWN).map(rowOf));
    frame.hidden = found.length === 0;
    setText(told, counted(found.length, buttons.length));
  };
  search.addEventListener("input", draw);
  view.append(
    el("div.bar", {}, labelled("Search by name, extension or id", search),
      el("a.primary.as-button", { href: "#buttons/new" }, "New button")),
    el("section.card", {}, frame, told));
  draw();
}

function counted(found, all) {
  if (all === 0) return "There is no button yet. Make one: it gives you a line to paste into a page.";
  if (found === 0) return "No button has this in its name, extension or id.";
  const many = found === all ? `${all} buttons` : `${found} of ${all} buttons`;
  return found > SHOWN ? `${many}; the first ${SHOWN} are shown. Search for the others.` : many;
}

function rowOf(button) {
  return row(COLUMNS, [
    el("a", { href: `#buttons/${button.id}` }, button.name),
    button.extension, mayClick(button), button.dial_first, ownLimits(button), el("code.hint", {}, button.id),
  ]);
}

function mayClick(button) {
  if (button.auth_required) return badge("token", "with a token");
  return button.signature_required ? badge("signed", "signed links") : badge("public", "public");
}

function ownLimits(button) {
  return [
    button.whitelist && "whitelist",
    button.allowed_origins && "origins",
    button.hours && "hours",
    button.throttle && `${button.throttle} a minute`,
  ].filter(Boolean).join(", ") || "–";
}
