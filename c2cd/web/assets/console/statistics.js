// Pictures of what happened: calls a day, how long phones rang and people talked, refused clicks, busiest hours.

import { ask, own } from "./api.js";
import { bars, columns, figure, heat, legendOf, responsive, sum } from "./charts.js";
import { el } from "./dom.js";
import { dayBegins, fullDay, isoDay, length, shortDay, spanOf, ZONE } from "./times.js";
import { table } from "./widgets.js";
import { causeWords, ruleWords } from "./words.js";

const SPANS = [7, 31];
const OUTCOMES = [
  { kind: "success", name: "talked" }, { kind: "error", name: "failed" },
  { kind: "unknown", name: "unknown" }, { kind: "open", name: "not ended yet" },
];
const WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

export async function show({ view, signal, setTitle }, { query }) {
  setTitle("Statistics");
  const days = SPANS.includes(Number(query.get("days"))) ? Number(query.get("days")) : SPANS[0];
  const today = isoDay(Date.now());
  const to = dayBegins(query.get("to")) ? query.get("to") : today;
  const from = isoDay(dayBegins(to, 1 - days));
  view.append(spans(days, from, to, today));
  const { data } = await ask("GET", own("statistics"), {
    signal,
    query: { ...spanOf(from, to), timezone: ZONE },
  });
  view.append(totals(data), el("div.figures", {}, ...figures(data)));
}

function spans(days, from, to, today) {
  const link = (text, many, end, isHere = false) => (end > today ? el("span.as-button.off", { "aria-disabled": "true" }, text)
    : el("a.as-button", { href: `#statistics?days=${many}&to=${end}`, "aria-current": isHere ? "true" : null }, text));
  const [before, after] = [-days, days].map((shift) => isoDay(dayBegins(to, shift)));
  return el("div.bar.tight", {},
    el("nav.actions", { "aria-label": "Span of days" },
      SPANS.map((many) => link(`${many} days`, many, to, many === days)),
      link("← Earlier", days, before), link("Later →", days, after > today && to < today ? today : after)),
    el("p.hint", {}, `${shortDay(dayBegins(from))} to ${shortDay(dayBegins(to))}, by the clock of ${ZONE.replaceAll("_", " ")}`));
}

function totals(data) {
  const of = (key) => sum(data.days.map((day) => day[key]));
  const [success, failed] = [of("success"), of("error")];
  const calls = sum(OUTCOMES.map(({ kind }) => of(kind)));
  const tile = (words, value) => el("div.card.tile", {}, el("dt", {}, words), el("dd", {}, value));
  return el("dl.tiles", {},
    tile("Calls", String(calls)),
    tile("Talked", success + failed ? `${Math.round((100 * success) / calls)} %` : "–"),
    tile("Time of talk", length(of("talk_seconds")) || "0 s"),
    tile("A talk, on average", success ? length(of("talk_seconds") / success) : "–"),
    tile("Refused clicks", String(of("denied"))));
}

function figures(data) {
  return [
    callsADay(data.days),
    busiest(data.hours),
    histogram("How long the extension rang", data.ring_seconds.extension, "extension"),
    histogram("How long the contact rang", data.ring_seconds.contact, "contact"),
    histogram("How long they talked", data.talk_seconds, "talk"),
    ranked("Refused clicks by rule", "Rule", data.denials, ruleWords, "denied", "No click was refused."),
    ranked("Why calls failed", "Cause", data.causes, causeWords, "error", "No call failed."),
  ];
}

function callsADay(days) {
  const items = days.map((day) => {
    const at = dayBegins(day.date);
    const values = OUTCOMES.map(({ kind }) => day[kind]);
    const said = OUTCOMES.filter(({ kind }) => day[kind]).map(({ kind, name }) => `${day[kind]} ${name}`);
    return { label: shortDay(at).replace(/^\w+,? /, ""), title: `${fullDay(at)}: ${said.join(", ") || "no call"}`, values };
  });
  const most = days.reduce((best, day) => (total(day) > total(best) ? day : best), days[0]);
  const words = `Columns: ${sum(days.map(total))} calls in ${days.length} days; `
    + `most, ${total(most)}, on ${fullDay(dayBegins(most.date))}.`;
  const rows = days.map((day) => tr(shortDay(dayBegins(day.date)),
    ...OUTCOMES.map(({ kind }) => day[kind]), day.denied, length(day.talk_seconds)));
  const heads = ["Day", ...OUTCOMES.map(({ name }) => capital(name)), "Refused clicks", "Time of talk"];
  const title = "Calls a day, by outcome";
  const drawing = figure(title, responsive((width) => columns(width, words, items, OUTCOMES)),
    legendOf(OUTCOMES), numbers(title, heads, rows));
  drawing.classList.add("broad");
  return drawing;
}

