// Keeps forms marked data-queue while there is no network and sends them later (ux.md 6.5, security.md QR-05, QR-06).
// What is kept lies sealed in IndexedDB under keys that no script can take out; localStorage holds numbers only.
const { all, one, fill, say, word, focusOn, unlock } = window.dom;
const { ask, canSeal, freshKey, learn, plain, seal, signature, stamp, unseal } = await import(word("sealed"));
const MOST = 20;
const ASK_LEADER_MS = 24 * 3600 * 1000;
const TWICE_MS = 10000;
const FIX = /^#fix=(\d+)$/;
const ZONE = { timeZone: "Asia/Shanghai" };
const device = word("device");
const root = device.slice(0, -"/me/device".length);  // the server reads addresses without it
const panel = () => document.getElementById("kept");
const dayOf = (date) => new Intl.DateTimeFormat("sv-SE", ZONE).format(date);
const daysAgo = (back) => dayOf(Date.now() - back * 86400000);
let me = null;
let signedOut = false;

// ---- whose browser this is
const remembered = () => JSON.parse(localStorage.getItem("kept") ?? "{}");

async function greet() {
  const answer = await fetch(device, { headers: { "HX-Request": "true" }, cache: "no-store" });
  signedOut = answer.status === 401;
  if (!answer.ok) return null;
  const told = await answer.json();
  if (!(await ask("keys", "get", told.device))) await learn(told);
  me = { account: told.account, device: told.device };
  const used = new Set((await ask("entries", "getAll")).map((row) => row.device).concat(told.device));
  for (const key of await ask("keys", "getAll")) if (!used.has(key.device)) await ask("keys", "delete", key.device);
  for (const row of await ask("usual", "getAll")) if (row.account !== me.account || !used.has(row.device)) await ask("usual", "delete", row.account);
  return told;
}

async function entries() {
  const rows = (await ask("entries", "getAll")).filter((row) => row.account === me?.account);
  const read = await Promise.all(rows.map(async (row) => ({ ...row, told: await unseal(row) })));
  return read.filter((row) => row.told);
}

// ---- keeping
function labelOf(form) {
  const shown = (name) => {
    const typed = one(`[data-instead="${name}"]`, form)?.value.trim();
    const input = one(`[name="${name}"]:checked`, form) ?? one(`[name="${name}"]:not([type=radio])`, form);
    if (typed) return typed;
    return (name !== "day" && input?.closest("label")?.textContent.trim()) || input?.value || "";
  };
  return (form.dataset.queueLabel ?? "").replace(/\{(\w+)\}/g, (_, name) => shown(name)).replace(/(^( · )+)|(( · )+$)/g, "");
}

const isSame = (fields, others) => JSON.stringify(plain(fields)) === JSON.stringify(plain(others));

async function keep(form, sent) {
  const fields = sent.filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
  const before = (await entries()).filter((row) => row.nr !== Number(form.dataset.entry));
  const last = before[before.length - 1];
  const now = new Date();
  const action = new URL(form.action).pathname;
  if (before.length >= MOST) return say(fill(panel().dataset.full, { n: MOST }), "warn");
  if (last?.told.action === action && now - last.when < TWICE_MS && isSame(last.told.fields, fields)) return say(panel().dataset.twice, "warn");
  const told = { action, back: form.dataset.queueBack ?? action, fields, at: stamp(now), label: labelOf(form) };
  const nr = await ask("entries", "add", { ...await seal(await ask("keys", "get", me.device), told), when: now.getTime(), stuck: false });
  if (form.dataset.entry) await ask("entries", "delete", Number(form.dataset.entry));
  delete form.dataset.entry;
  form.reset();
  renew(form);
  await show();
  say(panel().dataset.done, "warn");
  focusOn(form.dataset.queueBack ? standIn(form, nr) : panel());
}

// A button of a row says itself what it left here, and takes it back.
function standIn(form, nr) {
  const here = document.createElement("span");
  here.append(one("[data-kept-here]", panel()).content.cloneNode(true));
  here.dataset.keptNr = nr;
  one("[data-kept-drop]", here).dataset.keptDrop = nr;
  form.hidden = true;
  form.after(here);
  return one("[data-kept-drop]", here);
}

async function drop(nr) {
  await ask("entries", "delete", nr);
  all(`[data-kept-nr="${nr}"]`).forEach((here) => {
    here.previousElementSibling.hidden = false;
    focusOn(one("button", here.previousElementSibling));
    here.remove();
  });
  await show();
}

function renew(form) {
  const key = one('[name="idempotency_key"]', form);
  if (key) key.value = freshKey();
}

// ---- sending
async function deliver(entry, csrf) {
  const packet = { packet_device: entry.device, packet_at: entry.told.at, packet_sent: stamp(new Date()) };
  packet.packet_sign = await signature(await ask("keys", "get", entry.device), entry.told.action.slice(root.length), entry.told, packet);
  const body = new URLSearchParams([...entry.told.fields, ...Object.entries(packet)]);
  const headers = { "X-CSRFToken": csrf, "HX-Request": "true" };
  return fetch(entry.told.action, { method: "POST", body, headers, redirect: "manual" });
}

