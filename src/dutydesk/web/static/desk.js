"use strict";
/* Everything works without this; with it, times run and screens change as things happen. */
(() => {
  const page = document.documentElement;
  let ahead = Date.parse(page.dataset.now) - Date.now();
  /* As dutydesk.site.templatetags.components.size_of writes it. */
  const size = (milliseconds) => {
    const minutes = Math.floor(Math.abs(milliseconds) / 60000), hours = Math.floor(minutes / 60);
    if (!hours) return `${minutes} min`;
    if (hours < 10) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
    return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
  };
  const far = (at, now) => Math.abs(at - now) < 60000 ? "now"
    : at > now ? `in ${size(at - now)}` : `${size(now - at)} ago`;
  const two = (number) => String(number).padStart(2, "0");
  /* Seconds run in the last hour, and in the first one after it. */
  const left = (at, now) => {
    const seconds = Math.floor(Math.abs(at - now) / 1000);
    return seconds < 3600 ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}` : size(at - now);
  };
  const tick = (screen, now) => {
    const moment = (span) => Date.parse(span.closest("time").dateTime);
    for (const span of screen.querySelectorAll("[data-far]"))
      span.textContent = far(moment(span), now);
    for (const span of screen.querySelectorAll("[data-since]"))
      span.textContent = size(now - moment(span));
    for (const span of screen.querySelectorAll("[data-count]")) {
      const at = moment(span), late = at < now;
      span.textContent = (late ? "late by " : span.dataset.before) + left(at, now);
      span.classList.toggle("late", late);
    }
  };
  const run = (...screens) => {
    const now = Date.now() + ahead;
    for (const screen of screens) tick(screen, now);
  };
  run(document);
  setInterval(run, 1000, document);

  const busy = (part) => part.contains(document.activeElement)
    && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  /* What did not change stays the same element: focus, open folds and the linked post's mark stay. */
  const same = (one, next) => next.id ? one.id === next.id : one.isEqualNode(next);
  const kin = (one, next) => !next.id && !one.id
    && one.cloneNode(false).isEqualNode(next.cloneNode(false));
  const renew = (part, other) => {
    for (const {name} of [...part.attributes])
      if (!other.hasAttribute(name)) part.removeAttribute(name);
    for (const {name, value} of other.attributes) part.setAttribute(name, value);
    let here = part.firstChild;
    const drop = (until) => {
      while (here !== until) { const gone = here; here = here.nextSibling; gone.remove(); }
    };
    const coming = [...other.childNodes];
    for (const next of [...coming]) {
      coming.shift();
      let kept = here;
      if (next.nodeType === Node.ELEMENT_NODE) {
        while (kept && !same(kept, next)) kept = kept.nextSibling;
        if (!kept && here && kin(here, next) && !coming.some((later) => same(here, later)))
          kept = here;
      } else if (!here || !same(here, next)) kept = null;
      if (!kept) { part.insertBefore(next, here); continue; }
      drop(kept);
      here = kept.nextSibling;
      if (!kept.isEqualNode(next)) renew(kept, next);
    }
    drop(null);
  };
  const fold = (part, fresh) => {
    for (const open of part.querySelectorAll("details[open]")) {
      const home = open.closest("[id]"), place = [...home.querySelectorAll("details")].indexOf(open);
      const twin = fresh.getElementById(home.id)?.querySelectorAll("details")[place];
      if (twin) twin.open = true;
    }
  };
  /* Each answer has another token, which is no news. */
  const sameToken = (fresh) => {
    const tokens = "[name=csrfmiddlewaretoken]", newest = fresh.querySelector(tokens)?.value;
    for (const screen of newest ? [document, fresh] : [])
      for (const field of screen.querySelectorAll(tokens)) field.setAttribute("value", newest);
  };
  const main = document.getElementById("main"), about = main.dataset.about.trim();
  /* The table by which a subject's kind touches cards; a screen without one is asked for whole. */
  const touched = JSON.parse(document.getElementById("touched")?.textContent || "{}");
  const WHOLE = "*", TOGETHER = 100, PACE = 2000; /* Of what comes at once, one question is made. */
  const changed = new Set(), missed = new Set(); /* What was missed comes with what changes next. */
  let asking = false, timer = 0, next = 0, doing = 0, done = 0;
  /* A window that nobody sees asks for one thing alone: whether somebody is called. */
  const CALLED = "called", ear = document.getElementById("now-called");
  const rests = () => document.hidden && !(ear && changed.has(CALLED));
  const soon = () => {
    if (timer || asking || doing || rests() || !changed.size) return;
    timer = setTimeout(ask, Math.max(TOGETHER, next - performance.now()));
  };
  const mark = (...cards) => { for (const card of cards) changed.add(card); soon(); };
  const hear = (subject) => mark(...touched[subject.split(":")[0]] ?? [WHOLE]);
  /* Whoever is called is told by the browser too, if they let it and look elsewhere. */
  const calls = () => [...(ear?.querySelectorAll("p") ?? [])];
  let heard = new Set(calls().map((one) => one.textContent));
  const call = () => {
    const now = calls(), words = (one) => one.textContent.replace(/\s+/g, " ").trim();
    for (const one of now) {
      if (heard.has(one.textContent) || !document.hidden) continue;
      if (window.Notification?.permission !== "granted") continue;
      try {
        const told = new Notification(words(one), {requireInteraction: true});
        told.onclick = () => { window.focus(); told.close(); };
      } catch (error) { /* Some phones take none from a page. */ }
    }
    heard = new Set(now.map((one) => one.textContent));
  };
  const allow = document.querySelector("[data-notify]");
  if (allow && window.Notification) {
    const say = () => {
      for (const each of allow.querySelectorAll("[data-if]"))
        each.hidden = each.dataset.if !== Notification.permission;
    };
    allow.hidden = false;
    allow.addEventListener("click", (event) => {
      if (event.target.closest("button")) Notification.requestPermission().then(say);
    });
    say();
  }
  const show = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    let news = false;
    ahead = Date.parse(fresh.documentElement.dataset.now) - Date.now();
    run(document, fresh); /* At one moment: that time went on is no news. */
    sameToken(fresh);
    document.title = fresh.title || document.title;
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (!other) continue;
      if (busy(part)) { missed.add(part.dataset.live || WHOLE); continue; }
      fold(part, fresh);
      if (other.isEqualNode(part)) continue;
      const low = part.scrollHeight - part.scrollTop - part.clientHeight < 40;
      renew(part, other);
      if (low) part.scrollTop = part.scrollHeight;
      news ||= part.id !== "rehearsal"; /* The clock is no news. */
    }
    call();
    if (news) document.getElementById("arrived").textContent =
      `Updated at ${new Date().toLocaleTimeString()}`;
  };
  /* What somebody did here is on the screen before the desk knows it: no answer to a question from
     before, or from meanwhile, may take it away again. */
  const again = (cards) => { /* What the desk or the way to it failed to answer is asked for later. */
    next = performance.now() + 3 * PACE;
    mark(...cards);
  };
  const ask = async () => {
    timer = 0;
    if (asking || doing || rests()) return;
    const cards = document.hidden ? [CALLED] : [...new Set([...changed, ...missed])], before = done;
    const address = new URL(location.href);
    if (!cards.includes(WHOLE)) address.searchParams.set("cards", cards.join());
    for (const card of cards) {
      changed.delete(card);
      missed.delete(card);
    }
    asking = true;
    next = performance.now() + PACE;
    try {
      const answer = await fetch(address, {headers: {"X-Live": "1"}}), text = await answer.text();
      if (doing || done !== before) mark(...cards);
      else if (answer.ok && !answer.redirected) show(text);
      else if (answer.status >= 500) again(cards);
      else missed.add(WHOLE); /* Whoever must sign in is told no more. */
    } catch (error) { again(cards); }
    asking = false;
    soon();
  };
  document.addEventListener("visibilitychange", soon);
  document.addEventListener("doing", () => { doing += 1; });
  document.addEventListener("done", () => { doing -= 1; done += 1; mark(WHOLE); });
  setInterval(() => { /* Some cards change at a moment that they know, though nothing happens. */
    for (const part of document.querySelectorAll("[data-until]"))
      if (Date.parse(part.dataset.until) < Date.now() + ahead) mark(part.dataset.live);
  }, 1000);
  if (about && window.EventSource) {
    const events = new EventSource(`/live?about=${encodeURIComponent(about)}`);
    events.onopen = () => mark(WHOLE, CALLED); /* For what came between this page and this ear. */
    events.onmessage = (event) => hear(event.data);
    addEventListener("pagehide", () => events.close());
  }

  /* Who would be told what by a form, as it is filled in so far. */
  /* What is to be pasted elsewhere is copied in one press, where the browser lets a page do so. */
  for (const block of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
    const button = document.createElement("button");
    Object.assign(button, {type: "button", className: "quiet", textContent: "Copy"});
    button.addEventListener("click", () => navigator.clipboard.writeText(block.textContent.trim())
      .then(() => { button.textContent = "Copied"; }));
    block.after(button);
  }
  for (const form of document.querySelectorAll("form[data-preview]")) {
    let waiting = 0, turn = 0;
    const look = async () => {
      const mine = ++turn, sent = new URLSearchParams(new FormData(form));
      sent.set("look", "live");
      const answer = await fetch(form.action, {method: "POST", body: sent}).catch(() => null);
      if (!answer?.ok || answer.redirected) return;
      const text = await answer.text();
      const fresh = new DOMParser().parseFromString(text, "text/html");
      const part = document.getElementById("tellings"), other = fresh.getElementById(part.id);
      if (mine !== turn || !other) return;
      fold(part, fresh);
      renew(part, other);
    };
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 400); });
  }

  const places = {n: "/", a: "/alarms/", c: "/channels/", i: "/incidents/", q: "/questions/",
    b: "/board/", s: "/shifts/", m: "/measures/", p: "/process/"};
  let going = false;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (going && places[event.key]) { location.href = places[event.key]; return; }
    going = event.key === "g";
    if (event.key === "/") {
      event.preventDefault();
      const box = document.getElementById("q") || document.getElementById("search");
      if (box?.checkVisibility()) { box.focus(); box.select(); } else location.href = "/find";
    }
    if (event.key === "?") document.getElementById("keys")?.showPopover();
    if (event.key === "w") {
      const box = document.querySelector("main textarea");
      if (box) { event.preventDefault(); box.focus(); }
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form)
      event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("button:not(.quiet)");
    if (button && event.target.method === "post") setTimeout(() => {
      button.disabled = true;
      if (event.target.dataset.slow) button.textContent = event.target.dataset.slow;
    }, 0);
  });
  document.addEventListener("click", (event) => event.target.closest("[data-close]")?.parentElement.remove());
  for (const list of document.querySelectorAll("[data-bottom]")) list.scrollTop = list.scrollHeight;
})();
