// Corrections on the document page: keys, buttons, what is marked, who else is here. Keys are those of Excel and Word; none is a letter
// without Ctrl, and none is Backspace: input methods for Vietnamese send both.

import { isComposing, isWriting, tell } from "./app.js";
import { move, nextAttention, rowOf, rows, select, selected, selectedWords, visible } from "./document.js";
import { isOpening, open, restore, takeWords, wasDropped } from "./drawer.js";
import { address, catchUp, save, seen, unsaved } from "./saving.js";

const table = document.getElementById("nhiem-vu");
const page = document.querySelector(".split[data-document]");
const tools = document.querySelector(".tools");
const may = tools?.dataset.may ?? "";
const marked = new Set();

// --- deciding ------------------------------------------------------------------------------------------------------------

function isOpen(row) {
  return row.dataset.review === "open" || row.dataset.review === "unclear";
}

/** Approve the selected row and go on to the next that somebody should look at. */
function approve() {
  const { uid, row } = selected();
  if (!row) return;
  if (isOpen(row) && !row.classList.contains("saving")) save("duyet", seen([uid]));
  row.dataset.attention = ""; // it has been looked at: whatever the answer is, the row that comes with it says how it stands
  goOn(row);
}

function goOn(row) {
  if (nextAttention()) return;
  const all = visible();
  const at = all.indexOf(row);
  const next = [...all.slice(at + 1), ...all.slice(0, at)].find((one) => isOpen(one) && !one.classList.contains("saving"));
  if (next) select(next.dataset.uid);
  else tell("Đã xem hết các hàng đang hiện.");
}

/** The rows that "approve all" means: open, and left on screen by the filter. */
function openOnScreen() {
  const name = table?.dataset.filter ?? "tat-ca";
  if (name === "da-duyet" || name === "bo") return [];
  return rows().filter((row) => row.dataset.review === "open" && (name !== "can-xem" || row.dataset.attention));
}

function approveAll() {
  const all = openOnScreen();
  const uids = all.map((row) => row.dataset.uid);
  const doubtful = all.filter((row) => row.dataset.attention).length;
  const which = doubtful ? `, trong đó ${doubtful} hàng cần xem` : "";
  if (uids.length) save("duyet", seen(uids), [], (ok) => ok && tell(`Đã duyệt ${uids.length} hàng${which}. Ctrl+Z: lấy lại cả ${uids.length}.`));
}

/** Make a task of the words that are selected in the source, or put them into the field that is being edited. */
function addFromText() {
  if (takeWords()) return;
  const words = selectedWords();
  if (!words) {
    tell("Bôi đen chữ trong văn bản trước, rồi bấm Ctrl+Enter.", true);
    return;
  }
  save("them", {}, [["dau", words.start], ["cuoi", words.end]], (ok, piece) => {
    if (!ok || !piece?.chosen) return;
    document.getSelection()?.removeAllRanges();
    setTimeout(() => open("sua", piece.chosen, "lead"), 0);
  });
}

function stepBack(action) {
  // which step that is, is known once the decisions before it are answered
  save(action, {}, () => {
    const step = document.querySelector(`#hoan-tac [data-do="${action}"]`)?.dataset.step;
    if (!step) tell(action === "hoan-tac" ? "Không còn gì để hoàn tác." : "Không còn gì để làm lại.");
    return step ? [["buoc", step]] : null;
  }, (ok, piece) => {
    if (!ok || !piece) return;
    const uids = piece.rows.map((row) => row.dataset.uid);
    if (!piece.message) tell(`${action === "hoan-tac" ? "Đã hoàn tác" : "Đã làm lại"}${uids.length ? `: ${uids.length} hàng` : ""}.`);
    // what has changed is to be seen
    if (uids.length && !uids.includes(selected().uid)) setTimeout(() => rowOf(uids[0]) && select(uids[0]), 0);
  });
}