async function refused(entry, answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const words = all(".error-list li, [data-error-message], .notice-title", page).map((each) => each.textContent.trim());
  const { told, ...row } = entry;
  const key = await ask("keys", "get", entry.device);
  await ask("entries", "put", { ...row, ...await seal(key, { ...told, reason: words.join(" ") || word("refused") }), stuck: true });
  say(word("stuck"), "error");
}

async function send() {
  const waiting = await entries();
  let done = 0;
  if (!waiting.length || !navigator.onLine) return;
  const told = await greet();
  for (const entry of told ? waiting : []) {
    if (entry.stuck) break;
    const answer = await deliver(entry, told.csrf);
    if (answer.type === "opaqueredirect") {
      await ask("entries", "delete", entry.nr);
      done += 1;
      continue;
    }
    signedOut = answer.status === 401;
    if (answer.status >= 400 && answer.status < 500 && ![401, 408, 419, 429].includes(answer.status)) await refused(entry, answer);
    break;
  }
  const rows = { target: "#main", select: "#main", swap: "outerHTML" };
  if (done && one("#main [data-queue-back]")) await window.htmx.ajax("GET", location.href, rows).catch(() => null);
  if (done) say(fill(word("sent"), { n: done }), "ok");
  if (signedOut) say(fill(word("signin"), { n: waiting.length - done }), "warn");
}

async function replay() {
  const once = (act) => (navigator.locks ? navigator.locks.request("kept", { ifAvailable: true }, (lock) => lock && act()) : act());
  await once(send).catch(() => null);  // the network went again: the next chance is taken
  await show();
}

// ---- showing
async function show() {
  const rows = await entries();
  const others = (await ask("entries", "getAll")).length - rows.length;
  localStorage.setItem("kept", JSON.stringify({ ...me, count: rows.length, others }));
  const count = document.getElementById("kept-count");
  if (count) {
    count.textContent = fill(count.dataset.text, { n: rows.length });
    count.hidden = !rows.length;
  }
  if (!panel()) return;
  const leaving = location.hash === "#leaving";
  const part = (name) => all(`[data-kept-${name}]`, panel());
  panel().hidden = !(rows.length || others);
  all("[data-kept-empty]").forEach((each) => { each.hidden = !panel().hidden; });
  part("others").forEach((each) => { each.textContent = fill(each.dataset.text, { n: others }); each.hidden = !others; });
  part("leave").forEach((each) => { each.hidden = !leaving; });
  part("sign-in").forEach((each) => { each.hidden = !signedOut; });
  part("send").forEach((each) => { each.hidden = !rows.length; });
  part("copy").forEach((each) => { each.hidden = !rows.length || (!leaving && Date.now() - rows[0].when < ASK_LEADER_MS); });
  part("rows")[0].replaceChildren(...rows.map(rowOf));
}

function rowOf(entry) {
  const row = one("[data-kept-row]", panel()).content.cloneNode(true);
  const put = (name, words) => Object.assign(one(`[data-kept-${name}]`, row), { textContent: words, hidden: !words });
  put("words", entry.told.label);
  put("at", fill(one("[data-kept-at]", row).dataset.text, { time: entry.told.at.slice(5, 16).replace("T", " ") }));
  put("reason", entry.told.reason ?? "");
  const fix = one("[data-kept-fix]", row);
  fix.href = `${entry.told.back}#fix=${entry.nr}`;
  fix.hidden = !entry.stuck;
  one("[data-kept-drop]", row).dataset.keptDrop = entry.nr;
  return row;
}

async function copy() {
  const rows = await entries();
  const lines = rows.map((row) => `${row.told.label}${row.told.fields.filter(([name, value]) => name === "note" && value).map(([, value]) => ` (${value})`)}`);
  const area = one("[data-kept-text]", panel());
  area.value = [fill(panel().dataset.head, { n: rows.length }), ...lines].join("\n");
  area.hidden = false;
  area.select();
  await navigator.clipboard?.writeText(area.value).then(() => say(panel().dataset.copied, "ok")).catch(() => null);
}

// ---- mending: the entry goes back into the form it came from
async function mend() {
  const nr = Number(FIX.exec(location.hash)?.[1]);
  const form = one("[data-kept-form]");
  const entry = nr && form && (await entries()).find((row) => row.nr === nr);
  if (!entry || new URL(form.action).pathname !== entry.told.action) return;
  const { fields, label, reason } = entry.told;
  form.dataset.entry = nr;
  for (const [name, value] of plain(fields)) {
    const boxes = all(`[name="${name}"][type=radio]`, form);
    const box = boxes.find((each) => each.value === value);
    const field = box ?? (boxes.length ? one(`[data-instead="${name}"]`, form) : one(`[name="${name}"]`, form));
    if (box) box.checked = true;
    else if (field) field.value = boxes.length ? { day: value, length: String(value / 60) }[name] ?? label.split(" · ")[1] : value;
    if (field?.closest("details") && field.value) field.closest("details").open = true;
  }
  focusOn(form);
  say(reason ?? label, "error");
}

