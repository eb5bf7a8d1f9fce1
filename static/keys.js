// Keys for those who work through queues (ux.md 6.4): never in fields, never while composing, can be switched off.
// And for those who listen: what a save, an error or a longer list brought is said in the live region (ux.md UX-A7).
(() => {
  "use strict";

  const { all, one, fill, say, word, focusOn } = window.dom;
  let prefix = "";
  let lastRow = null;

  function moveRow(step) {
    const rows = all("[data-row]");
    const now = rows.indexOf(document.activeElement?.closest("[data-row]"));
    const row = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
    if (row) focusOn(one("[data-row-check], a[href]", row) ?? row);
  }

  function tickRow(range) {
    const rows = all("[data-row]");
    const row = document.activeElement?.closest("[data-row]");
    const box = row && one("[data-row-check]", row);
    if (!box) return;
    box.checked = !box.checked;
    const [from, to] = [rows.indexOf(lastRow), rows.indexOf(row)].sort((a, b) => a - b);
    if (range && from >= 0) rows.slice(from, to + 1).forEach((each) => { const b = one("[data-row-check]", each); if (b && !b.disabled) b.checked = box.checked; });
    lastRow = row;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function press(key) {
    const row = document.activeElement?.closest("[data-row]");
    const pick = (root) => all("[data-key]", root).find((element) => element.dataset.key === key && element.offsetParent);
    const control = (row && pick(row)) ?? pick(document);
    control?.click();
    return Boolean(control);
  }

  function onKey(event) {
    const busy = event.isComposing || event.ctrlKey || event.metaKey || event.altKey;
    const writing = event.target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
    if (busy || writing || document.documentElement.dataset.shortcuts === "off") return;
    const key = prefix + event.key;
    prefix = "";
    const acts = { j: () => moveRow(1), k: () => moveRow(-1), x: () => tickRow(false), X: () => tickRow(true), "/": () => focusOn(all("[data-search]").find((box) => box.offsetParent)), g: () => { prefix = "g "; } };
    if (acts[key]) {
      event.preventDefault();
      acts[key]();
    } else if (press(key)) event.preventDefault();
  }

  document.addEventListener("keydown", onKey);

  // ---- said once: whatever the server put into the region itself stays
  const plainly = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";

  function tell(root) {
    if (plainly(one("#status"))) return;
    const outcome = one(".toast-text, .notice-error .notice-title, #error-title", root);
    if (outcome) say(plainly(outcome));
  }

  function tellCount(list) {
    const n = all("[data-row]", list).length;
    if (n) say(fill(word("listed"), { n }));
    else say(plainly(one(".empty p", list)));
  }

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const source = detail.requestConfig?.elt;
    if (source?.matches("[data-search], [data-appends]")) tellCount(document.getElementById(detail.target.id) ?? detail.elt);
    else if (!source?.matches("[data-poll], [data-refresh]")) tell(detail.elt);
  });
  setTimeout(() => tell(document), 100);  // a region that is filled as the page opens is not read out
})();
