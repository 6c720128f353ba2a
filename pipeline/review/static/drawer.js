// What opens under a row: the editor, the reason, the split, the progress, the history. One at a time; nothing typed is lost by accident.

import { isComposing, tell } from "./app.js";
import { rowOf, select, selectedWords } from "./document.js";
import { address, parse, save, seen } from "./saving.js";

const table = document.getElementById("nhiem-vu");

let drawer = null;
let typed = false;
let lastField = null;
let opening = 0;
let dropped = null; // the last drawer that was closed with words in it that were not saved: {drawer, field, last, since}

/** Return what is open: {uid, kind}, null where nothing is. */
export function opened() {
  return drawer?.isConnected ? { uid: drawer.dataset.uid, kind: drawer.dataset.kind } : null;
}

/** Say whether a drawer is being fetched: keys that come meanwhile belong to it. */
export function isOpening() {
  return opening > 0;
}

/** Close the drawer; the keyboard goes back to its row. */
export function close({ focus = true } = {}) {
  const uid = drawer?.dataset.uid;
  const field = drawer?.dataset.field ?? "";
  drawer?.remove();
  drawer = null;
  typed = false;
  lastField = null;
  if (focus && uid && rowOf(uid)) select(uid, field);
}

/** Close the drawer without saving. What was typed into it is kept, to be had back. */
function discard() {
  if (typed && drawer) {
    dropped = { drawer, field: drawer.dataset.field ?? "", last: lastField, since: 0 };
    const number = rowOf(drawer.dataset.uid)?.querySelector("td.no a")?.textContent ?? "";
    tell(`Đã bỏ điều vừa gõ ở hàng ${number}, chưa lưu. Ctrl+Z: lấy lại.`);
  }
  close();
  offer();
}

/** Say whether Ctrl+Z means the words that were dropped: nothing was decided since. */
export function wasDropped() {
  return dropped !== null && dropped.since <= 0 && rowOf(dropped.drawer.dataset.uid) !== null;
}

/** Open the drawer again that was closed without saving, with all that was typed into it. */
export function restore() {
  if (!dropped) return;
  if (opened() && typed) {
    refuse();
    return;
  }
  const { drawer: kept, field, last } = dropped;
  dropped = null;
  offer();
  if (!rowOf(kept.dataset.uid)) {
    tell("Hàng ấy không còn (đã tách, gộp hoặc hoàn tác).", true);
    return;
  }
  select(kept.dataset.uid, field, { focus: false });
  put(kept, field);
  typed = true;
  if (last?.isConnected) last.focus();
  tell("Đã lấy lại điều vừa gõ; chưa lưu.");
}

/** Show the button that has dropped words back, as long as there are any. */
function offer() {
  const button = document.querySelector('[data-do="lay-lai"]');
  if (!button) return;
  button.hidden = !dropped || !rowOf(dropped.drawer.dataset.uid);
  button.querySelector("kbd").hidden = !wasDropped();
}

document.addEventListener("giaoviec:deciding", ({ detail: { action, uids } }) => {
  if (!dropped) return;
  // Ctrl+Z takes back what came last: first the decisions that were made since
  dropped.since += action === "hoan-tac" ? -1 : 1;
  if (uids.includes(dropped.drawer.dataset.uid) && action === dropped.drawer.querySelector("form")?.dataset.save) dropped = null;
  offer();
});

function refuse() {
  tell("Đang sửa dở: bấm Lưu hoặc Thôi trước.", true);
  (lastField ?? drawer.querySelector("input:not([type=hidden]), textarea"))?.focus();
}

