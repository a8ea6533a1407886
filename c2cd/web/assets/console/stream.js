// Follows a stream of server-sent events by fetch, since EventSource can't send a token; and takes it up again.

import { ApiError, send } from "./api.js";

const PAUSE = 2000;
const MOST_PAUSE = 30_000;
// The server says something every 15 s; a connection that is silent for longer is dead.
const SILENCE = 40_000;

/**
 * Follow until the signal aborts. `onOpen` is called each time that the stream is there, `onMessage(data, event)`
 * for each message, and `onLost(error, pause)` when it is away: it is tried again after the pause.
 */
export async function follow(path, { signal, query, onOpen, onMessage, onLost }) {
  const at = { id: "", pause: PAUSE };
  let failures = 0;
  while (!signal.aborted) {
    let lost = new ApiError(0, "unreachable");
    try {
      await readOnce(path, query, at, signal, onMessage, () => {
        failures = 0;
        onOpen?.();
      });
    } catch (error) {
      if (error instanceof ApiError) lost = error;
      else if (error.name !== "AbortError") throw error;
    }
    if (signal.aborted) return;
    if (lost.status === 400) at.id = ""; // a place that this daemon knows no more
    failures += 1;
    const pause = (lost.retryAfter ?? 0) * 1000 || Math.min(at.pause * failures, MOST_PAUSE);
    onLost?.(lost, pause);
    await wait(pause, signal);
  }
}

async function readOnce(path, query, at, signal, onMessage, onOpen) {
  const attempt = new AbortController();
  const stop = () => attempt.abort();
  signal.addEventListener("abort", stop, { once: true });
  let watchdog = setTimeout(stop, SILENCE);
  try {
    const headers = { Accept: "text/event-stream", ...(at.id && { "Last-Event-ID": at.id }) };
    const response = await send("GET", path, { headers, query, signal: attempt.signal });
    onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const read = () => reader.read().catch(() => { throw new ApiError(0, "unreachable"); });
    const parse = parser(at, onMessage);
    for (let part = await read(); !part.done; part = await read()) {
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, SILENCE);
      parse(part.value);
    }
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", stop);
  }
}

/** What takes the text of a stream, in whatever parts it comes, and gives its messages. */
export function parser(at, onMessage) {
  let rest = "";
  let data = [];
  let event = "";
  const take = (line) => {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (line === "") {
      if (data.length) onMessage(JSON.parse(data.join("\n")), event || "message");
      [data, event] = [[], ""];
    } else if (field === "data") data.push(value);
    else if (field === "event") event = value;
    else if (field === "id") at.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) at.pause = Number(value);
  };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?=.)/s);
    rest = lines.pop();
    lines.forEach(take);
  };
}

function wait(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
