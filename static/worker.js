// Keeps hashed files and pages that look the same for everybody; shows them where there is no network (security.md WEB-11).
// The server puts self.kept before this: files, pages and a version that changes with any of them.
"use strict";

const { enabled, version, files, page, shells } = self.kept;
const NAME = `kept-${version}`;
const PATIENCE_MS = 8000;

async function keep() {
  const cache = await caches.open(NAME);
  await Promise.all([...files, page, ...Object.values(shells)].map(async (url) => {
    const answer = await fetch(url, { cache: "no-cache" });
    if (!answer.ok || answer.redirected || /no-store/.test(answer.headers.get("Cache-Control"))) throw new Error(url);
    await cache.put(url, answer);
  }));
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => !enabled || name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  if (!enabled) return self.registration.unregister();
  return self.clients.claim();
}

async function show(request) {
  const shell = shells[new URL(request.url).pathname];
  const kept = () => caches.match(shell ?? page, { cacheName: NAME, ignoreVary: true });
  const asked = fetch(request);
  const late = new Promise((done) => { if (shell) setTimeout(async () => done(await kept() ?? asked), PATIENCE_MS); });
  return Promise.race([asked, late]).catch(async () => await kept() ?? Response.error());
}

async function file(request) {
  return await caches.match(request.url, { cacheName: NAME, ignoreVary: true }) ?? fetch(request);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  if (enabled) event.waitUntil(keep());
});
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, search } = new URL(request.url);
  if (!enabled || request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(show(request));
  else if (files.includes(pathname + search)) event.respondWith(file(request));
});