/** Open the drawer of a row: of the page's own templates ("bo", "chua-ro") at once, others are fetched. */
export async function open(kind, uid, field = "") {
  if (opened() && typed) {
    refuse();
    return;
  }
  const template = document.getElementById(`mau-${kind}`);
  if (template) {
    const made = template.content.querySelector("tbody").cloneNode(true);
    made.id = `o-${uid}`;
    made.dataset.uid = uid;
    put(made, field);
    return;
  }
  opening += 1;
  try {
    const response = await fetch(`${address}/nhiem-vu/${uid}/${kind}`, { headers: { "HX-Request": "true" } });
    const answer = parse(await response.text());
    if (answer.drawer) put(answer.drawer, field);
    else tell(answer.fault || "Không mở được.", true);
  } catch {
    tell("Không nối được với máy chủ.", true);
  } finally {
    opening -= 1;
  }
}

function put(made, field) {
  if (drawer?.isConnected) drawer.remove();
  drawer = made;
  drawer.dataset.field = field;
  typed = false;
  const row = rowOf(made.dataset.uid);
  if (!row) return;
  row.after(drawer);
  focusOn(field);
  drawer.scrollIntoView({ block: "nearest" });
  count();
}

/** Put the keyboard where the chosen field is edited: at its first value, or at the empty line below. */
function focusOn(field) {
  const form = drawer.querySelector("form");
  let target = null;
  if (["lead", "coordinate", "implement", "report_to"].includes(field)) {
    const lines = [...drawer.querySelectorAll(".line.unit")];
    const line = lines.find((one) => one.querySelector("select").value === field && one.querySelector("[name=dv-ten]").value) ?? lines.at(-1);
    if (line && !line.querySelector("[name=dv-ten]").value) line.querySelector("select").value = field;
    target = line?.querySelector("[name=dv-ten]");
  } else if (field === "deadlines") {
    target = drawer.querySelector("[name=han-chu]");
  } else if (field === "targets") {
    target = drawer.querySelector("[name=ct-so]");
  }
  target ??= form?.querySelector("textarea, input:not([type=hidden]), select") ?? drawer.querySelector("button");
  target?.focus();
  if (target?.matches("input") && target.type !== "date") target.select();
  else if (target?.matches("[data-split]")) target.setSelectionRange(0, 0);
}

// --- saving --------------------------------------------------------------------------------------------------------------

/** Save what the drawer holds. The row and its version are those that were shown when it was opened. */
function submit() {
  const form = drawer?.querySelector("form");
  if (!form || !form.reportValidity()) return;
  const uid = drawer.dataset.uid;
  const hidden = form.elements.namedItem("hang");
  const versions = hidden.value ? Object.fromEntries(hidden.value.split(" ").map((pair) => [pair.split(":")[0], Number(pair.split(":")[1])])) : seen([uid]);
  const pairs = [...new FormData(form).entries()].filter(([name]) => name !== "hang");
  const sent = drawer;
  const field = drawer.dataset.field ?? "";
  form.inert = true;
  sent.classList.add("sending");
  if (drawer.contains(document.activeElement)) select(uid, field); // keys belong to the table again
  save(form.dataset.save, versions, pairs, (ok, piece) => {
    if (ok) {
      if (drawer === sent) close({ focus: false });
      sent.remove();
      return;
    }
    form.inert = false;
    sent.classList.remove("sending");
    if (piece?.drawer) {
      // what was typed comes back with what is wrong with it, or with what somebody else did meanwhile
      sent.remove();
      setTimeout(() => {
        put(piece.drawer, field);
        typed = true;
        (drawer.querySelector("[aria-invalid=true]") ?? drawer.querySelector("input:not([type=hidden]), textarea"))?.focus();
      }, 0);
    } else {
      setTimeout(() => sent.isConnected || rowOf(uid)?.after(sent), 0);
    }
  });
}

// --- the lines of the editor ---------------------------------------------------------------------------------------------

/** Keep one empty line at the end of each list. */
function grow(list) {
  const last = list.querySelector(":scope > .line:last-child");
  const text = last?.querySelector("[name=dv-ten], [name=han-chu], [name=ct-so]");
  if (!last || !text.value) return;
  const fresh = last.cloneNode(true);
  for (const input of fresh.querySelectorAll("input")) {
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-controls");
    input.setAttribute("aria-expanded", "false");
  }
  fresh.querySelector(".meaning")?.replaceChildren();
  fresh.querySelectorAll(".wrong, .suggestions").forEach((one) => one.remove());
  list.append(fresh);
}

