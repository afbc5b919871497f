// The colour is shown while the hue is being chosen, and the photo as it will be cut.

const preview = document.querySelector(".preview");
const rainbow = document.querySelector("#other_hue");
const other = document.querySelector("[name=hue][value=other]");

function show() {
  const chosen = document.querySelector("[name=hue]:checked");
  preview.style.setProperty("--hue", chosen && chosen !== other ? chosen.value : rainbow.value);
}

document.querySelector(".without-script").hidden = true;
rainbow.addEventListener("input", () => {
  other.checked = true;
  show();
});
document.querySelector(".hues").addEventListener("change", () => {
  if (!other.checked) rainbow.value = document.querySelector("[name=hue]:checked").value;
  show();
});
// What the browser kept over a reload counts as well.
show();

for (const field of document.querySelectorAll("#surname, #line")) {
  field.addEventListener("input", () => {
    for (const shown of preview.querySelectorAll(`[data-shows=${field.id}]`)) shown.textContent = field.value;
  });
}

const MOST_PHOTO_BYTES = 10 * 1024 ** 2;

// Said before it is sent: of a larger one nothing is read.
function tooLarge(file) {
  return file && file.size > MOST_PHOTO_BYTES ? "This photo is larger than 10 MB." : "";
}

class PhotoCut extends HTMLElement {
  connectedCallback() {
    const [chosen, at] = [document.getElementById("photo"), document.getElementById("at")];
    const canvas = this.querySelector("canvas");
    let picture = null;
    const draw = () => {
      if (!picture) return;
      const side = Math.min(picture.width, picture.height);
      const [x, y] = [picture.width, picture.height].map((all) => ((all - side) * at.value) / 100);
      canvas.getContext("2d").drawImage(picture, x, y, side, side, 0, 0, canvas.width, canvas.height);
    };
    chosen.form.addEventListener("submit", (event) => {
      if (!chosen.reportValidity()) event.preventDefault();
    });
    chosen.addEventListener("change", async () => {
      chosen.setCustomValidity(tooLarge(chosen.files[0]));
      chosen.reportValidity();
      try {
        picture = await createImageBitmap(chosen.files[0]);
      } catch {
        // What the browser cannot read, the answer to the form explains.
        picture = null;
      }
      this.querySelector("span.arch").hidden = !!picture;
      canvas.hidden = !picture;
      draw();
    });
    at.addEventListener("input", draw);
  }
}

customElements.define("photo-cut", PhotoCut);
