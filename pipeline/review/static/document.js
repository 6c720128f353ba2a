// The document page: rows of the table and words of the source find each other; the keyboard moves over rows, fields and values.
//
// A value that was read from the words from 120 to 140 has data-spans="120-140" (see source.js).

import { isComposing, isWriting } from "./app.js";
import { light, placesAround } from "./source.js";

export { light, placeOf, selectedWords, showAs } from "./source.js";

const table = document.getElementById("nhiem-vu");
const source = document.getElementById("nguon");

let chosen = { uid: "", field: "", value: null };
let index = null;

// --- what is selected ----------------------------------------------------------------------------------------------------

/** Return all rows (tbody elements) of the table. */
export function rows() {
  return table ? [...table.tBodies].filter((row) => row.classList.contains("task")) : [];
}

const FILTERS = {
  "tat-ca": () => true,
  "can-xem": (row) => row.dataset.attention !== "",
  "chua-duyet": (row) => ["open", "unclear"].includes(row.dataset.review),
  "da-duyet": (row) => ["approved", "edited"].includes(row.dataset.review),
  bo: (row) => row.dataset.review === "rejected",
};

/** Return the rows that the filter leaves on screen, from top to bottom; the selected one stays until another is selected. */
export function visible() {
  // the same as the rules of document.css: to ask the browser what it shows would make it lay out the whole table
  const passes = FILTERS[table?.dataset.filter] ?? FILTERS["tat-ca"];
  return rows().filter((row) => passes(row) || row.dataset.uid === chosen.uid);
}

/** Return the row of a task, null where it is not there. */
export function rowOf(uid) {
  return document.getElementById(`t-${uid}`);
}

/** Return what is selected: {uid, field, row, cell, value}; row is null where nothing is. */
export function selected() {
  const row = chosen.uid ? rowOf(chosen.uid) : null;
  const cell = row && chosen.field ? row.querySelector(`td[data-field="${chosen.field}"]`) : null;
  const value = row?.contains(chosen.value) ? chosen.value : null;
  return { uid: row ? chosen.uid : "", field: cell ? chosen.field : "", row, cell, value };
}

/** Select a row, one of its fields where it is named, one value of it where it is given; "" selects nothing. */
export function select(uid, field = "", { value = null, focus = true, scroll = true } = {}) {
  const before = chosen.uid && chosen.uid !== uid ? rowOf(chosen.uid) : null;
  if (before) deselect(before);
  chosen = { uid, field, value };
  const { row, cell } = selected();
  if (!row) {
    chosen = { uid: "", field: "", value: null };
    light([]);
  } else {
    row.classList.add("selected");
    row.querySelectorAll(".current").forEach((one) => one.classList.remove("current"));
    for (const one of cells(row)) one.tabIndex = 0;
    const target = value ?? cell ?? cells(row)[0];
    (value ?? cell)?.classList.add("current");
    if (focus && document.activeElement !== target) target.focus({ preventScroll: true });
    if (scroll) row.scrollIntoView({ block: "nearest" });
    show(value ?? cell ?? row);
  }
  document.dispatchEvent(new CustomEvent("giaoviec:selected", { detail: selected() }));
}

function deselect(row) {
  row.classList.remove("selected");
  row.querySelectorAll(".current").forEach((one) => one.classList.remove("current"));
  for (const one of cells(row)) one.tabIndex = -1;
}

/** Go to the next row on screen (or the one before: -1), in the same field. Without a selection it is the first (last) one. */
export function move(step) {
  const all = visible();
  if (!all.length) return;
  const at = all.findIndex((row) => row.dataset.uid === chosen.uid);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
  select(all[next].dataset.uid, chosen.field);
}

/** Go to the next field of the row (or the one before: -1); say whether there was one. */
export function moveField(step) {
  const { row, field } = selected();
  if (!row) return false;
  const fields = cells(row).map((cell) => cell.dataset.field);
  const next = fields[field ? fields.indexOf(field) + step : step > 0 ? 0 : fields.length - 1];
  if (next) select(chosen.uid, next);
  return Boolean(next);
}

/** Go to the next value inside the selected field, or row (or the one before: -1). */
export function moveValue(step) {
  const { row, cell, value } = selected();
  if (!row) return;
  const all = [...(cell ?? row).querySelectorAll(".value[data-spans]")];
  const next = all[value ? all.indexOf(value) + step : step > 0 ? 0 : all.length - 1];
  if (next) select(chosen.uid, chosen.field, { value: next });
}

