// The fields of a form, each made from its JSON Schema. An empty one says nothing: it is not in the document.

import { el, newId, setText } from "./dom.js";
import { select } from "./widgets.js";

/** What is typed can't be read as what the field holds. */
export class FieldFault extends Error {
  constructor(path, message) {
    super(message);
    this.path = path;
  }
}

/** Put what a schema refers to in its place; what it says itself comes first. */
function resolved(schema, schemas) {
  const { $ref, allOf, ...own } = schema;
  const outer = $ref ?? (allOf?.length === 1 ? allOf[0].$ref : undefined);
  return outer ? { ...schemas[outer.split("/").pop()], ...own } : schema;
}

/**
 * Make a field: `node` to be shown, `read()` for its value (undefined where it is empty), `path` by which faults name
 * it, `blame(message)` to show a fault, and `fields` where it has several in it.
 */
export function makeField(path, given, value, isRequired, schemas) {
  const schema = resolved(given, schemas);
  if (schema.properties) return group(path, schema, value, schemas);
  const { control, read } = kindOf(schema)(schema, value, path);
  const id = newId("field");
  control.id = id;
  control.required = isRequired;
  control.setAttribute("aria-describedby", `${id}-means ${id}-wrong`);
  const wrong = el("p.wrong", { id: `${id}-wrong` });
  const node = el("div.field", {},
    el("label", { for: id }, titleOf(path), isRequired ? el("span.hint", {}, " required") : null),
    control,
    el("p.means", { id: `${id}-means` }, [schema.description, bounds(schema)].filter(Boolean).join(" ")),
    wrong);
  const blame = (message) => {
    setText(wrong, message);
    if (message) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  return { path, node, control, read, blame };
}

/** The last step of a path, in words: outbound_callee_id_name → Outbound callee id name. */
export function titleOf(path) {
  const words = path.split(".").pop().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function bounds({ minimum, maximum, type }) {
  if (type === "array") return "One a line.";
  return minimum !== undefined && maximum !== undefined ? `From ${minimum} to ${maximum}.` : "";
}

function kindOf(schema) {
  if (schema.type === "array") return lines;
  if (schema.type === "boolean" || schema.enum || schema.anyOf?.every((one) => one.type === "boolean" || one.enum)) return choice;
  if (schema.type === "integer" || schema.type === "number") return number;
  return schema.type === "string" ? text : json;
}

function group(path, schema, value, schemas) {
  const fields = Object.entries(schema.properties).map(([key, inner]) =>
    makeField(`${path}.${key}`, inner, value?.[key], false, schemas));
  const known = new Set(Object.keys(schema.properties));
  const others = Object.entries(value ?? {}).filter(([key]) => !known.has(key));
  const node = el("fieldset.group", {}, el("legend", {}, titleOf(path)),
    schema.description ? el("p.means", {}, schema.description) : null, fields.map((field) => field.node));
  const read = () => {
    const said = fields.map((field) => [field.path.split(".").pop(), field.read()]).filter(([, one]) => one !== undefined);
    return said.length + others.length ? Object.fromEntries([...others, ...said]) : undefined;
  };
  return { path, node, read, fields, blame: () => {} };
}

function text({ maxLength }, value) {
  const control = el("input", { type: "text", maxlength: maxLength, autocomplete: "off", spellcheck: "false" });
  control.value = value ?? "";
  return { control, read: () => control.value || undefined };
}

function number({ minimum, maximum, default: usual }, value, path) {
  const placeholder = usual === undefined ? "no value" : `${usual}, if empty`;
  const control = el("input", { type: "number", min: minimum, max: maximum, step: "any", placeholder });
  control.value = value ?? "";
  const read = () => {
    if (control.validity.badInput) throw new FieldFault(path, "This is not a number.");
    return control.value === "" ? undefined : Number(control.value);
  };
  return { control, read };
}

/** A choice of a few values, kept as JSON, so that true and "true" are two. */
function choice(schema, value) {
  const values = (schema.anyOf ?? [schema]).flatMap((one) => one.enum ?? [true, false]);
  const nothing = schema.default === undefined ? "Not set" : `As by default: ${worded(schema.default)}`;
  const control = select([["", nothing], ...values.map((one) => [JSON.stringify(one), worded(one, values)])],
    value === undefined ? "" : JSON.stringify(value));
  return { control, read: () => (control.value === "" ? undefined : JSON.parse(control.value)) };
}

function worded(value, among = []) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return among.some((one) => String(one) === value && one !== value) ? `“${value}”, as text` : String(value);
}

function lines(_schema, value) {
  const control = el("textarea", { rows: String(Math.min(8, Math.max(2, (value?.length ?? 0) + 1))), spellcheck: "false" });
  control.value = (value ?? []).join("\n");
  const read = () => {
    const said = control.value.split("\n").map((line) => line.trim()).filter(Boolean);
    return said.length ? said : undefined;
  };
  return { control, read };
}

function json(_schema, value, path) {
  const isEmpty = value === undefined || JSON.stringify(value) === "{}";
  const control = el("textarea.code", { rows: isEmpty ? "2" : "6", spellcheck: "false", placeholder: '{"name": "value"}' });
  control.value = isEmpty ? "" : JSON.stringify(value, null, 2);
  const read = () => {
    if (control.value.trim() === "") return undefined;
    try {
      return JSON.parse(control.value);
    } catch (error) {
      throw new FieldFault(path, `This is no JSON: ${error.message}`);
    }
  };
  return { control, read };
}
