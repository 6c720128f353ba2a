// The register and the pages of units: the address follows the filters, a row that was just noted is found again, pages are printed.

import { tell } from "/static/app.js";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/** Fill the filters from the address, as they stand after going back or forth in the history of the browser. */
function followAddress() {
  const asked = new URLSearchParams(location.search);
  const form = document.getElementById("loc");
  if (!form) return;
  for (const field of form.elements) {
    if (!field.name || !field.matches("select, input:not([type=hidden])") || field === document.activeElement) continue;
    if (field.type === "checkbox") field.checked = asked.get(field.name) === field.value;
    else field.value = asked.get(field.name) ?? "";
  }
}

addEventListener("pageshow", followAddress);

document.addEventListener("htmx:after:swap", () => {
  const undo = document.querySelector("tr .undo button:not([data-seen])");
  if (!undo) return;
  undo.dataset.seen = "";
  undo.closest("tr").classList.add("fresh");
  if (document.activeElement === document.body) undo.focus({ preventScroll: true });
  tell("Đã ghi tiến độ.");
});
