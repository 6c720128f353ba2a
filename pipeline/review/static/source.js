// The left side of the document page: the text, and the pictures of pages where there are some.
//
// Words are named by their place in the text: what shows the words from 120 to 140 has the class w120-140, in the text as on the pictures.
// Places count code points.

const side = document.getElementById("nguon");
const words = document.getElementById("cuon-chu");
const paper = document.getElementById("cuon-trang");

let lit = [];
let wanted = { places: [], first: "" };

// --- marking -------------------------------------------------------------------------------------------------------------

/** Mark the words at `places` ("120-140") and bring those at `first` into view. */
export function light(places, first = "") {
  wanted = { places, first };
  for (const one of lit) one.classList.remove("lit");
  lit = [];
  for (const place of places) {
    if (words && !words.getElementsByClassName(`w${place}`).length) wrap(place);
    for (const one of document.getElementsByClassName(`w${place}`)) {
      one.classList.add("lit");
      lit.push(one);
    }
  }
  if (first) reveal(first);
}

function reveal(place) {
  const shown = side?.dataset.shown === "trang" ? paper : words;
  const mark = shown?.getElementsByClassName(`w${place}`)[0];
  if (mark) bring(mark, shown);
  else if (shown === paper && paper) pageOf(Number(place.split("-")[0]))?.scrollIntoView({ block: "nearest" }); // drawn when it is in sight
}

/** Scroll `box` only, so that `mark` stands in its upper part, unless it is in sight already. */
function bring(mark, box) {
  const inside = () => {
    const [here, whole] = [mark.getBoundingClientRect(), box.getBoundingClientRect()];
    return { top: here.top - whole.top, bottom: here.bottom - whole.top, height: whole.height };
  };
  const { top, bottom, height } = inside();
  const across = box.scrollLeft;
  if (top >= 0 && bottom <= height) return;
  mark.scrollIntoView({ block: "nearest" }); // what is far away is not laid out yet: that is done by asking for it
  box.scrollTop += inside().top - height / 4;
  box.scrollLeft = across; // a wide row begins where its number stands
}

// --- places and points of the text -----------------------------------------------------------------------------------------

function pieces() {
  return words ? words.getElementsByClassName("piece") : [];
}

/** Return the number of the piece of the text that holds a place. */
function pieceAt(place) {
  const all = pieces();
  let [low, high] = [0, all.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Number(all[middle].dataset.start) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.closest(".badge") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

/** Put an element around words that no mark stands for: a person chose them after the page was made. */
function wrap(place) {
  const [start, end] = place.split("-").map(Number);
  const all = pieces();
  for (let n = pieceAt(start); n < all.length && Number(all[n].dataset.start) < end; n += 1) {
    let at = Number(all[n].dataset.start);
    for (const node of textNodes(all[n])) {
      const letters = [...node.data];
      const [from, to] = [Math.max(0, start - at), Math.min(letters.length, end - at)];
      at += letters.length;
      if (from >= to) continue;
      const range = document.createRange();
      range.setStart(node, letters.slice(0, from).join("").length);
      range.setEnd(node, letters.slice(0, to).join("").length);
      const mark = document.createElement("span");
      mark.className = `word w${place}`;
      range.surroundContents(mark);
    }
  }
}

/** Return the place of a point of the text (a node and an offset in it), null for points outside of it. */
export function placeOf(node, offset) {
  const piece = (node instanceof Element ? node : node.parentElement)?.closest("#cuon-chu .piece");
  if (!piece) return null;
  const before = document.createRange();
  before.setStart(piece, 0);
  before.setEnd(node, offset);
  let place = Number(piece.dataset.start);
  for (const text of textNodes(piece)) {
    if (before.comparePoint(text, 0) > 0) break;
    place += [...(text === before.endContainer ? text.data.slice(0, before.endOffset) : text.data)].length;
  }
  return place;
}

/** Return the words selected in the text as {start, end, words} (places), null where none are. */
export function selectedWords() {
  const selection = document.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const start = placeOf(range.startContainer, range.startOffset);
  const end = placeOf(range.endContainer, range.endOffset);
  return start === null || end === null || start >= end ? null : { start, end, words: selection.toString() };
}

/** Return the places that a mark and the marks around it stand for, the innermost first. */
export function placesAround(element) {
  const found = [];
  for (let one = element.closest('[class*="w"]'); one && one !== side; one = one.parentElement) {
    const name = [...one.classList].find((each) => /^w\d+-\d+$/.test(each));
    if (name) found.push(name.slice(1));
  }
  // frames on the picture of a page lie side by side: what a frame lies in is told by its bounds
  if (element instanceof SVGElement && found.length) {
    const [x, y] = [element.getBBox().x + element.getBBox().width / 2, element.getBBox().y + element.getBBox().height / 2];
    for (const other of element.ownerSVGElement.querySelectorAll("rect.own")) {
      const box = other.getBBox();
      if (box.x <= x && x <= box.x + box.width && box.y <= y && y <= box.y + box.height) {
        const name = [...other.classList].find((each) => /^w\d+-\d+$/.test(each)).slice(1);
        if (!found.includes(name)) found.push(name);
      }
    }
  }
  return found;
}

// --- orders that no task claims ----------------------------------------------------------------------------------------------

let unclaimedAt = -1;

document.getElementById("chua-co-viec")?.addEventListener("click", () => {
  const marks = [...words.querySelectorAll(".unclaimed")];
  if (!marks.length) return;
  unclaimedAt = (unclaimedAt + 1) % marks.length;
  const place = [...marks[unclaimedAt].classList].find((name) => /^w\d+-\d+$/.test(name)).slice(1);
  light([place], place);
});

// --- text or pages -----------------------------------------------------------------------------------------------------------

/** Return the picture's place of the page that holds a place of the text. */
function pageOf(place) {
  return [...paper.querySelectorAll("figure.page")].find((page) => Number(page.dataset.start) <= place && place < Number(page.dataset.end));
}

async function draw(page) {
  if (page.dataset.state) return;
  page.dataset.state = "drawing";
  try {
    const answer = await fetch(page.dataset.src, { headers: { "HX-Request": "true" } });
    const caption = page.querySelector("figcaption");
    page.innerHTML = await answer.text();
    page.append(caption);
    page.dataset.state = answer.ok ? "drawn" : "failed";
    if (answer.ok && wanted.places.length) light(wanted.places, "");
    if (answer.ok && wanted.first && pageOf(Number(wanted.first.split("-")[0])) === page) reveal(wanted.first);
  } catch {
    delete page.dataset.state; // tried again when it comes into sight again
  }
}

if (paper) {
  const near = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) draw(one.target);
  }, { root: paper, rootMargin: "400px 0px" });
  for (const page of paper.querySelectorAll("figure.page")) near.observe(page);
}

/** Show the text ("chu") or the pages ("trang"). */
export function showAs(name) {
  side.dataset.shown = name;
  for (const link of side.querySelectorAll("a[data-show]")) {
    if (link.dataset.show === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (wanted.first) reveal(wanted.first);
}

for (const link of side?.querySelectorAll("a[data-show]") ?? []) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const address = new URL(location.href);
    if (link.dataset.show === "chu") address.searchParams.delete("xem");
    else address.searchParams.set("xem", link.dataset.show);
    history.replaceState(history.state, "", address);
    showAs(link.dataset.show);
  });
}
