"use strict";
/* A note's form saves it all the same; here it is saved as it is typed. */
(() => {
  const known = new WeakMap(); /* What each box held when it last came from the desk, or went there. */
  const save = async (form) => {
    const box = form.elements.text, said = form.querySelector("[data-said]"), text = box.value;
    if (form.saving || form.doubt || text === box.defaultValue) return;
    form.saving = true;
    document.dispatchEvent(new Event("doing"));
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: {"X-Live": "1"},
      });
      const told = await answer.json();
      if (answer.ok) { known.set(box, text); box.defaultValue = text; said.textContent = "Saved"; }
      else { form.doubt = true; said.textContent = told.says; }
      form.elements.seen.setAttribute("value", told.edition);
    } catch (error) { said.textContent = "Not saved yet: the desk doesn't answer"; }
    form.saving = false;
    document.dispatchEvent(new Event("done"));
    if (box.value !== text) soon(form);
  };
  const soon = (form) => {
    clearTimeout(form.waiting);
    form.waiting = setTimeout(save, 800, form);
  };
  const form = (event) => event.target.closest?.("form[data-note]");
  document.addEventListener("input", (event) => { if (form(event)) soon(form(event)); });
  document.addEventListener("focusout", (event) => { if (form(event)) save(form(event)); });
  /* What another wrote comes with the screen's news: a box shows it, unless it has unsaved words. */
  const arrived = (box) => {
    if (box.defaultValue === known.get(box)) return;
    if (box.value === (known.get(box) ?? box.value)) box.value = box.defaultValue;
    else {
      box.form.doubt = true;
      box.form.querySelector("[data-said]").textContent = "Somebody wrote meanwhile; saving replaces it";
    }
    known.set(box, box.defaultValue);
  };
  const boxes = () => document.querySelectorAll("[data-note] textarea");
  for (const box of boxes()) known.set(box, box.defaultValue);
  new MutationObserver(() => { for (const box of boxes()) arrived(box); })
    .observe(document.getElementById("main"), {subtree: true, childList: true, characterData: true});
})();
