// Live figures, keys, copied commands and dropped files. Every page works without it.
"use strict";

const number = new Intl.NumberFormat("en-US");
const base = document.body.dataset.base;

const duration = (seconds) => {
  const whole = Math.round(seconds);
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

// ——— a job as it happens: one stream a page, closed while nobody looks ———
function watch(card) {
  let stream = null;
  let spoken = 0;
  let began = null;
  const say = document.querySelector("[data-say]");
  const bar = card.querySelector("progress");
  const lost = document.querySelector("[data-lost]");
  const put = (name, text) => {
    for (const one of card.querySelectorAll(`[data-fact="${name}"]`)) one.textContent = text;
  };
  const show = (event) => {
    const now = JSON.parse(event.data);
    lost.hidden = true;
    put("sign", now.sign);
    put("stage", now.state === "running" ? now.stage : now.state);
    put("done", number.format(now.done));
    began = now.state === "running" ? Date.now() - 1000 * now.seconds : null;
    put("seconds", duration(now.seconds));
    put("left", now.left === null ? "" : `about ${duration(now.left)} left`);
    if (now.total !== null) {
      put("total", number.format(now.total));
      for (const one of card.querySelectorAll("[data-of]")) one.hidden = false;
    }
    if (now.percent !== null) bar.value = now.percent;
    for (const one of card.querySelectorAll("[data-count]")) {
      one.textContent = number.format(now.counts[one.dataset.count] || 0);
    }
    if (now.percent !== null && Date.now() - spoken > 10000) {
      spoken = Date.now();
      say.textContent = `${now.percent} percent`;
    }
  };
  const open = () => {
    stream = new EventSource(card.dataset.events);
    stream.addEventListener("snapshot", show);
    stream.addEventListener("progress", show);
    stream.addEventListener("error", () => {
      lost.hidden = false;
      began = null;
    });
    stream.addEventListener("end", () => {
      stream.close();
      location.reload();
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stream.close();
    else open();
  });
  window.addEventListener("pagehide", () => stream.close());
  setInterval(() => began && put("seconds", duration((Date.now() - began) / 1000)), 1000);
  open();
}
for (const card of document.querySelectorAll("[data-events]")) watch(card);

// ——— commands to copy ———
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Copied";
});

// ——— keys; none of them approves anything ———
const keys = document.getElementById("keys");
let awaited = "";
let current = -1;
const records = () => [...document.querySelectorAll(".records > .record")];
const go = (step) => {
  const all = records();
  if (!all.length) return;
  all[current]?.classList.remove("current");
  current = Math.min(Math.max(current + step, 0), all.length - 1);
  all[current].classList.add("current");
  all[current].tabIndex = -1;
  all[current].focus({ preventScroll: true });
  all[current].scrollIntoView({ block: "nearest" });
};
const follow = (selector) => records()[current]?.querySelector(selector)?.click();
const sections = { o: "/", i: "/import", p: "/plans", r: "/runs", t: "/tables" };
const actions = {
  "/": () => document.getElementById("q")?.focus(),
  j: () => go(1),
  k: () => go(-1),
  o: () => follow("a[target=_blank]"),
  e: () => follow("dd a"),
  g: () => { awaited = "g"; },
  "?": () => keys.showModal(),
};
const off = () => localStorage.getItem("keys") === "off";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "Escape" && typing) event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (off() && event.key !== "?") return;
  if (awaited === "g") {
    awaited = "";
    if (sections[event.key]) location.href = base + sections[event.key];
    return;
  }
  if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
});
keys.addEventListener("click", (event) => {
  if (event.target.matches("[data-close]")) keys.close();
  if (event.target.matches("[data-keys]")) {
    localStorage.setItem("keys", off() ? "on" : "off");
    event.target.textContent = off() ? "Switch keys on" : "Switch keys off";
  }
});

// ——— on a phone the filters are folded until somebody wants them ———
if (matchMedia("(max-width: 960px)").matches) {
  for (const one of document.querySelectorAll(".facets details")) one.open = false;
}

// ——— a choice about a column is read at once ———
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-choices]");
  if (form && event.target.matches("select, input[type=radio], input[type=checkbox]")) {
    sessionStorage.setItem("at", event.target.id);
    form.requestSubmit(form.querySelector("button[value=save]"));
  }
});
const was = sessionStorage.getItem("at");
if (was && document.querySelector("form[data-choices]")) {
  sessionStorage.removeItem("at");
  document.getElementById(was)?.focus();
}

// ——— a file dropped on the page goes to this machine's own server, and nowhere else ———
const drop = document.querySelector("[data-drop]");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  const told = drop.querySelector("[data-told]");
  const refusal = async (file) => {
    const is_read = await file.slice(0, 1).arrayBuffer().then(() => true, () => false);
    if (!is_read) return "it is a folder, or may not be read.";
    try {
      const answer = await fetch(`${drop.dataset.drop}/${encodeURIComponent(file.name)}`, {
        method: "PUT",
        body: file,
        headers: { "x-room-csrf": drop.dataset.csrf },
      });
      if (answer.ok) return "";
      const is_told = answer.headers.get("content-type") === "application/json";
      return is_told ? (await answer.json()).sentence : "the room does not know this page any more. Load it again.";
    } catch {
      return "the room did not answer. Is it still running?";
    }
  };
  const send = async (files) => {
    for (const file of files) {
      told.textContent = `Reading ${file.name} …`;
      const why = await refusal(file);
      if (why) {
        told.textContent = `${file.name} was not taken: ${why}`;
        return;
      }
    }
    if (files.length) location.reload();
  };
  drop.hidden = false;
  input.addEventListener("change", () => send([...input.files]));
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    send([...event.dataTransfer.files]);
  });
}