/** Go to the next row that needs attention (or the one before: -1), from the end back to the beginning; say whether there is one. */
export function nextAttention(step = 1) {
  const all = visible();
  const at = all.findIndex((row) => row.dataset.uid === chosen.uid);
  for (let n = 1; n <= all.length; n += 1) {
    const place = at < 0 ? (step > 0 ? n - 1 : all.length - n) : (at + step * n + all.length * n) % all.length;
    if (all[place].dataset.attention && all[place].dataset.uid !== chosen.uid) {
      select(all[place].dataset.uid);
      return true;
    }
  }
  return false;
}

function cells(row) {
  return [...row.querySelectorAll("td[data-field]")];
}

// --- words of the source -------------------------------------------------------------------------------------------------

/** Return the places ("120-140") of the words that a row, a cell or a value was read from. */
export function spansOf(element) {
  const values = element.matches(".value[data-spans]") ? [element] : [...element.querySelectorAll(".value[data-spans]")];
  return [...new Set(values.flatMap((value) => value.dataset.spans.split(" ").filter(Boolean)))];
}

/** Mark the words of `element` and bring the first of them into view; what no words stand for shows those of its row. */
function show(element) {
  const row = element.closest(".task");
  const own = spansOf(row.querySelector('[data-field="title"]'));
  const places = spansOf(element);
  if (element === row) light(places, own[0] ?? places[0]);
  else if (places.length) light(places, places[0]);
  else light(own, own[0]);
}

// --- from words to rows --------------------------------------------------------------------------------------------------

/** Return for each place the values of rows that were read from it. */
function byPlace() {
  if (index) return index;
  index = new Map();
  for (const value of table?.querySelectorAll(".task .value[data-spans]") ?? []) {
    for (const place of value.dataset.spans.split(" ").filter(Boolean)) {
      if (!index.has(place)) index.set(place, []);
      index.get(place).push(value);
    }
  }
  return index;
}

/** Select the row that was read from the words at `mark`; where there are several, the one after the selected. */
function findRow(mark) {
  const onScreen = new Set(visible());
  for (const place of placesAround(mark)) {
    const values = (byPlace().get(place) ?? []).filter((value) => onScreen.has(value.closest(".task")));
    if (!values.length) continue;
    const uids = [...new Set(values.map((value) => value.closest(".task").dataset.uid))];
    const uid = uids[(uids.indexOf(chosen.uid) + 1) % uids.length];
    const value = values.find((one) => one.closest(".task").dataset.uid === uid);
    const field = value.closest("td[data-field]")?.dataset.field ?? "";
    select(uid, field, { value: field === "title" ? null : value });
    return;
  }
}

source?.addEventListener("click", (event) => {
  if (!document.getSelection()?.isCollapsed) return; // words are being selected
  const badge = event.target.closest("a.badge");
  if (badge) {
    const to = badge.getAttribute("href"); // of a link on a picture, href is no text
    const uid = to.startsWith("#t-") ? to.slice(3) : "";
    if (!uid || !rowOf(uid)) return;
    event.preventDefault();
    select(uid);
  } else {
    findRow(event.target);
  }
});

// --- the table -----------------------------------------------------------------------------------------------------------

table?.addEventListener("click", (event) => {
  const row = event.target.closest(".task");
  if (!row || event.target.closest("button, input, select, textarea, label")) return;
  const link = event.target.closest("a");
  if (link && !link.closest("td.no")) return;
  if (link) event.preventDefault(); // to its words it goes anyway
  const value = event.target.closest(".value[data-spans]");
  const cell = event.target.closest("td[data-field]");
  select(row.dataset.uid, cell?.dataset.field ?? "", { value, scroll: false });
});

table?.addEventListener("focusin", (event) => {
  const cell = event.target.closest("td[data-field]");
  const row = event.target.closest(".task");
  if (!row || (event.target !== cell && !event.target.matches(".value"))) return;
  const value = event.target.matches(".value") ? event.target : null;
  if (row.dataset.uid === chosen.uid && cell?.dataset.field === chosen.field && value === chosen.value) return;
  if (!chosen.field && row.dataset.uid === chosen.uid && cell === cells(row)[0] && !value) return;
  select(row.dataset.uid, cell?.dataset.field ?? "", { value, focus: false });
});

