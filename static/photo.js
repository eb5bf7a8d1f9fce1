// Makes photos small enough on the phone before they are sent (ux.md 3.0). Without it the server says what is too large.
(() => {
  "use strict";

  const LONGEST_SIDE = 2000;
  const QUALITY = 0.8;

  async function smaller(file) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob && new File([blob], "photo.jpg", { type: "image/jpeg" });
  }

  async function onChange({ target }) {
    const file = target.dataset?.shrink && target.files?.[0];
    if (!file?.type.startsWith("image/") || file.size <= Number(target.dataset.shrink)) return;
    const made = await smaller(file).catch(() => null);  // what no browser reads, the server refuses
    if (!made || target.files[0] !== file) return;
    const list = new DataTransfer();
    list.items.add(made);
    target.files = list.files;
  }

  document.addEventListener("change", onChange);
})();
