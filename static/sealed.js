// What a browser keeps: rows in IndexedDB, sealed and signed under keys that no script can take out (security.md QR-06).
const { subtle } = window.crypto ?? {};
const text = new TextEncoder();
const bytes = (words) => Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const letters = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_");
const two = (number) => String(number).padStart(2, "0");

export const canSeal = Boolean(subtle && window.indexedDB);
export const freshKey = () => letters(crypto.getRandomValues(new Uint8Array(18)));
export const plain = (fields) => fields.filter(([name]) => name !== "idempotency_key");

// An instant with the zone of this phone: the server judges both.
export function stamp(date) {
  const minutes = -date.getTimezoneOffset();
  const zone = `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return new Date(date.getTime() + minutes * 60000).toISOString().slice(0, 19) + zone;
}

let base = null;
function open() {
  base ??= new Promise((done, fail) => {
    const asked = indexedDB.open("kept", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("keys", { keyPath: "device" });
      asked.result.createObjectStore("entries", { keyPath: "nr", autoIncrement: true });
      asked.result.createObjectStore("usual", { keyPath: "account" });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); base = null; };
      done(asked.result);
    };
    asked.onerror = () => fail(asked.error);
  });
  return base;
}

export async function ask(store, act, ...values) {
  const opened = await open();
  return new Promise((done, fail) => {
    const whole = opened.transaction(store, act.startsWith("get") ? "readonly" : "readwrite");
    const asked = whole.objectStore(store)[act](...values);
    whole.oncomplete = () => done(asked.result);
    whole.onabort = () => fail(whole.error);
  });
}

export async function seal(key, content) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv }, key.seal, text.encode(JSON.stringify(content)));
  return { account: key.account, device: key.device, iv, sealed };
}

export async function unseal(row) {
  const key = await ask("keys", "get", row.device);
  const plain = key && await subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key.seal, row.sealed).catch(() => null);
  return plain && JSON.parse(new TextDecoder().decode(plain));
}

export async function learn({ account, device: name, key }) {
  const raw = bytes(key);
  const sign = await subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const source = await subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: text.encode("seal") };
  const sealing = await subtle.deriveKey(how, source, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await ask("keys", "put", { device: name, account, sign, seal: sealing });
}

// The same text as accounts.devices.sign_packet makes; path: the address as the server reads it.
export async function signature(key, path, told, packet) {
  const fields = plain(told.fields);
  const names = [...new Set(fields.map(([name]) => name))].sort();
  const lines = names.flatMap((name) => fields.filter((field) => field[0] === name).map((field) => `\0${field[0]}\0${field[1]}`));
  const digest = await subtle.digest("SHA-256", text.encode(path + lines.join("")));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const form = told.fields.find(([name]) => name === "idempotency_key")[1];
  const whole = ["packet1", packet.packet_device, packet.packet_at, packet.packet_sent, form, hex].join("\n");
  return letters(await subtle.sign("HMAC", key.sign, text.encode(whole)));
}
