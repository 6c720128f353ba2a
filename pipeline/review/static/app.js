// What all pages share: telling people what happened, and knowing when the keyboard belongs to an input method.

const said = document.getElementById("said");
let fading = 0;

/** Show `message` at the foot of the page; `bad` stays until something else is said. */
export function tell(message, bad = false) {
  clearTimeout(fading);
  said.textContent = message;
  said.classList.toggle("bad", bad);
  if (!bad) fading = setTimeout(() => { said.textContent = ""; }, 6000);
}

/** Say whether a key belongs to an input method (UniKey and others compose letters) and must be left alone. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Say whether keys pressed at `element` write into it. */
export function isWriting(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select"));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "F1" || isComposing(event)) return;
  event.preventDefault();
  location.assign("/tro-giup");
});

// A key that is held down presses one button, not also what the next page has in its place.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest?.("button, a, summary")) event.preventDefault();
});
document.querySelector("[data-focus]")?.focus(); // only now: autofocus would come before anybody listens

// The server could not be reached: nothing was saved, and that must not be passed over.
for (const name of ["htmx:error", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => tell("Không nối được với máy chủ: chưa lưu. Kiểm tra mạng rồi làm lại.", true));
}
