// Writes tables as CSV (RFC 4180), so that no spreadsheet takes what a stranger typed for a formula.

// What a spreadsheet takes for a formula begins so; a phone number does no harm as one.
const FORMULA = /^[=+\-@\t\r]/;
const PHONE = /^\+?[0-9*#]+$/;

export function csvOf(rows) {
  return rows.map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";
}

function field(value) {
  const text = String(value ?? "");
  const safe = FORMULA.test(text) && !PHONE.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Have the browser save a file that is made here. */
export function download(name, rows) {
  // The mark at its beginning tells spreadsheets that it is UTF-8.
  const url = URL.createObjectURL(new Blob(["\ufeff", csvOf(rows)], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