function drop(line) {
  const list = line.parentElement;
  typed = true;
  if (list.querySelectorAll(":scope > .line").length > 1 && line !== list.lastElementChild) {
    const next = line.nextElementSibling;
    line.remove();
    next.querySelector("input:not([type=hidden])")?.focus();
  } else {
    for (const input of line.querySelectorAll("input")) input.value = "";
    line.querySelector(".meaning")?.replaceChildren();
  }
}

const pending = new Map();

/** Call `work` once `key` has been left alone for a moment; what is asked for later wins. */
function later(key, work, pause = 120) {
  clearTimeout(pending.get(key));
  pending.set(key, setTimeout(() => { pending.delete(key); work(); }, pause));
}

async function fetchPiece(path, parameters) {
  try {
    const response = await fetch(`${address}/${path}?${new URLSearchParams(parameters)}`, { headers: { "HX-Request": "true" } });
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
}

/** Show what the words of a time are understood as. */
function explain(input) {
  later(input, async () => {
    const words = input.value;
    const piece = await fetchPiece("hieu-han", { chu: words });
    const meaning = input.closest(".line").querySelector(".meaning");
    if (meaning && input.value === words) meaning.innerHTML = piece;
  });
}

// --- units: completion ---------------------------------------------------------------------------------------------------

function listOf(input) {
  return input.closest(".line").querySelector(".suggestions");
}

function suggest(input) {
  later(input, async () => {
    const words = input.value;
    const piece = await fetchPiece("goi-y-don-vi", { tim: words });
    if (input.value !== words || document.activeElement !== input) return;
    hide(input);
    if (!piece.trim()) return;
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = "goi-y";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Đơn vị gợi ý");
    list.innerHTML = piece;
    input.closest(".line").append(list);
    input.setAttribute("aria-expanded", "true");
    input.setAttribute("aria-controls", list.id);
  });
}

function hide(input) {
  listOf(input)?.remove();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function stepSuggestion(input, step) {
  const options = [...listOf(input).querySelectorAll("[data-id]")];
  if (!options.length) return;
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = options[(at + step + options.length) % options.length] ?? options[0];
  for (const one of options) one.setAttribute("aria-selected", String(one === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function take(input, option) {
  input.value = option.dataset.name;
  input.closest(".line").querySelector("[name=dv-ma]").value = option.dataset.id;
  clearTimeout(pending.get(input));
  hide(input);
  typed = true;
  grow(input.closest("ul:not(.suggestions)"));
  input.focus();
}

// --- words from the text -------------------------------------------------------------------------------------------------

/** Put the words selected in the source into the field that was typed in last; say whether there was one. */
export function takeWords() {
  const words = selectedWords();
  if (!words || opened()?.kind !== "sua") return false;
  const field = lastField?.isConnected ? lastField : drawer.querySelector("[name=noi-dung]");
  field.value = words.words.replace(/\s+/gu, " ").trim();
  const line = field.closest(".line");
  if (line?.matches(".unit")) line.querySelector("[name=dv-ma]").value = "";
  const place = line?.querySelector("[name=dv-cho], [name=han-cho]");
  if (place) place.value = `${words.start}-${words.end}`;
  typed = true;
  if (line) grow(line.parentElement);
  if (field.name === "han-chu") explain(field);
  field.focus();
  return true;
}

/** Say on the button how many tasks the lines make. */
function count() {
  const lines = drawer?.querySelector("[data-split]");
  if (!lines) return;
  const parts = lines.value.split("\n").filter((line) => line.trim()).length;
  drawer.querySelector("[data-count]").textContent = parts > 1 ? `Tách thành ${parts} nhiệm vụ` : "Tách";
  drawer.querySelector(".main").disabled = parts < 2;
}

// --- events --------------------------------------------------------------------------------------------------------------

table?.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.closest(".drawer")) return;
  typed = true;
  lastField = field.matches("textarea, [name=dv-ten], [name=han-chu]") ? field : lastField;
  if (field.getAttribute("aria-invalid") === "true") {
    field.removeAttribute("aria-invalid"); // what was said was said of the words before
    field.closest(".line, label")?.querySelectorAll(":scope > .wrong").forEach((one) => one.remove());
  }
  if (field.name === "dv-ten") {
    const line = field.closest(".line");
    line.querySelector("[name=dv-ma]").value = "";
    line.querySelector("[name=dv-cho]").value = "";
    suggest(field);
  }
  if (field.name === "han-chu") {
    field.closest(".line").querySelector("[name=han-cho]").value = "";
    explain(field);
  }
  if (field.matches(".pick") && field.value) {
    const words = field.closest(".line").querySelector("[name=han-chu]");
    const [year, month, day] = field.value.split("-");
    words.value = `${day}/${month}/${year}`;
    field.closest(".line").querySelector("[name=han-cho]").value = "";
    explain(words);
  }
  if (field.matches("[data-split]")) count();
  const list = field.closest(".line")?.parentElement;
  if (list) grow(list);
});

table?.addEventListener("focusin", (event) => {
  if (event.target.matches(".drawer textarea, .drawer [name=dv-ten], .drawer [name=han-chu]")) lastField = event.target;
});

table?.addEventListener("focusout", (event) => {
  if (event.target.matches(".drawer [name=dv-ten]")) setTimeout(() => document.activeElement !== event.target && hide(event.target), 150);
});

table?.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".suggestions [data-id]");
  if (!option) return;
  event.preventDefault();
  take(option.closest(".line").querySelector("[name=dv-ten]"), option);
});

