// The graph of who works with whom: drawn at the places that the server gives, moved and searched with mouse and keys.
import { isComposing, tell } from "./app.js";

const COLOURS = { coordinates: "#2f6db5", directs: "#c8551b", reports: "#5d7a1f" };
const NAMES = { coordinates: "phối hợp", directs: "giao thực hiện", reports: "báo cáo" };
const SLUGS = { coordinates: "phoi-hop", directs: "thuc-hien", reports: "bao-cao" };
const LINES = { coordinates: "solid", directs: "dashed", reports: "dotted" };
const STEP = 60;

const place = document.getElementById("hinh");
const box = document.getElementById("so-do");
const chosen = document.getElementById("dang-chon");
const many = document.getElementById("so-don-vi");

/** How nodes and edges look. */
function look() {
  const style = [
    { selector: "node.unit", style: {
      shape: "round-rectangle", width: "data(width)", height: "data(height)", label: "data(label)", "text-wrap": "wrap",
      "text-valign": "center", "text-halign": "center", "font-size": 16, "font-family": "Segoe UI, Noto Sans, Arial, sans-serif",
      color: "#1d2430", "background-color": "#fff", "border-width": 1.5, "border-color": "data(colour)",
    } },
    { selector: "node.block", style: {
      shape: "round-rectangle", label: "data(label)", "text-wrap": "wrap", "text-valign": "top", "text-halign": "center", "font-size": 18, "font-weight": "bold",
      "font-family": "Segoe UI, Noto Sans, Arial, sans-serif", color: "data(colour)", "background-color": "data(colour)",
      "background-opacity": 0.06, "border-width": 0, padding: 12, events: "no",
    } },
    { selector: "edge", style: {
      "curve-style": "bezier", width: "data(width)", opacity: 0.5, "target-arrow-shape": "triangle", "arrow-scale": 0.9,
      label: "data(tasks)", "font-size": 15, "min-zoomed-font-size": 9, "text-background-color": "#fff", "text-background-opacity": 0.85,
      "text-background-padding": 1, color: "#1d2430",
    } },
    { selector: "edge.faded", style: { opacity: 0.1, "text-opacity": 0.3 } },
    { selector: ".unit.faded", style: { opacity: 0.45 } }, // who they are can still be read
    { selector: "edge.chosen", style: { opacity: 1, "z-index": 10 } },
    { selector: "node.chosen", style: { "border-width": 4, "background-color": "#ffe9a8" } },
  ];
  for (const [relation, colour] of Object.entries(COLOURS)) {
    style.push({ selector: `edge.${relation}`, style: { "line-color": colour, "target-arrow-color": colour, "line-style": LINES[relation] } });
  }
  return style;
}

/** Fetch the graph, of so many units as the slider says; say what is left out of it. */
async function fetchElements() {
  const address = new URL(place.dataset.from, location.origin);
  if (many) address.searchParams.set("so-don-vi", many.value);
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const { elements, note } = await answer.json();
  const remark = document.getElementById("ghi-chu");
  remark.textContent = note;
  remark.hidden = !note;
  return elements;
}

/** Draw what the server gives. */
async function start() {
  const elements = await fetchElements();
  place.querySelector(".drawing").hidden = false;
  const cy = window.cytoscape({
    container: box, elements, style: look(), layout: { name: "preset", fit: true, padding: 24 },
    minZoom: 0.05, maxZoom: 3, autoungrabify: true, boxSelectionEnabled: false, selectionType: "single", userZoomingEnabled: false,
  });
  const renew = steer(cy);
  count(cy);
  if (many) letChoose(cy, renew);
  return cy;
}

function count(cy) {
  box.dataset.nodes = cy.nodes(".unit").length;
  box.dataset.edges = cy.edges().length;
}

/** Have the slider and its button draw more units, or fewer; the address keeps how many. */
function letChoose(cy, renew) {
  let asked = many.value;
  let waiting = 0;
  const draw = async () => {
    const wanted = many.value;
    if (wanted === asked) return;
    asked = wanted;
    try {
      const elements = await fetchElements();
      if (wanted !== many.value) return; // the slider has gone on
      cy.resize(); // the line above may have come or gone: where the frame lies is kept by cytoscape
      cy.batch(() => { cy.elements().remove(); cy.add(elements); });
      cy.fit(undefined, 24);
      renew();
      count(cy);
      const address = new URL(location.href);
      address.searchParams.set("so-don-vi", wanted);
      history.replaceState(history.state, "", address);
    } catch {
      asked = "";
      tell("Không lấy được sơ đồ từ máy chủ; bảng bên dưới vẫn dùng được.", true);
    }
  };
  const show = () => {
    many.parentElement.querySelector("output").value = many.value;
    place.querySelector('[data-do="more"]').disabled = Number(many.value) >= Number(many.max);
    clearTimeout(waiting);
    waiting = setTimeout(draw, 150);
  };
  many.addEventListener("input", show);
  place.querySelector('[data-do="more"]').addEventListener("click", () => {
    many.value = String(Number(many.value) + Number(many.dataset.more));
    show();
  });
}

/** Say in words what an edge or a unit is. */
function words(element) {
  if (element.isNode()) return `${element.data("name")}: ${element.connectedEdges().length} quan hệ`;
  return `${element.source().data("name")} → ${element.target().data("name")} (${NAMES[element.data("relation")]}): ${element.data("tasks")} nhiệm vụ`;
}

