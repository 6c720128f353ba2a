// The inbox: files and folders dropped or chosen are sent three at a time; the list follows while documents are read.
import { tell } from "./app.js";

const AT_A_TIME = 3;
const EVERY_MS = 3000;
const form = document.getElementById("nhan");
const area = document.getElementById("dang-gui");
const list = area?.querySelector("ol");
const sum = document.getElementById("tong-gui");
const pattern = document.getElementById("mau-tep");

const waiting = [];
const counted = { all: 0, sent: 0, taken: 0, same: 0, skipped: 0, refused: 0 };
let running = 0;

// --- files --------------------------------------------------------------------------------------------------------------

/** Give the files of a drop, those in folders too, each with its path; at most `most`. To be called while the drop is being handled. */
async function filesOf(transfer, most) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const found = [];
  while (entries.length && found.length <= most) {
    const entry = entries.shift();
    if (entry.isDirectory) {
      entries.unshift(...await inFolder(entry.createReader()));
    } else {
      const file = await new Promise((give) => entry.file(give, () => give(null)));
      found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    }
  }
  return found;
}

/** Give all entries of a folder: a reader gives them a hundred at a time. */
async function inFolder(reader) {
  const all = [];
  for (;;) {
    const some = await new Promise((give) => reader.readEntries(give, () => give([])));
    if (!some.length) return all;
    all.push(...some);
  }
}

/** Put files into the queue, a line for each. */
function add(files) {
  const most = Number(form.dataset.mostFiles);
  if (files.length > most) tell(`Một lần nhận nhiều nhất ${most} tệp: lấy ${most} tệp đầu, thả phần còn lại lần sau.`, true);
  const lines = document.createDocumentFragment();
  for (const { file, path } of files.slice(0, most)) {
    const line = pattern.content.firstElementChild.cloneNode(true);
    label(line, path);
    lines.append(line);
    waiting.push({ file, path, line });
    counted.all += 1;
  }
  list.append(lines);
  area.hidden = false;
  next();
}

/** Write the path of a file on its line, the folder less strongly than the name. */
function label(line, path) {
  const at = path.lastIndexOf("/") + 1;
  const folder = document.createElement("span");
  folder.className = "folder";
  folder.textContent = path.slice(0, at);
  line.querySelector(".file").replaceChildren(folder, path.slice(at));
}

// --- sending ------------------------------------------------------------------------------------------------------------

/** Send what waits, so many at a time; when all is sent, say what became of it. */
function next() {
  while (running < AT_A_TIME && waiting.length) {
    running += 1;
    send(waiting.shift()).finally(() => { running -= 1; next(); });
  }
  const { all, sent, taken, same, skipped, refused } = counted;
  const parts = [[taken, "đã nhận"], [same, "đã có"], [skipped, "bỏ qua"], [refused, "không nhận"]].filter(([count]) => count);
  const became = parts.map(([count, words]) => `${count} ${words}`).join(", ");
  sum.textContent = sent < all ? `Đã gửi ${sent}/${all} tệp…` : `Gửi xong ${all} tệp: ${became}.`;
  document.getElementById("don").disabled = sent < all;
  if (taken) refresh();
}

/** Send one file; its line becomes what the server says of it. Never fails. */
function send({ file, path, line }) {
  return new Promise((done) => {
    if (!file) return done(refuse(line, "Không đọc được tệp này trên máy của bạn."));
    if (file.size > Number(form.dataset.mostBytes)) return done(refuse(line, form.dataset.tooLarge));
    const bar = line.querySelector("progress");
    const said = line.querySelector(".said");
    const data = new FormData();
    data.append("tep", file, path);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) return;
      bar.value = 100 * event.loaded / event.total;
      said.textContent = event.loaded < event.total ? `Đang gửi ${Math.floor(bar.value)}%` : "Đang nhận…";
    };
    request.onload = () => done(answered(line, path, request));
    request.onerror = request.onabort = () => done(failed({ file, path, line }));
    said.textContent = "Đang gửi";
    request.send(data);
  });
}

/** Put the server's answer in the place of `line`. */
function answered(line, path, request) {
  if (request.status === 401) return refuse(line, "Phiên đăng nhập đã hết. Đăng nhập lại rồi gửi lại tệp này.");
  const answer = document.createElement("template");
  answer.innerHTML = request.responseText;
  const given = answer.content.querySelector("li");
  if (!given) return refuse(line, answer.content.textContent.trim() || "Máy chủ không nhận tệp này.");
  label(given, path);
  line.replaceWith(given);
  const { verdict } = given.dataset;
  count({ new: "taken", again: "taken", workbook: "taken" }[verdict] ?? verdict);
  if (verdict === "refused") list.prepend(given);
  return undefined;
}

/** Say on `line` why its file was not taken; such lines come first. */
function refuse(line, why) {
  const tag = document.createElement("span");
  tag.className = "tag bad";
  tag.textContent = "Không nhận";
  line.querySelector("progress").replaceWith(tag);
  line.querySelector(".said").textContent = why;
  line.dataset.verdict = "refused";
  list.prepend(line);
  count("refused");
}

/** The server could not be reached: offer to send the file again. */
function failed(job) {
  refuse(job.line, "Không nối được với máy chủ, hoặc tệp đã bị chuyển đi, đổi tên. ");
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Gửi lại";
  again.addEventListener("click", () => {
    job.line.remove();
    counted.all -= 1; counted.sent -= 1; counted.refused -= 1;
    add([job]);
  });
  job.line.querySelector(".said").append(again);
}

function count(what) {
  counted[what] += 1;
  counted.sent += 1;
}

// --- the list -------------------------------------------------------------------------------------------------------------

let asked = 0;
let later = 0;

/** Have the counter and the list brought up to date: at once, but not more than once a second. */
function refresh() {
  clearTimeout(later);
  const pause = asked + 1000 - Date.now();
  if (pause > 0) {
    later = setTimeout(refresh, pause);
    return;
  }
  asked = Date.now();
  document.getElementById("so-van-ban")?.dispatchEvent(new Event("lam-moi"));
}

// what somebody has opened stays as it is: the new list would close it
document.addEventListener("toggle", ({ target }) => target.id === "su-co" && target.toggleAttribute("hx-morph-skip", target.open), true);

setInterval(() => {
  const book = document.getElementById("so-van-ban");
  if (!document.hidden && Number(book?.dataset.inWork)) refresh();
}, EVERY_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

// --- hands ----------------------------------------------------------------------------------------------------------------

if (form) {
  form.classList.add("scripted");
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      add([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      input.value = "";
    });
  }
  document.getElementById("don").addEventListener("click", () => {
    list.replaceChildren();
    area.hidden = true;
    for (const name of Object.keys(counted)) counted[name] = 0;
  });
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    document.body.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("over"); });
  document.addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    document.body.classList.remove("over");
    const files = await filesOf(event.dataTransfer, Number(form.dataset.mostFiles));
    if (files.length) add(files);
    else tell("Thư mục ấy không có tệp nào.");
  });
  addEventListener("beforeunload", (event) => { if (running || waiting.length) event.preventDefault(); });
}
