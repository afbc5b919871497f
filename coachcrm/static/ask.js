// A ready message: copied with one press, and opened in a mail program as it stands after changes.

class AskDraft extends HTMLElement {
  connectedCallback() {
    const [subject, body] = [this.querySelector("input"), this.querySelector("textarea")];
    const copy = this.querySelector("[data-copy]");
    const mail = this.querySelector("[data-mail]");
    const status = this.querySelector("[role=status]");
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(body.value);
        status.textContent = "Copied.";
      } catch {
        body.focus();
        body.select();
        status.textContent = "Marked: please copy it now.";
      }
    });
    this.addEventListener("input", () => {
      const lines = body.value.replace(/\r?\n/g, "\r\n");
      mail.href = `mailto:?subject=${encodeURIComponent(subject.value)}&body=${encodeURIComponent(lines)}`;
      status.textContent = "";
    });
  }
}

customElements.define("ask-draft", AskDraft);