/** Take back what came last: words that were dropped with Esc, else the last decision. */
function undo() {
  if (wasDropped()) restore();
  else stepBack("hoan-tac");
}

function mergeMarked() {
  const uids = [...marked].filter(rowOf);
  if (uids.length < 2) {
    tell("Đánh dấu từ hai hàng (phím dấu cách), rồi bấm F4.", true);
    return;
  }
  save("gop", seen(uids), [], (ok) => {
    if (!ok) return;
    unmark();
    tell(`Đã gộp ${uids.length} hàng thành một: xem lại rồi duyệt. Ctrl+Z: lấy lại ${uids.length} hàng.`);
  });
}

// --- marked rows ---------------------------------------------------------------------------------------------------------

function toggle(uid, on = !marked.has(uid)) {
  if (on) marked.add(uid);
  else marked.delete(uid);
  showMarks();
}

function unmark() {
  marked.clear();
  showMarks();
}

function showMarks() {
  for (const row of table?.querySelectorAll(".task.marked") ?? []) row.classList.toggle("marked", marked.has(row.dataset.uid));
  for (const uid of marked) {
    if (rowOf(uid)) rowOf(uid).classList.add("marked");
    else marked.delete(uid);
  }
  const box = document.getElementById("danh-dau");
  if (box) {
    box.hidden = marked.size === 0;
    box.querySelector("b").textContent = String(marked.size);
    box.querySelector('[data-do="gop"]').disabled = marked.size < 2;
  }
  table?.querySelector('[data-do="danh-dau"]')?.setAttribute("aria-pressed", String(marked.has(selected().uid)));
}

// --- buttons -------------------------------------------------------------------------------------------------------------

const actions = {
  "duyet": approve,
  "sua": () => openSelected("sua"),
  "bo": () => openSelected("bo"),
  "chua-ro": () => openSelected("chua-ro"),
  "mo-lai": () => selected().row && save("mo-lai", seen([selected().uid])),
  "tach": () => openSelected("tach"),
  "tien-do": () => openSelected("tien-do"),
  "lich-su": () => openSelected("lich-su"),
  "danh-dau": () => selected().row && toggle(selected().uid),
  "bo-danh-dau": unmark,
  "gop": mergeMarked,
  "duyet-het": approveAll,
  "them": addFromText,
  "hoan-tac": () => stepBack("hoan-tac"),
  "lay-lai": restore,
  "lam-lai": () => stepBack("lam-lai"),
};

function openSelected(kind) {
  const { uid, field } = selected();
  if (uid) open(kind, uid, field);
}

// pressing a button must not take away what is selected in the text
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.('[data-do="them"]')) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-do]");
  if (!button || button.disabled) return;
  actions[button.dataset.do]?.();
});

table?.addEventListener("click", (event) => {
  const row = event.target.closest(".task");
  if (row && may === "decide" && (event.ctrlKey || event.metaKey) && !event.target.closest("a, button")) toggle(row.dataset.uid);
});

table?.addEventListener("dblclick", (event) => {
  const cell = event.target.closest(".task td[data-field]");
  if (cell && may === "decide") open("sua", cell.closest(".task").dataset.uid, cell.dataset.field);
});

// the buttons of a row stand in the row that is selected
document.addEventListener("giaoviec:selected", ({ detail: { uid, row } }) => {
  const place = row?.querySelector(".do > td");
  const template = document.getElementById("mau-viec");
  if (!place || !template) return;
  if (!place.querySelector(".acts")) {
    table.querySelectorAll(".acts").forEach((one) => one.remove());
    place.append(template.content.cloneNode(true));
    row.scrollIntoView({ block: "nearest" });
  }
  const review = row.dataset.review;
  const approveButton = place.querySelector('[data-do="duyet"]');
  if (approveButton) approveButton.disabled = !isOpen(row);
  const reopenButton = place.querySelector('[data-do="mo-lai"]');
  if (reopenButton) reopenButton.hidden = review === "open";
  place.querySelector('[data-do="danh-dau"]')?.setAttribute("aria-pressed", String(marked.has(uid)));
});

