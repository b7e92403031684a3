"use strict";
/* A note's form saves it all the same; here it is saved as it is typed. */
(() => {
  /* What each box held when it last came from the desk, or went there, and which edition that was. */
  const known = new WeakMap();
  const keep = (box, text, edition) => known.set(box, {text, edition: String(edition)});
  const save = async (form) => {
    const box = form.elements.text, said = form.querySelector("[data-said]"), text = box.value;
    if (form.saving || form.doubt || text === box.defaultValue) return;
    form.saving = true;
    const base = known.get(box), sent = new URLSearchParams(new FormData(form));
    sent.set("was", base.text);
    sent.set("seen", base.edition);
    document.dispatchEvent(new Event("doing"));
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: sent, headers: {"X-Live": "1"},
      });
      const told = await answer.json();
      if (answer.ok) {
        /* What was typed meanwhile stays, onto the words that it was typed onto. */
        if (box.value === text || told.text === text) keep(box, told.text, told.edition);
        if (box.value === text) box.value = told.text;
        box.defaultValue = told.text;
        said.textContent = told.text === text ? "Saved" : "Saved, with what others wrote";
      } else {
        form.doubt = true;
        keep(box, told.theirs, told.edition);
        said.textContent = told.says;
      }
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
  /* What another wrote comes with the screen's news: a box shows it, unless it has unsaved words. Those
     are joined with it when they are saved. */
  const arrived = (box) => {
    const base = known.get(box);
    if (base && (box.defaultValue === base.text || box.value !== base.text)) return;
    if (base) box.value = box.defaultValue;
    keep(box, box.defaultValue, box.form.elements.seen.getAttribute("value"));
  };
  const boxes = () => document.querySelectorAll("[data-note] textarea");
  for (const box of boxes()) arrived(box);
  new MutationObserver(() => { for (const box of boxes()) arrived(box); })
    .observe(document.getElementById("main"), {subtree: true, childList: true, characterData: true});
})();
