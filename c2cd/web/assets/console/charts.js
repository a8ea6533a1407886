// Charts as SVG: drawn at the width that there is, so that their text has its size on a phone too.

import { el, newId, svg } from "./dom.js";

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [38, 14, 10, 24, 210];
const MOST_BAR = 44;

/** What is drawn by `draw(width)`, and again when its width changes. */
export function responsive(draw) {
  const node = el("div.chart");
  let before = 0;
  new ResizeObserver(() => {
    const width = Math.floor(node.clientWidth);
    if (width && width !== before) node.replaceChildren(draw(width));
    before = width;
  }).observe(node);
  return node;
}

/** A figure: what it shows, the drawing, and the same numbers as a table. */
export function figure(title, drawing, legend, numbers) {
  const id = newId("figure");
  return el("figure.card", { "aria-labelledby": id },
    el("figcaption", { id }, el("h2", {}, title)), legend ?? null, drawing,
    el("details", {}, el("summary", {}, "The same as a table"), numbers));
}

/** A legend of [series class, words]. */
export function legendOf(series) {
  return el("ul.legend", { "aria-hidden": "true" }, series.map(({ kind, name }) =>
    el("li", {}, svg("svg.key", { width: 14, height: 14 }, bar(kind, { width: 14, height: 14, rx: 3 })), name)));
}

/** Stacked columns: each {label, title, values}, one value a series; `below` says what the labels are. */
export function columns(width, words, items, series, below = "") {
  const most = niceMost(Math.max(1, ...items.map((item) => sum(item.values))));
  const slot = (width - LEFT - RIGHT) / Math.max(1, items.length);
  const wide = Math.min(MOST_BAR, slot * 0.74);
  const high = HEIGHT - TOP - BOTTOM;
  const every = Math.max(1, Math.ceil(widest(items) / slot));
  return frame(width, HEIGHT, words, [
    gridLines(width, most, high),
    items.map((item, number) => {
      const x = LEFT + slot * (number + 0.5) - wide / 2;
      let y = TOP + high;
      const parts = item.values.map((value, which) => {
        const tall = (value / most) * high;
        y -= tall;
        return value ? bar(series[which].kind, { x, y, width: wide, height: tall }) : null;
      });
      return svg("g.column", {},
        svg("rect.catch", { x: LEFT + slot * number, y: TOP, width: slot, height: high }),
        svg("title", {}, item.title), parts,
        number % every ? null : tick(x + wide / 2, HEIGHT - BOTTOM + 16, item.label));
    }),
    svg("line.axis", { x1: LEFT, x2: width - RIGHT, y1: TOP + high, y2: TOP + high }),
    svg("text.tick", { x: 0, y: HEIGHT - BOTTOM + 16 }, below),
  ]);
}

/** Bars that lie, each below its label: {label, title, value}. */
export function bars(width, words, items, kind) {
  const [step, thick] = [42, 14];
  const most = Math.max(1, ...items.map((item) => item.value));
  const lengthOf = (item) => Math.max(2, (item.value / most) * (width - 48));
  return frame(width, step * items.length, words, items.map((item, number) => {
    const y = step * number;
    return svg("g", {}, svg("title", {}, `${item.title}: ${item.value}`),
      svg("text.label", { x: 0, y: y + 13 }, item.label),
      bar(kind, { x: 0, y: y + 19, width: lengthOf(item), height: thick, rx: 3 }),
      svg("text.value", { x: lengthOf(item) + 8, y: y + 31 }, String(item.value)));
  }));
}

/** A grid of rows × columns of numbers, each as dark as it is large; a number that is none is left light. */
export function heat(width, words, rowNames, columnNames, rows) {
  const label = 36;
  const [wide, high] = [(width - label) / columnNames.length, 26];
  const most = Math.max(1, ...rows.flat());
  const every = Math.max(1, Math.ceil(24 / wide));
  return frame(width, high * rows.length + 22, words, [
    rows.map((row, line) => [
      svg("text.label", { x: 0, y: high * line + 18 }, rowNames[line]),
      row.map((value, number) => svg(`rect.heat.heat-${value ? Math.ceil((value / most) * 5) : 0}`, {
        x: label + wide * number + 1, y: high * line + 1, width: Math.max(1, wide - 2), height: high - 2, rx: 3,
      }, svg("title", {}, `${rowNames[line]} ${columnNames[number]}: ${value}`))),
    ]),
    columnNames.map((name, number) =>
      (number % every ? null : tick(label + wide * (number + 0.5), high * rows.length + 16, name))),
  ]);
}

function frame(width, height, words, content) {
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words }, content);
}

/** Series that have a pattern beside their colour; it is laid over the bar (see index.html). */
const PATTERNED = new Set(["error", "unknown", "open"]);

function bar(kind, place) {
  const solid = svg(`rect.series-${kind}`, place);
  return PATTERNED.has(kind) ? [solid, svg("rect", { ...place, fill: `url(#pattern-${kind})` })] : solid;
}

function gridLines(width, most, high) {
  const steps = most <= 4 ? most : 4;
  return Array.from({ length: steps + 1 }, (_, number) => {
    const [value, y] = [(most / steps) * number, TOP + high - (high / steps) * number];
    return [
      number ? svg("line.grid", { x1: LEFT, x2: width - RIGHT, y1: y, y2: y }) : null,
      svg("text.tick", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, String(value)),
    ];
  });
}

/** The next number that four lines divide evenly. */
function niceMost(most) {
  if (most <= 4) return most;
  const size = 10 ** Math.floor(Math.log10(most));
  const round = [1, 1.2, 1.6, 2, 4, 6, 8, 10].map((step) => step * size);
  return round.find((one) => one >= most && one % 4 === 0) ?? Math.ceil(most / 4) * 4;
}

const tick = (x, y, text) => svg("text.tick", { x, y, "text-anchor": "middle" }, text);

export const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

const widest = (items) => 8 + 6.2 * Math.max(...items.map((item) => item.label.length), 1);
