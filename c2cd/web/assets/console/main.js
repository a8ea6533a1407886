// The frame of the console: who is signed in, which page the address names, and going from one to another.

import * as buttons from "./buttons.js";
import { el } from "./dom.js";
import * as history from "./history.js";
import * as live from "./live.js";
import * as session from "./session.js";
import { showSignIn } from "./sign_in.js";
import * as statistics from "./statistics.js";
import { confirmed, failure, notice } from "./widgets.js";

const PAGES = {
  live: ["Live", live.show],
  buttons: ["Buttons", buttons.show],
  history: ["History", history.show],
  statistics: ["Statistics", statistics.show],
};

const main = document.querySelector("main");
let leaving = new AbortController();
let isUnsaved = () => false;

/** Read #history/BUTTON/CALL?search=… as its page, what follows, and what is asked for. */
function readRoute() {
  const [path, query] = location.hash.slice(1).split("?");
  const [name, ...steps] = path.split("/");
  return { name: name || "live", steps, query: new URLSearchParams(query) };
}

async function go({ movesFocus = true } = {}) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const view = el("div.page");
  main.replaceChildren(view);
  isUnsaved = () => false;
  drawFrame();
  const page = {
    view, signal,
    setTitle: (title) => setTitle(view, title, movesFocus),
    keepUnsaved: (has) => { isUnsaved = has; },
  };
  try {
    await open(page);
  } catch (error) {
    if (!signal.aborted) view.append(failure(error));
  }
}

async function open(page) {
  if (session.token() === null) return showSignIn(page);
  const route = readRoute();
  if (!Object.hasOwn(PAGES, route.name)) {
    page.setTitle("Not a page");
    return page.view.append(notice("warn", "There is no such page. ", el("a", { href: "#live" }, "Go to the live calls")));
  }
  return PAGES[route.name][1](page, route);
}

/** Give the page its heading, which is where a keyboard or a screen reader goes on. */
function setTitle(view, title, movesFocus) {
  const heading = el("h1", { tabindex: "-1" }, title);
  document.title = `${title} – c2cd console`;
  view.querySelector("h1")?.remove();
  view.prepend(heading);
  if (movesFocus) heading.focus({ preventScroll: true });
}

function drawFrame() {
  const isIn = session.token() !== null;
  const [nav, whose] = [document.querySelector("nav"), document.querySelector(".whose")];
  nav.hidden = whose.hidden = !isIn;
  const here = readRoute().name;
  nav.replaceChildren(...Object.entries(PAGES).map(([name, [title]]) =>
    el("a", { href: `#${name}`, "aria-current": name === here ? "page" : null }, title)));
  whose.replaceChildren(
    el("span.account", { title: "The account whose token you signed in with" }, session.account() ?? ""),
    el("button.small", { type: "button", onclick: () => session.end() }, "Sign out"));
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

/** Leave a page, but not with what was typed there and not saved, unless that is meant. */
async function leave(event) {
  if (event.isTrusted && isUnsaved()) {
    window.history.pushState(null, "", event.oldURL);
    if (!(await confirmed("Leave without saving?", "What you have typed is lost then.", "Leave"))) return;
    window.history.pushState(null, "", event.newURL);
  }
  scrollTo(0, 0);
  go();
}

addEventListener("hashchange", leave);
addEventListener("beforeunload", (event) => { if (isUnsaved()) event.preventDefault(); });
session.session.addEventListener("change", () => go());
go({ movesFocus: false });
