// The time of a call, moving once in ten seconds, the questions that come forward, and a note that
// is safe before the page is left.

const OFTEN_MS = 10000;

class CallBar extends HTMLElement {
  connectedCallback() {
    this.show();
    this.timer = setInterval(() => this.show(), OFTEN_MS);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const start = Date.parse(this.dataset.start);
    const whole = Date.parse(this.dataset.end) - start;
    const gone = Math.min(Math.max(Date.now() - start, 0), whole);
    this.querySelector(".gone").setAttribute("width", (100 * gone) / whole);
    const minutes = [gone, whole].map((ms) => Math.floor(ms / 60000));
    this.querySelector("[data-minute]").textContent = `Minute ${minutes[0]} of ${minutes[1]}`;
  }
}

customElements.define("call-bar", CallBar);

// The page is complete without this: “Next” is a link into the next step's questions, which a
// browser opens by itself. Here nothing scrolls, and the step of a line that is typed comes forward.
class ToAsk extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.followed(event));
    document.querySelector("coach-note")?.addEventListener("input", (event) => this.typed(event));
  }

  followed(event) {
    const link = event.target.closest("a.next");
    if (!link) return;
    event.preventDefault();
    const step = this.querySelector(`[data-step="${link.hash.replace("#ask-", "")}"]`);
    step.open = true;
    step.querySelector("summary").focus({ preventScroll: true });
    step.scrollIntoView({ block: "nearest" });
  }

  typed({ target }) {
    if (!target.matches("textarea")) return;
    const line = target.value.slice(0, target.selectionStart).split("\n").pop();
    const step = /^\s*\/([1-6])\s/.exec(line)?.[1];
    if (step) this.querySelector(`[data-step="${step}"]`).open = true;
  }
}

customElements.define("to-ask", ToAsk);

for (const form of document.querySelectorAll("[data-after-note]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await document.querySelector("coach-note").settle();
    form.submit();
  });
}
