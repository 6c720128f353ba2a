// Decisions on their way to the server: one after another, each until it is answered. What the network swallows is kept and sent again.

import { tell } from "./app.js";
import { rowOf, rows, select } from "./document.js";

const page = document.querySelector(".split[data-document]");
const table = document.getElementById("nhiem-vu");
const notice = document.getElementById("chua-luu");
const PAUSES = [1000, 2000, 4000, 8000, 15000];

const waiting = [];
let isSending = false;
let timer = 0;

/** The address of the document's pieces. */
export const address = `/van-ban/${page?.dataset.document}`;

/** Return {uid: version} of rows as they are shown now. */
export function seen(uids) {
  return Object.fromEntries(uids.map((uid) => [uid, Number(rowOf(uid)?.dataset.version ?? 0)]));
}

/**
 * Send a decision as soon as those before it are answered. `versions` are {uid: version} of the rows it is about, `fields` what else is
 * sent ([name, value] pairs, or a function that gives them when it is sent); `answered(ok, answer)` is called once the server has said
 * yes or no.
 */
export function save(action, versions, fields = [], answered = () => {}) {
  waiting.push({ action, versions: { ...versions }, fields, answered, tries: 0 });
  mark(Object.keys(versions), "saving");
  document.dispatchEvent(new CustomEvent("giaoviec:deciding", { detail: { action, uids: Object.keys(versions) } }));
  send();
}

/** Say how many decisions are not saved yet. */
export function unsaved() {
  return waiting.length;
}

async function send() {
  if (isSending || !waiting.length) return;
  isSending = true;
  clearTimeout(timer);
  const one = waiting[0];
  const pairs = typeof one.fields === "function" ? one.fields() : one.fields;
  const body = new URLSearchParams(pairs ?? []);
  if (Object.keys(one.versions).length) body.set("hang", Object.entries(one.versions).map(([uid, version]) => `${uid}:${version}`).join(" "));
  if (one.tries) body.set("lai", "true");
  let response = null;
  let text = "";
  try {
    response = pairs === null ? null : await fetch(`${address}/${one.action}`, { method: "POST", body, headers: { "HX-Request": "true" } });
    text = (await response?.text()) ?? "";
  } catch {
    response = null;
  }
  isSending = false;
  if (pairs === null) {
    finish(one, false, null); // there is nothing to do any more
  } else if (!response || response.status >= 500 || response.status === 401 || response.status === 429) {
    keep(one, response);
  } else {
    finish(one, response.ok, { status: response.status, text });
  }
}

/** The server did not take it and did not refuse it: it stays, is told in red, and is tried again. */
function keep(one, response) {
  const why = !response ? "không nối được với máy chủ" : response.status === 401 ? "phải đăng nhập lại (mở trang đăng nhập ở thẻ khác)" : "máy chủ đang bận";
  mark(Object.keys(one.versions), "unsaved");
  notice.textContent = `Chưa lưu được ${waiting.length} thay đổi: ${why}. Đang thử lại, đừng đóng trang này.`;
  timer = setTimeout(send, PAUSES[Math.min(one.tries, PAUSES.length - 1)]);
  one.tries += 1;
}

function finish(one, ok, answer) {
  waiting.shift();
  if (!waiting.length || one.tries) notice.textContent = "";
  for (const uid of Object.keys(one.versions)) rowOf(uid)?.classList.remove("saving", "unsaved");
  for (const other of waiting) mark(Object.keys(other.versions), "saving");
  const piece = answer ? parse(answer.text) : null;
  if (piece) apply(piece);
  if (ok) {
    for (const uid of Object.keys(one.versions)) {
      rowSaved(uid);
      const version = Number(rowOf(uid)?.dataset.version);
      // what was decided on the same row meanwhile was decided on what this decision makes of it
      for (const other of waiting) if (other.versions[uid] === one.versions[uid] && version) other.versions[uid] = version;
    }
  }
  isTold(!ok);
  if (piece?.message) tell(piece.message, !ok);
  else if (!ok && answer && !piece.drawer) tell(piece.fault || "Không lưu được.", true);
  one.answered(ok, piece);
  send();
}

let told = false;

/** What was said of a decision that was not saved goes with the next one that is. */
function isTold(bad) {
  if (told && !bad) tell("");
  told = bad;
}

function mark(uids, how) {
  for (const uid of uids) rowOf(uid)?.classList.add(how);
}

function rowSaved(uid) {
  const state = rowOf(uid)?.querySelector("td.state");
  if (!state) return;
  state.querySelector(".saved")?.remove();
  const now = new Date();
  const note = document.createElement("small");
  note.className = "saved";
  note.textContent = `đã lưu ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  state.append(note);
}

// --- answers -------------------------------------------------------------------------------------------------------------

/** Return the pieces of an answer of the server. */
export function parse(text) {
  const box = document.createElement("template");
  box.innerHTML = text;
  const whole = box.content.querySelector("table");
  return {
    whole,
    rows: whole ? [...whole.tBodies].filter((one) => one.classList.contains("task")) : [],
    drawer: whole ? [...whole.tBodies].find((one) => one.classList.contains("drawer")) ?? null : null,
    pieces: [...box.content.children].filter((one) => one.id && one !== whole),
    order: whole?.dataset.order?.split(" ").filter(Boolean) ?? null,
    chosen: whole?.dataset.chosen ?? "",
    revision: Number(whole?.dataset.revision ?? 0),
    message: [...box.content.children].find((one) => one.matches(".message"))?.textContent ?? "",
    fault: box.content.querySelector(".fault")?.textContent ?? "",
  };
}

/** Put the pieces of an answer in the place of those on the page. */
export function apply({ rows: changed, pieces, order, chosen, revision }) {
  for (const piece of pieces) document.getElementById(piece.id)?.replaceWith(piece);
  if (!table) return;
  if (order) {
    const left = new Set(order);
    for (const row of rows()) if (!left.has(row.dataset.uid)) row.remove();
  }
  for (const row of changed) {
    const there = rowOf(row.dataset.uid);
    if (there) there.replaceWith(row);
    else insert(row);
  }
  if (revision && page) {
    const known = Number(page.dataset.revision);
    page.dataset.revision = String(revision);
    if (!order && revision > known + 1) catchUp(); // somebody else decided in between
  }
  if (chosen) setTimeout(() => select(chosen), 0);
}

function insert(row) {
  const key = table.dataset.sort === "can-xem" ? "rank" : "order";
  const next = rows().find((other) => Number(other.dataset[key]) > Number(row.dataset[key]));
  if (next) next.before(row);
  else table.append(row);
}

/** Fetch the rows that somebody else changed. */
export async function catchUp() {
  const known = rows().map((row) => `${row.dataset.uid}:${row.dataset.version}`).join(" ");
  try {
    const response = await fetch(`${address}/moi`, { method: "POST", body: new URLSearchParams({ hang: known }), headers: { "HX-Request": "true" } });
    if (response.ok && !waiting.length) apply(parse(await response.text()));
  } catch {
    // the next visit asks again
  }
}

addEventListener("online", send);
addEventListener("beforeunload", (event) => {
  if (waiting.length) event.preventDefault();
});