/** Give the rows the numbers of their order, and their words in the text the same. */
function renumber() {
  const changed = new Map();
  rows().sort((one, other) => Number(one.dataset.order) - Number(other.dataset.order)).forEach((row, at) => {
    const number = row.querySelector("td.no a");
    if (number.textContent === String(at + 1)) return;
    number.textContent = String(at + 1);
    changed.set(`#t-${row.dataset.uid}`, number.textContent);
  });
  if (!changed.size) return;
  for (const badge of document.querySelectorAll('#cuon-chu a.badge[href^="#t-"]')) {
    if (changed.has(badge.getAttribute("href"))) badge.textContent = changed.get(badge.getAttribute("href"));
  }
}

/** Keep to what the table shows now: rows were exchanged, added or taken away. */
function settle() {
  index = null;
  renumber();
  if (chosen.uid && rowOf(chosen.uid) && !rowOf(chosen.uid).classList.contains("selected")) {
    const inside = document.activeElement === document.body || table.contains(document.activeElement);
    select(chosen.uid, chosen.field, { focus: inside });
  }
  showFilter();
}

if (table) {
  new MutationObserver(settle).observe(table, { childList: true });
  new MutationObserver(showFilter).observe(document.getElementById("tong-so").parentElement, { childList: true });
}

// --- filters and order ---------------------------------------------------------------------------------------------------

function mark(links, wanted) {
  for (const link of links) {
    if (wanted(link)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function showFilter() {
  if (!table) return;
  mark(document.querySelectorAll("a[data-filter]"), (link) => link.dataset.filter === table.dataset.filter);
  mark(document.querySelectorAll("a[data-sort]"), () => table.dataset.sort === "can-xem");
}

/** Show only the rows of a filter ("tat-ca", "can-xem", "chua-duyet", "da-duyet", "bo"). */
export function filter(name) {
  if (!table) return;
  if (chosen.uid) select("");
  table.dataset.filter = name;
  remember("loc", name, "tat-ca");
  showFilter();
}

/** Put the rows in the order of the document ("van-ban") or those first that need attention most ("can-xem"). */
export function sort(name) {
  if (!table) return;
  const key = name === "can-xem" ? "rank" : "order";
  const sorted = rows().sort((one, other) => Number(one.dataset[key]) - Number(other.dataset[key]) || Number(one.dataset.order) - Number(other.dataset.order));
  table.dataset.sort = name;
  table.append(...sorted);
  remember("thu-tu", name, "van-ban");
  showFilter();
}

function remember(name, value, usual) {
  const address = new URL(location.href);
  if (value === usual) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-filter], a[data-sort]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if ("filter" in link.dataset) filter(link.dataset.filter);
  else sort(table?.dataset.sort === "can-xem" ? "van-ban" : "can-xem");
});

for (const button of document.querySelectorAll(".to-words")) {
  button.addEventListener("click", () => light([button.dataset.spans], button.dataset.spans));
}

/** Open the finding that a link in the text or in a row leads to. */
function openFinding(hash) {
  const finding = /^#f\d+$/.test(hash) ? document.getElementById(hash.slice(1)) : null;
  if (!finding) return false;
  finding.closest("details").open = true;
  finding.scrollIntoView({ block: "nearest" });
  for (const one of document.querySelectorAll(".findings .current")) one.classList.remove("current");
  finding.classList.add("current");
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#f"]');
  if (link && openFinding(link.getAttribute("href"))) event.preventDefault();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) && !link) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu || isComposing(event)) return;
  menu.open = false;
  menu.querySelector("summary").focus();
  event.stopImmediatePropagation();
});

document.getElementById("can-xem-tiep")?.addEventListener("click", () => nextAttention());

// --- keys ----------------------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "F8") {
    event.preventDefault();
    if (!isWriting(document.activeElement)) nextAttention(event.shiftKey ? -1 : 1);
    return;
  }
  if (isWriting(document.activeElement) || document.activeElement?.closest("#cuon-chu, #cuon-trang, details, dialog, form")) return;
  const { row, field, value } = selected();
  const handled = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    ArrowRight: () => moveValue(1),
    ArrowLeft: () => moveValue(-1),
    Escape: () => (value ? select(chosen.uid, field) : field ? select(chosen.uid) : select("")),
  }[event.key];
  if (!handled || event.shiftKey || (event.key === "Escape" && !row)) return;
  event.preventDefault();
  handled();
});

// --- the start -----------------------------------------------------------------------------------------------------------

/** Select the row that the address names (#t-…). */
function followAddress() {
  if (location.hash.startsWith("#t-") && rowOf(location.hash.slice(3))) select(location.hash.slice(3));
}

addEventListener("hashchange", followAddress);
showFilter();
followAddress();
