"use strict";
/* The board's buttons do all of this too; here cards are dragged, and moved with Shift and an arrow. */
(() => {
  const board = document.getElementById("board"), form = document.getElementById("board-move");
  const said = document.getElementById("arrived");
  let dragged = "", focused = "";
  const post = async (about, column) => {
    form.column.value = column;
    const answer = await fetch(`/do/ticket.move/${about}`, {
      method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual",
      headers: {"X-Live": "1"}, keepalive: true,
    });
    if (answer.type === "opaqueredirect") said.textContent = `Moved to ${column}`;
    else location.reload();
  };
  /* One after another, so that a card ends where it was moved last. */
  let last = Promise.resolve();
  const move = (about, column) => {
    document.dispatchEvent(new Event("doing"));
    last = last.then(() => post(about, column))
      .catch(() => { said.textContent = `Not moved to ${column}: the desk doesn't answer`; })
      .then(() => document.dispatchEvent(new Event("done")));
  };
  const card = (event) => event.target.closest && event.target.closest(".ticket");
  const column = (event) => event.target.closest && event.target.closest("[data-column]");
  const light = (chosen) => {
    for (const one of board.querySelectorAll("[data-column]"))
      one.classList.toggle("over", one === chosen);
  };
  board.addEventListener("dragstart", (event) => {
    const found = card(event);
    if (!found) return;
    dragged = found.dataset.about;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged);
  });
  board.addEventListener("dragover", (event) => {
    const found = dragged && column(event);
    if (!found) return;
    event.preventDefault();
    light(found);
  });
  board.addEventListener("dragend", () => { dragged = ""; light(null); });
  board.addEventListener("drop", (event) => {
    const found = dragged && column(event);
    if (!found) return;
    event.preventDefault();
    const about = dragged, there = document.querySelector(`[data-about="${about}"]`);
    if (there && there.closest("[data-column]") !== found) {
      found.querySelector("h2").after(there);
      move(about, found.dataset.column);
    }
    dragged = "";
    light(null);
  });
  board.addEventListener("keydown", (event) => {
    const found = card(event), steps = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!found || !event.shiftKey || !steps) return;
    event.preventDefault();
    const all = [...board.querySelectorAll("[data-column]")];
    const next = all[all.indexOf(found.closest("[data-column]")) + steps];
    if (!next) return;
    focused = found.id;
    next.querySelector("h2").after(found);
    found.querySelector("a").focus();
    move(found.dataset.about, next.dataset.column);
  });
  board.addEventListener("focusin", (event) => { const on = card(event); if (on) focused = on.id; });
  /* A screen that changed by itself keeps the card in focus that had it. */
  new MutationObserver(() => {
    const found = focused && document.getElementById(focused);
    if (found && document.activeElement === document.body) found.querySelector("a").focus();
  }).observe(board, {childList: true, subtree: true});
})();
