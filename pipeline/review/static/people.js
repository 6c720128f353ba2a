// Password fields: shown on request, and a word where Caps Lock is on.

for (const box of document.querySelectorAll("[data-show-password]")) {
  const fields = box.form.querySelectorAll("input[type=password]");
  box.addEventListener("change", () => {
    for (const field of fields) field.type = box.checked ? "text" : "password";
  });
  box.form.addEventListener("submit", () => {
    for (const field of fields) field.type = "password"; // so that browsers do not offer what was typed in other forms
  });
}

for (const note of document.querySelectorAll(".caps")) {
  note.closest("form").addEventListener("keyup", (event) => {
    if (event.getModifierState) note.hidden = !event.getModifierState("CapsLock");
  });
}
