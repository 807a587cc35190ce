// Small comforts of forms: what is left empty is not sent.
for (const form of document.querySelectorAll("form[data-clean]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}
