// What the gates of ux.md 6.2 look at, read from the page as it stands. Returns plain data.
() => {
  "use strict";

  const all = (selector) => [...document.querySelectorAll(selector)];
  const words = (element) => (element.getAttribute("aria-label") ?? element.innerText ?? element.value ?? "").trim().slice(0, 40);
  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true })
      && box.right > 0 && box.bottom + scrollY > 0;
  };

  // A link inside a sentence: it flows with words that do not belong to it.
  const inSentence = (element) => {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    const block = element.closest("p, li, dd, td, label, legend, figcaption");
    return Boolean(block) && block.innerText.trim().length > element.innerText.trim().length;
  };

  // What a finger may touch: the control itself or the label that acts for it.
  const boxOf = (element) => {
    const box = element.getBoundingClientRect();
    const label = element.matches("input[type=checkbox], input[type=radio]") ? element.closest("label") : null;
    const other = label?.getBoundingClientRect() ?? box;
    return { width: Math.max(box.width, other.width), height: Math.max(box.height, other.height) };
  };

  const targets = all("a[href], button, input:not([type=hidden]), select, textarea, summary")
    .filter((element) => isShown(element) && !element.disabled && !element.matches(".skip"))
    .map((element) => ({ tag: element.tagName.toLowerCase(), words: words(element), sentence: inSentence(element), ...boxOf(element) }));

  const stuck = all("body *").filter((element) => ["sticky", "fixed"].includes(getComputedStyle(element).position) && isShown(element));
  const tooWide = all("body *").filter((element) => isShown(element) && element.getBoundingClientRect().right > innerWidth + 0.5
    && !element.closest(".scroll, .sheet, .visually-hidden")).slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);

  const clipped = all("main *").filter((element) => {
    const style = getComputedStyle(element);
    return isShown(element) && element.innerText?.trim() && style.overflowX !== "visible" && !element.matches(".scroll, .sheet, .visually-hidden, .link-rows, details")
      && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
  }).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);

  return {
    title: document.title,
    headings: all("h1").filter((element) => element.checkVisibility()).map((element) => element.innerText.trim()),
    isPaper: document.body.matches(".print-page"),
    landmarks: { main: all("main").length, header: all("body > header").length, footer: all("body > footer").length, status: all("#status[role=status]").length },
    unnamedNavigation: all("nav:not([aria-label]):not([aria-labelledby])").length,
    language: document.documentElement.lang,
    nodes: all("*").length,
    scrollWidth: document.documentElement.scrollWidth,
    innerWidth,
    height: document.documentElement.scrollHeight,
    tooWide,
    clipped,
    targets,
    stuckShare: stuck.reduce((sum, element) => sum + element.getBoundingClientRect().height, 0) / innerHeight,
  };
}