const total = (day) => sum(OUTCOMES.map(({ kind }) => day[kind]));

function busiest(hours) {
  const all = hours.flatMap((row, line) => row.map((value, hour) => ({ value, line, hour })));
  const most = all.reduce((best, one) => (one.value > best.value ? one : best));
  const words = most.value
    ? `A grid of weekdays and hours: the busiest is ${WEEK[most.line]} from ${most.hour} o'clock, with ${most.value} calls.`
    : "A grid of weekdays and hours: no call.";
  const rows = hours.map((row, line) => tr(WEEK[line], ...row));
  const drawing = figure("Busiest hours", responsive((width) => heat(width, words, WEEK, HOURS, hours)),
    el("p.legend", { "aria-hidden": "true" }, "fewer ", [1, 2, 3, 4, 5].map((step) => el(`span.swatch.heat-${step}`)),
      ` more; ${most.value} calls at most`),
    numbers("Calls by weekday and hour", ["Weekday", ...HOURS], rows));
  drawing.classList.add("broad");
  return drawing;
}

function histogram(title, buckets, kind) {
  const many = sum(buckets.map((bucket) => bucket.calls));
  const named = buckets.map((bucket, number) => ({ ...bucket, ...rangeOf(buckets, number) }));
  const most = named.reduce((best, one) => (one.calls > best.calls ? one : best), named[0]);
  const words = many ? `Columns: ${many} in all; most, ${most.calls}, ${most.words}.` : "No call.";
  const items = named.map(({ label, words: range, calls }) => ({ label, title: `${range}: ${calls}`, values: [calls] }));
  return figure(title, responsive((width) => columns(width, words, items, [{ kind }], "up to")), null,
    numbers(title, ["Length", "Calls"], named.map((bucket) => tr(bucket.words, bucket.calls))));
}

/** Name a bucket: what it is up to is its label, and its words say from where. */
function rangeOf(buckets, number) {
  const [from, to] = [number ? buckets[number - 1].up_to : 0, buckets[number].up_to];
  if (to === null) return { label: "more", words: `more than ${length(from)}` };
  return { label: shortLength(to), words: from ? `over ${length(from)}, up to ${length(to)}` : `up to ${length(to)}` };
}

const shortLength = (seconds) => length(seconds).replace(/ (s|min|h)$/, "$1");

function ranked(title, head, counts, wordsOf, kind, none) {
  const items = Object.entries(counts).filter(([, value]) => value).sort(([, one], [, other]) => other - one)
    .map(([name, value]) => ({ label: capital(wordsOf(name)), title: name, value }));
  const words = items.length ? `Bars: ${items.map(({ label, value }) => `${label} ${value}`).join(", ")}.` : none;
  const drawing = items.length ? responsive((width) => bars(width, words, items, kind)) : el("p.empty", {}, none);
  const rows = items.map(({ label, title: name, value }) => tr(el("span", {}, label, " ", el("code.hint", {}, name)), value));
  const drawn = figure(title, drawing, null, numbers(title, [head, "How many"], rows));
  drawn.classList.add("half");
  return drawn;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function tr(head, ...values) {
  return el("tr", { role: "row" }, el("th", { scope: "row", role: "rowheader" }, head),
    values.map((value) => el("td.number", { role: "cell" }, String(value))));
}

function numbers(caption, heads, rows) {
  const columnsOf = heads.map((title, number) => ({ title, number: number > 0 }));
  return table(caption, columnsOf, rows, { hidesCaption: true, stacks: false }).frame;
}
