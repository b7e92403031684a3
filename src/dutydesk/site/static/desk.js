"use strict";
/* Everything works without this; with it, times run and screens change as things happen. */
(() => {
  const page = document.documentElement;
  const ahead = Date.parse(page.dataset.now) - Date.now();
  const far = (at) => {
    const seconds = Math.round((at - Date.now() - ahead) / 1000), size = Math.abs(seconds);
    if (size < 60) return "now";
    const amount = size < 3600 ? `${Math.floor(size / 60)} min`
      : size < 172800 ? `${Math.floor(size / 3600)} h` : `${Math.floor(size / 86400)} days`;
    return seconds > 0 ? `in ${amount}` : `${amount} ago`;
  };
  const two = (number) => String(number).padStart(2, "0");
  const count = (at) => {
    const seconds = Math.round((at - Date.now() - ahead) / 1000), size = Math.abs(seconds);
    const hours = Math.floor(size / 3600);
    const rest = `${two(Math.floor(size / 60) % 60)}:${two(size % 60)}`;
    return `${seconds < 0 ? "late by " : ""}${hours ? hours + ":" : ""}${rest}`;
  };
  const run = () => {
    for (const span of document.querySelectorAll("[data-far]"))
      span.textContent = far(Date.parse(span.parentElement.dateTime));
    for (const span of document.querySelectorAll("[data-count]")) {
      const at = Date.parse(span.dataset.count);
      span.textContent = (span.dataset.before || "") + count(at);
      span.classList.toggle("late", at < Date.now() + ahead);
    }
  };
  run();
  setInterval(run, 1000);

  const busy = (part) => part.contains(document.activeElement)
    && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  let asking = false, again = false;
  const refresh = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, {headers: {"X-Live": "1"}});
      if (answer.ok && !answer.redirected) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        let changed = false;
        for (const part of document.querySelectorAll("[data-live]")) {
          const other = fresh.getElementById(part.id);
          if (!other || busy(part) || other.innerHTML === part.innerHTML) continue;
          const low = part.scrollHeight - part.scrollTop - part.clientHeight < 40;
          part.innerHTML = other.innerHTML;
          if (low) part.scrollTop = part.scrollHeight;
          changed = true;
        }
        run();
        if (changed) document.getElementById("arrived").textContent =
          `Updated at ${new Date().toLocaleTimeString()}`;
      }
    } catch (error) { /* The next event tries again. */ }
    asking = false;
    if (again) { again = false; setTimeout(refresh, 200); }
  };
  const about = document.getElementById("main").dataset.about.trim();
  if (about && window.EventSource) {
    const events = new EventSource(`/live?about=${encodeURIComponent(about)}`);
    events.onopen = refresh; /* For what came between this page and this ear. */
    events.onmessage = refresh;
    addEventListener("pagehide", () => events.close());
  }

  const places = {n: "/", c: "/channels/", i: "/incidents/", b: "/board/", s: "/shifts/",
    m: "/measures/", p: "/process/"};
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
      const box = document.getElementById("q");
      if (box) box.select(); else location.href = "/find";
    }
    if (event.key === "?") document.getElementById("keys").showModal();
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
  for (const list of document.querySelectorAll("[data-bottom]")) list.scrollTop = list.scrollHeight;
})();
