// Every change of the weekly hours shows at once what it would do. Without this, a button does it.

const form = document.querySelector("#week-form");
const unsaved = form.querySelector("[role=status]");
form.querySelector("[name=look]").hidden = true;
let asked = 0;

async function look() {
  const number = ++asked;
  const body = new URLSearchParams(new FormData(form));
  body.set("look", "1");
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  // Half a pair is being typed, or a newer question is on its way: the old picture stays.
  if (!answer.ok || number !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#preview-box");
  if (fresh) document.querySelector("#preview-box").replaceChildren(...fresh.childNodes);
}

form.addEventListener("change", (event) => {
  unsaved.hidden = false;
  if (event.target.type === "time") look().catch(() => {});
});
