// Moments and lengths as people read them, in the browser's time zone.

const GREGORIAN = 62_167_219_200; // seconds from year 0 to 1970, as Kazoo counts
const LOCALE = "en-GB";

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });
const exactClock = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1,
});
const day = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short" });
const longDay = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full" });

/** Milliseconds since 1970 of an ISO text, or null. */
export const moment = (iso) => (iso ? Date.parse(iso) : null);
export const fromGregorian = (seconds) => (seconds - GREGORIAN) * 1000;
export const toGregorian = (milliseconds) => Math.floor(milliseconds / 1000) + GREGORIAN;

export const timeOfDay = (milliseconds) => clock.format(milliseconds);
export const exactTime = (milliseconds) => exactClock.format(milliseconds);
export const shortDay = (milliseconds) => day.format(milliseconds);
export const fullDay = (milliseconds) => longDay.format(milliseconds);

/** 2026-11-23 08:19:12: what sorts as text, and what spreadsheets read. */
export function dateAndTime(milliseconds) {
  return `${isoDay(milliseconds)} ${clock.format(milliseconds)}`;
}

/** The local day as 2026-11-23, as inputs of dates have it. */
export function isoDay(milliseconds) {
  const at = new Date(milliseconds);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** The first moment of a local day that is written as 2026-11-23, so many days later; null where it is none. */
export function dayBegins(text, later = 0) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "");
  return found && new Date(+found[1], +found[2] - 1, +found[3] + later).getTime();
}

const MOST = 31 * 86_400_000;
const HOUR = 3_600_000;

/**
 * What the API is asked for, to have these local days and all between them. Where the clocks are put back in 31 days,
 * they are an hour longer than it allows: then that hour is left away.
 */
export function spanOf(from, to) {
  const [since, until] = [dayBegins(from), dayBegins(to, 1)];
  if (since === null || until === null) return {};
  const isOver = until - since > MOST && until - since <= MOST + HOUR;
  return { created_from: toGregorian(isOver ? until - MOST : since), created_to: toGregorian(until) - 1 };
}

/** A running clock: 0:07, 12:34, 1:02:03. */
export function running(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A length in words: 0.4 s, 12 s, 3 min 5 s, 2 h 10 min. */
export function length(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  const minutes = Math.round(whole / 60);
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** How long two talked, once their call has ended. */
export function talkWords(seconds) {
  if (seconds === null || seconds === undefined) return "not seen";
  return seconds ? length(seconds) : "–";
}
