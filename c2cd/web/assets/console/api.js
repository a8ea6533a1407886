// Asks c2cd's public API, as any program can. The token goes into its header, and into no URL.

import * as session from "./session.js";

/** What went wrong: the HTTP status (0: no answer at all), Kazoo's word for it, and the answer's data. */
export class ApiError extends Error {
  constructor(status, code, data = null, retryAfter = null) {
    super(code);
    Object.assign(this, { name: "ApiError", status, code, data, retryAfter });
  }
}

/** The path of something of the account that is signed in, each step of it encoded. */
export function own(...steps) {
  return ["/v2/accounts", ...[session.account(), ...steps].map(encodeURIComponent)].join("/");
}

/** A request's answer as it comes; ApiError where that is no success. 401 of our own token ends the session. */
export async function send(verb, path, { data, query, headers, signal, token = session.token() } = {}) {
  const search = query ? new URLSearchParams(query) : "";
  const sent = { ...headers };
  if (token !== null) sent["X-Auth-Token"] = token;
  if (data !== undefined) sent["Content-Type"] = "application/json";
  const body = data === undefined ? undefined : JSON.stringify({ data });
  let response;
  try {
    response = await fetch(`${path}${search.size ? `?${search}` : ""}`, {
      method: verb, headers: sent, body, signal, cache: "no-store", credentials: "omit",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "unreachable");
  }
  if (response.ok) return response;
  const refused = await refusal(response);
  if (refused.status === 401 && token !== null && token === session.token()) {
    session.end("Your token is no longer good: it was revoked, or its time is over. Sign in with another one.");
  }
  throw refused;
}

async function refusal(response) {
  const content = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("Retry-After")) || null;
  return new ApiError(response.status, content.message ?? "no_answer", content.data ?? null, seconds);
}

/** Ask, and give the envelope's data with its ETag and where the next page begins. */
export async function ask(verb, path, options) {
  const response = await send(verb, path, options);
  const content = await response.json();
  return { data: content.data, etag: response.headers.get("ETag"), next: content.next_start_key ?? null };
}

let schemas = null;

/** The schemas by which documents are checked, from the API's own description. */
export async function schemasOf(signal) {
  if (schemas === null) {
    const response = await send("GET", "/v2/openapi.json", { signal });
    schemas = (await response.json()).components.schemas;
  }
  return schemas;
}

/** Names and a few fields of all buttons, by id. */
export async function buttonsById(signal, fields = "dial_first") {
  const { data } = await ask("GET", own("clicktocall"), { query: { paginate: "false", fields }, signal });
  return new Map(data.map((button) => [button.id, button]));
}
