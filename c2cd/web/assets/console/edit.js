// One button: its fields, a try without a call, and what puts it on a page.

import { ApiError, ask, own, schemasOf } from "./api.js";
import { el } from "./dom.js";
import { makeForm } from "./form.js";
import { openPaste } from "./paste.js";
import { openTester } from "./tester.js";
import { confirmed, failure, notice, say, whileBusy } from "./widgets.js";
import { faultsOf } from "./words.js";

/** What another has changed meanwhile: the two ways in which the server says so. */
const CHANGED = new Set(["precondition_failed", "conflict"]);

export async function showButton({ view, signal, setTitle, keepUnsaved }, id) {
  const schemas = await schemasOf(signal);
  const { data, etag } = id ? await ask("GET", own("clicktocall", id), { signal }) : { data: {}, etag: null };
  setTitle(id ? data.name : "New button");
  view.append(el("p.crumbs", {}, el("a", { href: "#buttons" }, "All buttons"),
    id ? [" · ", el("code.hint", {}, id), " · ", el("a", { href: `#history?button=${id}` }, "its history")] : null));
  const editor = new Editor(schemas, id, data, etag, signal);
  const left = el("div.column", {}, editor.node);
  view.append(el("div.columns", {}, left, el("div.column", {}, id ? beside(data, signal) : aboutNew())));
  editor.onSaved = (name) => setTitle(name);
  keepUnsaved(() => editor.isUnsaved);
}

function beside(button, signal) {
  return [openTester(button, signal), openPaste(button)];
}

function aboutNew() {
  return el("section.card", {}, el("h2", {}, "What a button is"),
    el("p", {}, "A button connects whoever clicks it, the contact, to an extension of yours. A name and an extension are"
      + " enough: such a button takes clicks by programs that hold a token."),
    el("p", {}, "For a website set “Auth required” to no, and say in the whitelist which numbers may be called."),
    el("p", {}, "Once it is saved you can try it here without a call, and get the line to paste into your page."));
}

class Editor {
  #id;
  #etag;
  #signal;
  isUnsaved = false;
  onSaved = () => {};

  constructor(schemas, id, document, etag, signal) {
    [this.#id, this.#etag, this.#signal] = [id, etag, signal];
    this.said = el("div", { "aria-live": "polite" });
    this.form = makeForm(schemas, document, {
      label: id ? "Save" : "Create",
      save: (changed, button) => whileBusy(button, () => this.#save(changed)),
    });
    this.form.actions.before(this.said);
    if (id) this.form.actions.append(this.#removeButton(document.name));
    this.node = this.form.node;
    this.node.addEventListener("input", () => { this.isUnsaved = true; });
  }

  async #save(document) {
    this.said.replaceChildren();
    try {
      if (!this.#id) {
        const { data } = await ask("PUT", own("clicktocall"), { data: document });
        return this.#leave(`#buttons/${data.id}`, "The button has been made");
      }
      const headers = this.#etag ? { "If-Match": this.#etag } : {};
      const { data, etag } = await ask("POST", own("clicktocall", this.#id), { data: document, headers });
      this.#etag = etag;
      this.isUnsaved = false;
      this.onSaved(data.name);
      this.said.replaceChildren(notice("good", "Saved. It holds from the next click on."));
    } catch (error) {
      this.#refused(error, document);
    }
    return undefined;
  }

  #leave(hash, words) {
    this.isUnsaved = false;
    say(words);
    location.hash = hash;
  }

  #refused(error, document) {
    if (this.#signal.aborted) return;
    if (error instanceof ApiError && error.code === "validation error") this.form.showFaults(faultsOf(error));
    else if (CHANGED.has(error.code)) this.said.replaceChildren(this.#wayOut(document));
    else this.said.replaceChildren(failure(error));
  }

  /** Somebody else was faster: see what they wrote, or write over it. */
  #wayOut(document) {
    const again = el("button.small", { type: "button", onclick: () => dispatchEvent(new HashChangeEvent("hashchange")) },
      "Show the newest (what you typed is lost)");
    const over = el("button.small.danger", {
      type: "button",
      onclick: () => whileBusy(over, async () => {
        this.#etag = null;
        await this.#save(document);
      }),
    }, "Save mine over it");
    return notice("warn", el("p", {}, "Nothing was saved: somebody else has changed this button since you opened it."),
      el("div.actions", {}, again, over));
  }

  #removeButton(name) {
    const button = el("button.danger", { type: "button" }, "Remove");
    button.addEventListener("click", async () => {
      const words = "Whoever clicks it from then on gets an error. The history of its calls stays.";
      if (!(await confirmed(`Remove the button “${name}”?`, words, "Remove it"))) return;
      try {
        await whileBusy(button, () => ask("DELETE", own("clicktocall", this.#id)));
        this.#leave("#buttons", `The button ${name} has been removed`);
      } catch (error) {
        this.said.replaceChildren(failure(error));
      }
    });
    return button;
  }
}