// ---- the form that is kept for a place without network
async function fillShell() {
  if (!one("[data-kept-form]") || !document.body.hasAttribute("data-offline")) return;
  all("input[name=day]").forEach((input) => { input.value = input.defaultValue = daysAgo(Number(input.value)); });
  const row = me && await ask("usual", "get", me.account);
  const usual = row && await unseal(row);
  if (!usual) return;
  const [hour, minute] = new Intl.DateTimeFormat("en-GB", { ...ZONE, hour: "2-digit", minute: "2-digit" }).format(new Date()).split(":").map(Number);
  const back = hour * 60 + minute >= Number(usual.minutes) ? 0 : 1;
  const put = (name, value) => { one(`#usual [name=${name}]`).value = one(`#usual [name=${name}]`).defaultValue = value; };
  put("day", daysAgo(back));
  put("what", usual.titles[0].code);
  put("length", usual.minutes);
  const line = one("#usual [data-text]");
  const day = one(`#day-${back}`).closest("label").textContent.trim();
  line.textContent = fill(line.dataset.text, { day, title: usual.titles[0].title, length: usual.length });
  one("#usual form").dataset.queueLabel = `{day} · ${usual.titles[0].title} · ${usual.length}`;
  all("[data-kept-usual]").forEach((each) => { each.hidden = false; });
  one("[data-kept-titles] .chips").replaceChildren(...usual.titles.map(({ code, title }, at) => {
    const chip = one("[data-kept-title]").content.cloneNode(true);
    Object.assign(one("input", chip), { value: code, defaultChecked: at === 0 });
    one("span", chip).textContent = title;
    return chip;
  }));
  one("[data-kept-titles]").hidden = false;
  one("#title").closest("details").open = false;
}

async function keepUsual() {
  const card = one("#usual form[data-usual]");
  const key = card && me && await ask("keys", "get", me.device);
  if (!key) return;
  const titles = all("#what input[type=radio]").map((box) => ({ code: box.value, title: box.closest("label").textContent.trim() }));
  const content = { titles, minutes: one("[name=length]", card).value, length: card.dataset.usual };
  await ask("usual", "put", await seal(key, content));
}

// ---- what happens
const queued = (element) => element?.closest?.("form[data-queue]");

function onSubmit(event) {
  const form = queued(event.target);
  if (!form || event.defaultPrevented || (form.hasAttribute("hx-post") && navigator.onLine)) return;
  event.preventDefault();
  event.stopPropagation();
  setTimeout(() => unlock(form));  // nothing is on its way
  if (one('[name="idempotency_key"]', form).value === "") renew(form);
  keep(form, [...new FormData(form)]).then(replay);
}

function onLost({ detail }) {
  if (queued(detail.elt)) keep(queued(detail.elt), [...detail.requestConfig.formData]);
}

function onAnswer(event) {
  const { xhr, elt, requestConfig } = event.detail;
  if (!queued(elt) || xhr.status !== 401 || !document.body.hasAttribute("data-keeps")) return;
  event.preventDefault();
  keep(queued(elt), [...requestConfig.formData]).then(() => location.assign(xhr.getResponseHeader("HX-Redirect")));
}

async function onDone({ detail }) {
  const form = queued(detail.requestConfig.elt);  // it may be swapped away by now
  if (!form?.dataset.entry || !detail.successful) return;
  await ask("entries", "delete", Number(form.dataset.entry));
  await replay();
}

function onClick({ target }) {
  const dropped = target.closest("[data-kept-drop]");
  if (dropped) drop(Number(dropped.dataset.keptDrop));
  else if (target.closest("[data-kept-send]")) replay();
  else if (target.closest("[data-kept-copy]")) copy();
  else if (target.closest("button[data-kept-leave]")) {
    const form = one("form[data-sign-out]");
    form.dataset.sure = "";
    form.requestSubmit();
  }
}

async function start() {
  if (!canSeal) return;
  const { account, device: name } = remembered();
  const shown = document.body.dataset.account;
  if (name && (!shown || shown === account)) me = { account, device: name };
  if (shown && navigator.onLine) await greet().catch(() => null);
  if (me && await ask("keys", "get", me.device)) document.body.dataset.keeps = "";
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:sendError", onLost);
  document.addEventListener("htmx:timeout", onLost);
  document.addEventListener("htmx:beforeOnLoad", onAnswer);
  document.addEventListener("htmx:afterRequest", onDone);
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("click", onClick);
  document.addEventListener("visibilitychange", () => document.hidden || replay());
  window.addEventListener("online", replay);
  window.addEventListener("pageshow", replay);
  window.addEventListener("hashchange", mend);
  await Promise.all([fillShell(), keepUsual(), replay()]);
  await mend();
  if (location.hash === "#leaving") focusOn(panel());
  if (me && shown) navigator.serviceWorker?.register(`${root}/sw.js`).catch(() => null);
}

start();
