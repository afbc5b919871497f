// The time of a call, moving once in ten seconds, and a note that is safe before the page is left.

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

for (const form of document.querySelectorAll("[data-after-note]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await document.querySelector("coach-note").settle();
    form.submit();
  });
}
