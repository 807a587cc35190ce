// The sending of a file, with its progress; without this script the form is sent by the browser, and all the rest is the same.
(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const lang = document.documentElement.lang;
  const field = form.querySelector("#file");
  const zone = form.querySelector("[data-drop]");
  const state = form.querySelector("[data-sending-state]");
  const bar = state.querySelector("progress");
  const said = state.querySelector("p");
  const problem = form.querySelector("[data-upload-problem]");
  const button = form.querySelector("button");
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const megabytes = (bytes) => `${number.format(bytes / 1e6)} ${lang === "fr" ? "Mo" : "MB"}`;

  form.querySelector("[data-drop-hint]").hidden = false;
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("over"); });
  zone.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
  });

  function fail(text) {
    problem.textContent = `✗ ${text}`;
    problem.hidden = false;
    state.hidden = true;
    button.disabled = false;
  }

  function told(asked) {
    try {
      const { detail, at, remedy } = JSON.parse(asked.responseText);
      return [at, detail, remedy].filter(Boolean).join(" — ");
    } catch {
      return form.dataset.failed;
    }
  }

  form.addEventListener("submit", (event) => {
    const file = field.files[0];
    if (!file) return; // an address: nothing to follow, the browser sends the form
    event.preventDefault();
    problem.hidden = true;
    if (file.size > Number(form.dataset.most)) return fail(form.dataset.toolarge);
    button.disabled = true;
    state.hidden = false;
    const asked = new XMLHttpRequest();
    asked.open("POST", "/api/validations");
    asked.setRequestHeader("accept", "application/json");
    asked.setRequestHeader("x-csrf-token", form.elements.csrf.value);
    asked.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = loaded / total;
      said.textContent = `${form.dataset.sending}: ${megabytes(loaded)} / ${megabytes(total)}`.replace(":", lang === "fr" ? "\u00a0:" : ":");
    });
    asked.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      said.textContent = form.dataset.sent;
    });
    asked.addEventListener("error", () => fail(form.dataset.failed));
    asked.addEventListener("load", () => {
      if (asked.status !== 201) return fail(told(asked));
      location.assign(new URL(JSON.parse(asked.responseText).href).pathname);
    });
    asked.send(new FormData(form));
  });
})();
