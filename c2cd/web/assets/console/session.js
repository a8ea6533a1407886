// Who is signed in: the token and its account, in this tab's session and nowhere else.

const TOKEN = "c2cd.token";
const ACCOUNT = "c2cd.account";

/** Tells "change" when somebody signs in or out. */
export const session = new EventTarget();

/** Why the last session ended, if it was not by the user. */
let ended = "";

export const token = () => sessionStorage.getItem(TOKEN);
export const account = () => sessionStorage.getItem(ACCOUNT);
export const whyEnded = () => ended;

export function begin(newToken, newAccount) {
  ended = "";
  sessionStorage.setItem(TOKEN, newToken);
  sessionStorage.setItem(ACCOUNT, newAccount);
  session.dispatchEvent(new Event("change"));
}

export function end(why = "") {
  if (token() === null) return;
  ended = why;
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(ACCOUNT);
  session.dispatchEvent(new Event("change"));
}
