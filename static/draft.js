// What was typed when a session had ended comes back after signing in, to the same account on the same page of the
// same tab (security.md WEB-06, ux.md UX-R5). Numbers of documents and phones, codes and passwords are never kept.
const { all, one, say, word } = window.dom;
const KEPT_MS = 30 * 60000;
const SECRET = /(phone|id_number|password|totp|(^|-)code)$/;
const SECRET_TYPES = ["hidden", "password", "tel", "file", "submit", "button"];
const NUMBER = /\p{Nd}[\p{Nd} -]*\p{Nd}[Xx]?/gu;
const DAY = /\p{Nd}{4}-\p{Nd}{1,2}-\p{Nd}{1,2}/gu;
const MOST_DIGITS = 6;
const here = () => location.pathname + location.search;
const account = () => document.body.dataset.account ?? "";
const drop = () => sessionStorage.removeItem("draft");

function isKept(input) {
  if (!input.name || SECRET_TYPES.includes(input.type) || SECRET.test(input.name)) return false;
  return !input.dataset.group && input.autocomplete !== "one-time-code";
}

// Free words without the long numbers in them; days are no such numbers.
function harmless(input) {
  if (!input.matches("textarea, [type=text], [type=search], [type=email], [type=url], input:not([type])")) return input.value;
  return input.value.replace(NUMBER, (number) => (number.replace(DAY, "").match(/\p{Nd}/gu) ?? []).length > MOST_DIGITS ? "" : number);
}

const isTick = (input) => ["radio", "checkbox"].includes(input.type);
const inputsOf = (form) => [...form.elements].filter(isKept);

function valueOf(input) {
  if (isTick(input)) return input.checked;
  return input.multiple ? [...input.selectedOptions].map((option) => option.value) : harmless(input);
}

function keep(form, met) {
  const values = inputsOf(form).map((input) => [input.name, isTick(input) ? input.value : "", valueOf(input)]);
  const action = new URL(form.action).pathname;
  sessionStorage.setItem("draft", JSON.stringify({ account: account(), page: here(), action, values, met, at: Date.now() }));
}

function put(input, value) {
  if (isTick(input)) input.checked = value;
  else if (input.multiple) all("option", input).forEach((option) => { option.selected = value.includes(option.value); });
  else input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  if (input.matches("[data-row-check]")) input.dispatchEvent(new Event("change", { bubbles: true }));
}

function fillIn({ action, values }) {
  const holdsAll = (form) => values.every(([name]) => inputsOf(form).some((input) => input.name === name));
  const form = all("form").find((each) => each.method === "post" && new URL(each.action).pathname === action && holdsAll(each));
  if (!form) return;
  const left = [...values];
  for (const input of inputsOf(form)) {
    const at = left.findIndex(([name, of]) => name === input.name && (!isTick(input) || of === input.value));
    if (at >= 0) put(input, left.splice(at, 1)[0][2]);
  }
  for (const fold of all("details", form)) fold.open ||= inputsOf(form).some((input) => fold.contains(input) && input.value && !isTick(input));
  say(word("restored"), "ok");
}

// A form that was sent and led to no page with a way back was taken or answered: nothing to keep.
function look() {
  const draft = JSON.parse(sessionStorage.getItem("draft") ?? "null");
  if (!draft) return;
  const left = draft.at + KEPT_MS - Date.now();
  const isOthers = account() && account() !== draft.account;
  if (left <= 0 || isOthers) return drop();
  setTimeout(drop, left);
  if (draft.met && here() === draft.page && account() === draft.account) {
    drop();
    return fillIn(draft);
  }
  if (draft.met) return;
  if (!new URLSearchParams(location.search).has("next")) return drop();
  sessionStorage.setItem("draft", JSON.stringify({ ...draft, met: true }));
}

// A form that leads on by itself, as those of signing in, is on the way back: what waits stays.
document.addEventListener("submit", ({ target: form, defaultPrevented }) => {
  const isPlain = form.method === "post" && !form.hasAttribute("hx-post") && !form.elements.namedItem("next");
  if (isPlain && !defaultPrevented && one("#main")?.contains(form)) keep(form, false);
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.elt.closest("form[method=post]");
  const isEnded = event.detail.xhr.status === 401 && event.detail.xhr.getResponseHeader("HX-Redirect");
  const isQueued = form?.hasAttribute("data-queue") && document.body.hasAttribute("data-keeps");  // queue.js keeps it
  if (form && isEnded && !isQueued) keep(form, true);
});
look();