/** Mark one element and what belongs to it; with `open`, show its tasks too. */
function choose(cy, element, open) {
  cy.batch(() => {
    cy.elements().removeClass("chosen faded");
    if (!element) return;
    const near = element.isNode() ? element.closedNeighborhood() : element.union(element.connectedNodes());
    cy.elements(".unit, edge").not(near).addClass("faded");
    element.addClass("chosen");
  });
  chosen.textContent = element ? words(element) : "";
  for (const row of document.querySelectorAll("table.edges tbody tr")) {
    row.classList.toggle("chosen", Boolean(element?.isEdge()) && row.dataset.relation === element.data("relation")
      && row.dataset.source === element.source().data("unit") && row.dataset.target === element.target().data("unit"));
  }
  if (element && open) show(element);
}

/** Have the tasks of an edge or a unit shown beside. */
function show(element) {
  const address = new URL(place.dataset.tasks, location.origin);
  if (element.isNode()) {
    address.searchParams.set("mot-ben", element.data("unit"));
  } else {
    address.searchParams.set("mot-ben", element.source().data("unit"));
    address.searchParams.set("ben-kia", element.target().data("unit"));
    address.searchParams.set("quan-he", SLUGS[element.data("relation")]);
  }
  reveal();
  window.htmx.ajax("GET", address.pathname + address.search, { target: "#viec", swap: "innerHTML" });
}

/** Make room for the tasks beside the graph; what was to be seen of it stays so. */
function reveal() {
  const { cy } = place;
  const before = cy?.width();
  document.getElementById("viec").hidden = false;
  if (!cy) return;
  cy.resize();
  const part = cy.width() / before;
  if (part < 1) cy.viewport({ zoom: cy.zoom() * part, pan: { x: cy.pan().x * part, y: cy.pan().y * part } });
}

/** Connect mouse, keys and buttons; return what is to be called when other units are drawn. */
function steer(cy) {
  let edges = [];
  let at = -1;
  const renew = () => {
    edges = cy.edges().sort((a, b) => b.data("tasks") - a.data("tasks"));
    at = -1;
    choose(cy, null);
  };
  renew();
  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const step = (by) => {
    if (!edges.length) return;
    at = (at + by + edges.length) % edges.length;
    choose(cy, edges[at], false);
    cy.fit(edges[at].union(edges[at].connectedNodes()), 90);
  };
  const acts = {
    in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: () => cy.fit(undefined, 24),
    next: () => step(1), previous: () => step(-1), png: () => save(cy),
    left: () => cy.panBy({ x: STEP, y: 0 }), right: () => cy.panBy({ x: -STEP, y: 0 }),
    up: () => cy.panBy({ x: 0, y: STEP }), down: () => cy.panBy({ x: 0, y: -STEP }),
    open: () => { const one = cy.elements(".chosen"); if (one.length) show(one[0]); },
    none: () => { at = -1; choose(cy, null); },
  };
  const keys = {
    "+": "in", "=": "in", "-": "out", "−": "out", 0: "fit", PageDown: "next", PageUp: "previous", Enter: "open", Escape: "none",
    ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
  };
  box.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    acts[act]();
  });
  for (const button of place.querySelectorAll("[data-do]")) button.addEventListener("click", () => acts[button.dataset.do]?.());
  // The wheel belongs to the page until the graph is worked with.
  box.addEventListener("focusin", () => cy.userZoomingEnabled(true));
  box.addEventListener("focusout", () => cy.userZoomingEnabled(false));
  cy.on("tap", (event) => {
    box.focus({ preventScroll: true });
    if (event.target === cy) return acts.none();
    at = event.target.isEdge() ? edges.indexOf(event.target) : -1;
    return choose(cy, event.target, true);
  });
  cy.on("mouseover", "edge, node.unit", (event) => { if (!cy.elements(".chosen").length) chosen.textContent = words(event.target); });
  addEventListener("beforeprint", () => { cy.resize(); cy.fit(undefined, 8); });
  addEventListener("afterprint", () => { cy.resize(); cy.fit(undefined, 24); });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("a.behind")?.closest("tr");
    if (!row) return;
    reveal();
    const edge = cy.edges().filter((one) => one.data("relation") === row.dataset.relation
      && one.source().data("unit") === row.dataset.source && one.target().data("unit") === row.dataset.target);
    choose(cy, edge[0] ?? null, false);
    if (!edge.length) chosen.textContent = "Quan hệ này không có trên hình: hiện thêm đơn vị, hoặc lọc theo đơn vị.";
  });
  place.cy = cy;
  return renew;
}

/** Give the whole graph as a picture file. */
function save(cy) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(cy.png({ output: "blob", full: true, bg: "#fff", scale: 1.5, maxWidth: 8000, maxHeight: 8000 }));
  link.download = "phoi-hop.png";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Who asked for tasks by key or by a number of the table goes on reading there.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.target?.id !== "viec") return;
  const beside = document.getElementById("viec");
  beside.scrollTop = 0;
  if (document.activeElement !== box) beside.querySelector("h2")?.focus();
});

if (place) start().catch(() => tell("Không lấy được sơ đồ từ máy chủ; bảng bên dưới vẫn dùng được.", true));
