"use strict";
/* Each passage is saved as it is typed. Without this script its button saves it. */
(() => {
  const PAUSE = 1200, AGAIN = 15000; /* Milliseconds after the last key; and between two signs of life. */
  const part = (form, name) => form.closest("[data-passage]").querySelector(`[data-${name}]`);
  const send = async (form, fields, keepalive = false) => {
    const body = new URLSearchParams(fields);
    body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    return fetch(form.action, {method: "POST", body, keepalive, headers: {Accept: "application/json"}});
  };
  const begin = (form) => {
    const area = form.querySelector("textarea, input[name=text]"), says = part(form, "says");
    const first = form.querySelector("[name=version]");
    let version = first.value, base = area.value, waiting = 0, saving = false, seen = 0, stopped = false;
    const dirty = () => area.value !== base;
    const say = (text) => { says.textContent = text; };
    const show = (told) => {
      const shown = part(form, "shown"), hints = part(form, "hints");
      if (shown) shown.innerHTML = told.html;
      if (hints) hints.replaceChildren(...told.hints.map(({found, says: better}) => {
        const item = document.createElement("li"), words = document.createElement("b");
        words.textContent = `“${found}”`;
        item.append(words, ` ${better}`);
        return item;
      }));
    };
    const conflict = (told) => {
      stopped = true; /* Nothing more is saved by itself until somebody has put both together. */
      const both = part(form, "theirs");
      both.hidden = false;
      both.querySelector("pre").textContent = told.theirs;
      version = first.value = String(told.version);
      say(told.refusal);
    };
    const save = async () => {
      clearTimeout(waiting);
      if (saving || !dirty()) return;
      saving = true;
      const sent = area.value;
      say("Saving …");
      try {
        const answer = await send(form, {text: sent, version});
        const told = await answer.json();
        if (answer.status === 409) conflict(told);
        else if (!answer.ok) { stopped = true; say(told.refusal); }
        else {
          stopped = false;
          part(form, "theirs").hidden = true;
          /* What was typed meanwhile stays, onto the version that it was typed onto. */
          if (!told.merged || area.value === sent) version = first.value = String(told.version);
          if (area.value === sent) area.value = base = told.text;
          else if (!told.merged) base = sent;
          show(told);
          say(`Saved at ${new Date().toLocaleTimeString()}${told.merged ? ", with what others wrote" : ""}`);
        }
      } catch (error) { say("It could not be saved yet; it is tried again."); waiting = setTimeout(save, 5000); }
      saving = false;
      if (!stopped && dirty()) waiting = setTimeout(save, PAUSE);
    };
    area.addEventListener("input", () => {
      if (performance.now() - seen > AGAIN || !seen) {
        seen = performance.now();
        send(form, {writing: "yes"}).catch(() => null);
      }
      clearTimeout(waiting);
      if (!stopped) { say("Not saved yet"); waiting = setTimeout(save, PAUSE); }
    });
    area.addEventListener("blur", () => { if (!stopped) save(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); stopped = false; save(); });
    addEventListener("pagehide", () => { if (dirty() && !stopped) send(form, {text: area.value, version}, true); });
    /* What others wrote comes with the screen; an input that was typed in doesn't show it by itself. */
    new MutationObserver(() => {
      if (dirty() || saving || document.activeElement === area) return;
      area.value = base = area.defaultValue;
      version = first.value;
    }).observe(form, {subtree: true, childList: true, characterData: true, attributes: true});
  };
  for (const form of document.querySelectorAll("form[data-save]")) begin(form);

  /* j and k, or the arrows, walk through the timeline. */
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const where = {j: "next", ArrowRight: "next", k: "prev", ArrowLeft: "prev"}[event.key];
    if (where) document.querySelector(`[data-walk][rel=${where}]`)?.click();
  });
})();
