"use strict";
/* The fields work without this; with it, a picture can be pasted and dropped, and one that the desk
   wouldn't take is refused before it is sent. */
(() => {
  const part = document.querySelector(".picture-fields"), form = part?.form ?? part?.closest("form");
  if (!form) return;
  const rows = [...part.querySelectorAll("[data-picture]")], fault = part.querySelector("[data-fault]");
  const types = part.dataset.types.split(","), largest = Number(part.dataset.largest);
  const words = form.querySelector("textarea"), needed = words?.required;
  const file = (row) => row.querySelector("[type=file]"), text = (row) => row.querySelector("[type=text]");
  const filled = (row) => file(row).files.length > 0;
  part.querySelector("[data-more]").hidden = false;
  /* One row more than is filled is shown; a picture may say all that there is to say. */
  const show = () => {
    const last = rows.findLastIndex((row) => filled(row) || text(row).value);
    rows.forEach((row, number) => {
      row.hidden = number > last + 1;
      row.querySelector("[data-leave-out]").hidden = !filled(row);
    });
    if (words && needed && !("words" in part.dataset)) words.required = !rows.some(filled);
  };
  const say = (says) => { fault.textContent = says; fault.hidden = !says; };
  const wrong = (one) => !one.size ? `“${one.name}” is empty.`
    : one.size > largest ? `“${one.name}” has ${(one.size / 1e6).toFixed(1)} MB; ${largest / 1e6} MB is the most.`
      : !types.includes(one.type) ? `“${one.name}” is no PNG, JPEG, GIF or WebP.` : "";
  const look = (row) => {
    const says = filled(row) ? wrong(file(row).files[0]) : "";
    if (says) file(row).value = "";
    say(says);
    show();
  };
  const add = (files) => {
    part.open = true;
    let says = "";
    for (const one of files) {
      const row = rows.find((each) => !filled(each)), because = wrong(one);
      if (because || !row) { says = because || `${rows.length} pictures are the most.`; continue; }
      const moved = new DataTransfer();
      moved.items.add(one);
      file(row).files = moved.files;
    }
    say(says);
    show();
    const newest = rows.findLast(filled);
    if (newest && !says) text(newest).focus();
  };
  for (const row of rows) {
    file(row).addEventListener("change", () => look(row));
    text(row).addEventListener("input", show);
    row.querySelector("[data-leave-out]").addEventListener("click", () => {
      file(row).value = text(row).value = "";
      say("");
      show();
      file(row).focus();
    });
  }
  const carried = (event) => [...(event.clipboardData ?? event.dataTransfer)?.files ?? []];
  form.addEventListener("paste", (event) => {
    const files = carried(event);
    if (!files.length) return;
    event.preventDefault();
    add(files);
  });
  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("dropping");
  });
  form.addEventListener("drop", (event) => {
    form.classList.remove("dropping");
    const files = carried(event);
    if (!files.length) return;
    event.preventDefault();
    add(files);
  });
  show();
})();