// --- keys ----------------------------------------------------------------------------------------------------------------

/** Whether keys mean the table: nothing is being written, and no button or link has the keyboard. */
function forTable(element) {
  return !isWriting(element) && !element?.closest("button, a, summary, details, dialog, .drawer");
}

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented || event.altKey || event.metaKey || !table) return;
  const at = document.activeElement;
  const name = `${event.ctrlKey ? "Ctrl+" : ""}${event.shiftKey ? "Shift+" : ""}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
  const writing = isWriting(at);
  const keys = {
    "Ctrl+z": () => !writing && undo(),
    "Ctrl+y": () => !writing && stepBack("lam-lai"),
    "Ctrl+Shift+z": () => !writing && stepBack("lam-lai"),
    "Ctrl+Enter": () => may === "decide" && addFromText(),
    "Enter": () => forTable(at) && !at?.closest("#nguon") && may === "decide" && !isOpening() && approve(),
    "F2": () => !writing && may === "decide" && openSelected("sua"),
    "Delete": () => forTable(at) && may === "decide" && !isOpening() && openSelected("bo"),
    " ": () => forTable(at) && !at?.closest("#nguon") && may === "decide" && selected().row !== null && toggle(selected().uid),
    "F4": () => !writing && may === "decide" && !isOpening() && mergeMarked(),
    "Shift+ArrowDown": () => forTable(at) && may === "decide" && extend(1),
    "Shift+ArrowUp": () => forTable(at) && may === "decide" && extend(-1),
  };
  if (!(name in keys) || (!may && name !== "Ctrl+Enter")) return;
  if (event.repeat && ["Enter", "Delete", " ", "F4"].includes(name) && (name !== " " || forTable(at))) {
    event.preventDefault(); // a key that is held down decides on one row: those after it have not been read
    return;
  }
  if (writing && name.startsWith("Ctrl+") && name !== "Ctrl+Enter") return; // Ctrl+Z in a field is the field's own
  if (name.startsWith("Shift+Arrow") && at?.closest("#nguon")) return;
  if (keys[name]() !== false) event.preventDefault();
});

function extend(step) {
  const { uid, row } = selected();
  if (row) toggle(uid, true);
  move(step);
  if (selected().uid) toggle(selected().uid, true);
}

// --- what the page says --------------------------------------------------------------------------------------------------

let counting = 0;

function count() {
  cancelAnimationFrame(counting);
  counting = requestAnimationFrame(() => {
    const button = tools?.querySelector('[data-do="duyet-het"]');
    if (button) {
      const number = openOnScreen().length;
      button.querySelector("b").textContent = String(number);
      button.disabled = number === 0;
    }
    showMarks();
  });
}

if (table && tools) {
  new MutationObserver(count).observe(table, { childList: true, attributes: true, subtree: true, attributeFilter: ["data-filter", "data-review", "data-attention"] });
  count();
}

// --- who else is here ----------------------------------------------------------------------------------------------------

const EVERY = 15000;

async function bePresent() {
  if (document.hidden) return;
  try {
    const response = await fetch(`${address}/dang-xem`, { method: "POST", headers: { "HX-Request": "true" } });
    if (!response.ok) return;
    const box = document.createElement("template");
    box.innerHTML = await response.text();
    const piece = box.content.querySelector("#dang-xem");
    const there = document.getElementById("dang-xem");
    if (piece && there && there.innerHTML !== piece.innerHTML) there.replaceWith(piece);
    if (piece && Number(piece.dataset.revision) > Number(page.dataset.revision) && !unsaved()) await catchUp();
  } catch {
    // without a network there is nobody to be told of
  }
}

if (page && tools) {
  bePresent();
  setInterval(bePresent, EVERY);
  document.addEventListener("visibilitychange", bePresent);
  addEventListener("pagehide", () => navigator.sendBeacon(`${address}/roi-di`));
}

