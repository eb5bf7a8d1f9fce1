// Conveniences on top of plain pages: every task works without this file (ux.md 3.0, 5.3, 6.3, 6.4).
// Nothing is stored here (queue.js does, where it is needed); words come from the page so that they follow its language.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  const status = () => one("#status");
  const word = (key) => status()?.dataset[key] ?? "";
  window.dom = Object.freeze({ all, one, fill, word, say, focusOn, unlock });  // for the scripts after this one

  // ---- messages in the live region; with a tone they are visible as well
  function say(text, tone) {
    const region = status();
    if (!region) return;
    if (tone) region.dataset.tone = tone;
    else delete region.dataset.tone;
    region.textContent = text;
  }

  const quiet = () => status()?.dataset.tone && say("");

  // ---- focus
  function focusOn(element) {
    if (!element) return;
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  function focusAfterSwap(element, target) {
    const marked = element.matches("[data-focus]") ? element : one("[data-focus]", element);
    if (marked) return focusOn(marked);
    const now = document.getElementById(target.id) ?? element;
    if (document.activeElement === document.body) focusOn(now.id === "main" ? one("h1", now) ?? now : now);
  }

  // ---- one submission at a time
  const LOCK_MS = 15000;
  const KEEPER_MS = 1500;
  const sendingForms = new Map();

  function lock(form, button) {
    const words = button ? [...button.childNodes] : [];
    const timers = [
      setTimeout(() => button?.replaceChildren(form.dataset.waiting ?? word("sending")), 300),
      setTimeout(() => say(word("slow"), "warn"), 3000),
      setTimeout(() => unlock(form), LOCK_MS),
    ];
    sendingForms.set(form, { button, words, timers });
    button?.setAttribute("aria-disabled", "true");
  }

  function unlock(form) {
    const sent = sendingForms.get(form);
    if (!sent) return;
    sendingForms.delete(form);
    sent.timers.forEach(clearTimeout);
    sent.button?.removeAttribute("aria-disabled");
    sent.button?.replaceChildren(...sent.words);
  }

  function onSubmit(event) {
    const form = event.target;
    if (form.method === "get") return;
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    if (sendingForms.has(form)) return stop();
    if (!navigator.onLine && !isKept(form)) {
      stop();
      return say(word("offline"), "warn");
    }
    if (form.hasAttribute("data-sign-out")) {
      if (waits() && !form.hasAttribute("data-sure")) {
        stop();
        return location.assign(`${word("kept")}#leaving`);
      }
      forget();
    }
    lock(form, event.submitter ?? one("button[type=submit]", form));
    setTimeout(() => { if (event.defaultPrevented && !form.hasAttribute("hx-post")) unlock(form); });
  }

  // ---- what could not be sent: kept by queue.js, which is fetched where something waits or may have to
  const keptNumbers = () => JSON.parse(localStorage.getItem("kept") ?? "{}");
  const waits = () => { const { count, others } = keptNumbers(); return Boolean(count || others); };
  const isKept = (form) => Boolean(form?.hasAttribute("data-queue") && document.body.hasAttribute("data-keeps"));

  function forget() {
    sessionStorage.clear();
    localStorage.clear();
    window.indexedDB?.deleteDatabase("kept");
    window.caches?.keys().then((names) => names.forEach((name) => caches.delete(name)));
    navigator.serviceWorker?.getRegistrations().then((workers) => workers.forEach((worker) => worker.unregister())).catch(() => null);
  }

  function fetchKeeper() {
    const fetchIt = () => import(word("keeper")).catch(() => null);
    const isOthers = keptNumbers().account && keptNumbers().account !== document.body.dataset.account;
    if (waits() || isOthers || document.body.hasAttribute("data-offline")) fetchIt();
    else if (one("[data-queue], #kept")) window.addEventListener("load", () => setTimeout(fetchIt, KEEPER_MS));
  }

  // ---- htmx
  const formOf = (element) => element?.closest?.("form");
  let lastBefore = null;

  function beforeRequest({ detail }) {
    quiet();
    detail.target?.setAttribute("aria-busy", "true");
    const source = detail.elt;
    if (source.dataset.waiting && !source.matches("form")) source.textContent = source.dataset.waiting;
    if (source.dataset.appends) lastBefore = document.getElementById(source.dataset.appends)?.lastElementChild;
    if (!formOf(source)) detail.xhr.slow = setTimeout(() => say(word("slow"), "warn"), 3000);
  }

  function afterRequest({ detail }) {
    clearTimeout(detail.xhr.slow);
    detail.target?.removeAttribute("aria-busy");
    unlock(formOf(detail.elt));
    [...sendingForms.keys()].filter((form) => !form.isConnected).forEach(unlock);  // swapped away
    if (detail.successful || detail.xhr.status === 422) quiet();
  }

  function afterSettle({ detail }) {
    const source = detail.requestConfig?.elt;
    prepare(detail.elt);
    if (source?.dataset.appends) {
      const row = lastBefore?.nextElementSibling;
      return focusOn(one("a[href], input, button", row ?? document.createElement("p")) ?? row);
    }
    if (source?.matches("[data-search], [data-poll], [data-refresh]")) return;
    focusAfterSwap(detail.elt, detail.target);
  }

  function refused({ detail }) {
    const answer = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
    const token = one("[data-csrf-token]", answer)?.dataset.csrfToken;
    if (token) renewToken(token);
    const words = one("[data-error-message]", answer)?.textContent.replace(/\s+/g, " ").trim();
    say(words || word(detail.xhr.status >= 500 ? "failed" : "refused"), "error");
    keepFocus(detail);
  }

  function renewToken(token) {
    one('meta[name="csrf-token"]').content = token;
    all('input[name="csrf_token"]').forEach((input) => { input.value = token; });
  }

  function keepFocus(detail) {
    if (document.activeElement === document.body) focusOn(one("button[type=submit]", formOf(detail.elt) ?? document));
  }

  function lost(key) {
    return ({ detail }) => {
      if (!isKept(formOf(detail.elt))) say(word(key), "warn");
      keepFocus(detail);
    };
  }

  function listenToHtmx() {
    const on = (name, handler) => document.addEventListener(`htmx:${name}`, handler);
    on("configRequest", ({ detail }) => {
      if (detail.verb !== "get") detail.headers["X-CSRFToken"] = one('meta[name="csrf-token"]')?.content ?? "";
    });
    on("beforeRequest", beforeRequest);
    on("afterRequest", afterRequest);
    on("afterSettle", afterSettle);
    on("responseError", refused);
    on("sendError", lost("offline"));
    on("timeout", lost("timeout"));
  }

  // ---- ticked rows
  function countRows(frame) {
    const boxes = all("[data-row-check]:not(:disabled)", frame);
    const ticked = boxes.filter((box) => box.checked).length;
    const allBox = one("[data-select-all]", frame);
    if (allBox) {
      allBox.checked = ticked > 0 && ticked === boxes.length;
      allBox.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    const output = one("[data-select-count]", frame);
    if (output) output.textContent = fill(output.dataset.text, { n: ticked });
    all("[data-bulk]", frame).forEach((bulk) => { bulk.hidden = ticked === 0; });
    all("[data-counting]", frame).forEach((button) => { button.textContent = fill(button.dataset.counting, { n: ticked }); });
  }

  function onChange({ target }) {
    if (target.type === "radio") all(`[data-instead="${target.name}"]`).forEach((input) => { input.value = ""; });
    const frame = target.closest("[data-selection]");
    if (!frame) return;
    if (target.matches("[data-select-all]")) all("[data-row-check]:not(:disabled)", frame).forEach((box) => { box.checked = target.checked; });
    countRows(frame);
  }

  // ---- text: counter, grouped numbers, search
  function countText(area) {
    const counter = document.getElementById(`${area.id}-count`);
    const max = Number(area.dataset.limit);
    const n = [...area.value].length;
    if (!counter) return;
    counter.textContent = n > max ? fill(word("over"), { n: n - max }) : fill(word("counted"), { n, max });
    counter.classList.toggle("tone-error", n > max);
    if (n === Math.floor(max * 0.9) || n === max + 1) say(counter.textContent);
  }

  function group(input) {
    const sizes = input.dataset.group.split("-").map(Number);
    const plain = input.value.replace(/\s/g, "").toUpperCase();
    let at = 0;
    const parts = sizes.map((size) => plain.slice(at, (at += size))).concat(plain.slice(at));
    let hint = input.parentElement.querySelector(".grouped");
    if (!hint) {
      hint = document.createElement("span");
      hint.className = "grouped";
      hint.setAttribute("aria-hidden", "true");
      input.after(hint);
    }
    hint.textContent = parts.filter(Boolean).join(" ");
  }

  let searchTimer;
  function searchSoon(input) {
    clearTimeout(searchTimer);
    searchTimer = setTimeout(() => window.htmx?.trigger(input, "search-now"), 350);
  }

  function onInput(event) {
    const { target } = event;
    if (target.dataset.limit) countText(target);
    if (target.dataset.group) group(target);
    if (target.matches('[data-search][hx-trigger]') && !event.isComposing) searchSoon(target);
    if (target.type === "date") markFilled(target);
    if (target.dataset.instead) all(`[name="${target.dataset.instead}"]`).forEach((chip) => { chip.checked = !target.value && chip.defaultChecked; });
  }

  // ---- small controls
  function markFilled(input) {
    all(`[data-fill="${CSS.escape(input.id)}"]`).forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.value === input.value)));
  }

  function onClick(event) {
    const chip = event.target.closest("[data-fill]");
    if (chip) {
      const input = document.getElementById(chip.dataset.fill);
      input.value = chip.dataset.value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (event.target.closest("[data-dismiss]")) {
      event.target.closest("[data-toast]").remove();
      focusOn(one("#main"));
    }
    const slow = event.target.closest("a[data-waiting]:not([hx-get])");
    if (slow) setTimeout(() => slow.replaceChildren(slow.dataset.waiting), 300);
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-read-aloud]")) readAloud();
    const copying = event.target.closest("[data-copy]");
    if (copying) copy(copying);
  }

  async function copy(button) {
    const area = document.getElementById(button.dataset.copy);
    area.select();  // where the browser does not let scripts copy, the text is at least selected
    await navigator.clipboard?.writeText(area.value).then(() => say(button.dataset.copied, "ok")).catch(() => null);
  }

  function readAloud() {
    const speech = window.speechSynthesis;
    if (speech.speaking) return speech.cancel();
    const words = new SpeechSynthesisUtterance(one("#main").innerText);
    words.lang = document.documentElement.lang;
    speech.speak(words);
  }

  function countDown(button) {
    const done = button.textContent;
    const end = Date.now() + Number(button.dataset.countdown) * 1000;
    const tick = () => {
      const n = Math.ceil((end - Date.now()) / 1000);
      if (!button.isConnected) return;
      button.disabled = n > 0;
      button.textContent = n > 0 ? fill(button.dataset.text, { n }) : done;
      if (n > 0) setTimeout(tick, 1000);
    };
    tick();
  }

  // ---- polling and counts that refresh when the page comes back
  function poll(element, wait) {
    setTimeout(function ask() {
      if (!element.isConnected) return;
      if (document.hidden) return document.addEventListener("visibilitychange", ask, { once: true });
      const began = performance.now();
      element.addEventListener("htmx:afterRequest", () => {
        if (element.isConnected) poll(element, Math.max(250 * Math.sqrt(performance.now() - began) - 1000, 1000));
      }, { once: true });
      window.htmx?.trigger(element, "poll");
    }, wait);
  }

  function repeat(element) {
    const timer = setInterval(() => {
      if (!element.isConnected) return clearInterval(timer);
      if (!document.hidden) window.htmx?.trigger(element, "refresh");
    }, Number(element.dataset.every) * 1000);
  }

  function onReturn() {
    if (!document.hidden) all("[data-refresh]").forEach((element) => window.htmx?.trigger(element, "refresh"));
  }

  function onPageShow(event) {
    [...sendingForms.keys()].forEach(unlock);
    if (!event.persisted) return;
    if (document.body.hasAttribute("data-personal")) location.reload();
    else onReturn();
  }

  // ---- start
  function prepare(root) {
    all(".js-only[hidden]", root).forEach((element) => { if (!element.matches("[data-read-aloud]") || window.speechSynthesis) element.hidden = false; });
    all(".no-js", root).forEach((element) => { element.hidden = true; });
    all("[data-selection]", root).concat(root.closest?.("[data-selection]") ?? []).forEach(countRows);
    all("[data-group]", root).forEach((input) => input.value && group(input));
    all("[data-countdown]", root).forEach(countDown);
    all("[data-poll]", root).concat(root.matches?.("[data-poll]") ? root : []).forEach((element) => poll(element, 1000));
    all("[data-every]", root).forEach(repeat);
    all("[data-key]", root).forEach((element) => {
      if (element.dataset.key.length === 1) element.setAttribute("aria-keyshortcuts", element.dataset.key.replace("?", "Shift+?"));
    });
  }

  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("change", onChange);
  document.addEventListener("input", onInput);
  document.addEventListener("compositionend", onInput);
  document.addEventListener("click", onClick);
  document.addEventListener("visibilitychange", onReturn);
  window.addEventListener("pageshow", onPageShow);
  window.addEventListener("offline", () => say(word("offline"), "warn"));
  window.addEventListener("online", () => { if (status()?.dataset.tone) say(word("back")); });
  listenToHtmx();
  prepare(document);
  focusOn(one("[data-focus]"));
  if (new URLSearchParams(location.search).has("signed_out")) forget();
  fetchKeeper();
  const fetchDraft = () => import(word("draft")).catch(() => null);  // what was typed when the session had ended
  if (sessionStorage.draft) fetchDraft(); else document.addEventListener("input", fetchDraft, { once: true });
})();