table?.addEventListener("click", (event) => {
  if (!event.target.closest(".drawer")) return;
  if (event.target.closest("[data-cancel]")) discard();
  const off = event.target.closest("[data-off]");
  if (off) drop(off.closest(".line"));
});

table?.addEventListener("submit", (event) => {
  if (!event.target.matches(".drawer form")) return;
  event.preventDefault();
  submit();
});

table?.addEventListener("keydown", (event) => {
  if (isComposing(event) || !event.target.closest(".drawer")) return;
  const field = event.target;
  const list = field.matches("[name=dv-ten]") ? listOf(field) : null;
  const plainKey = !event.ctrlKey && !event.altKey && !event.metaKey;
  const key = `${event.ctrlKey ? "Ctrl+" : ""}${event.key}`;
  const chosen = list?.querySelector('[aria-selected="true"]');
  let handled = true;
  if (key === "Escape" && list) hide(field);
  else if (key === "Escape") discard();
  else if (list && plainKey && (key === "ArrowDown" || key === "ArrowUp")) stepSuggestion(field, key === "ArrowDown" ? 1 : -1);
  else if (!list && key === "ArrowDown" && field.matches("[name=dv-ten]")) suggest(field);
  else if (chosen && (key === "Enter" || key === "Tab")) {
    take(field, chosen);
    handled = key === "Enter";
  } else if (key === "Enter" && field.matches("input:not([type=checkbox]), select, textarea:not([data-split])")) submit();
  else if (key === "Ctrl+Enter") takeWords() || submit();
  else handled = false;
  if (handled) event.preventDefault();
  // the table's keys are not meant while something is open
  event.stopPropagation();
});

// the drawer stays under its row, wherever the row goes
if (table) {
  new MutationObserver(() => {
    const row = drawer?.isConnected ? rowOf(drawer.dataset.uid) : null;
    if (row && row.nextElementSibling !== drawer) row.after(drawer);
    offer();
  }).observe(table, { childList: true });
}

addEventListener("beforeunload", (event) => {
  if (typed && opened()) event.preventDefault();
});

