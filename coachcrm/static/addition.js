// An addition to a locked note: kept as it is typed, and part of the note when it is added.
// The page is complete without this; it only spares the pressing.

import { Autosave } from "./autosave.js";

class CoachAddition extends Autosave {
  passing = ["csrf_token", "version", "key"];
  marks = ["version", "key"];

  connectedCallback() {
    this.begin();
  }

  place() {
    return `note ${this.form.getAttribute("action")}`;
  }

  address() {
    return this.dataset.draft;
  }

  took({ version }) {
    this.form.elements.version.value = version;
  }

  // What stands in the note by now was added, by the button of a page that kept it too.
  restore(key) {
    const { body } = JSON.parse(localStorage.getItem(key) ?? "{}");
    const text = new URLSearchParams(body).get("text")?.trim();
    const added = [...document.querySelectorAll(".prose section .typed")];
    if (text && added.some((passage) => passage.textContent.trim() === text)) {
      localStorage.removeItem(key);
      return false;
    }
    return super.restore(key);
  }

  put(data) {
    this.form.elements.text.value = data.get("text");
  }

  savedWords({ saved_at }) {
    return `Kept ${saved_at}, not added yet`;
  }

  // What is added is what the server has kept: so nothing is lost on the way.
  async submitted(event) {
    if (this.dataset.conflict) return;
    event.preventDefault();
    await this.settle();
    if (this.leaving || event.submitter?.hasAttribute("formaction")) return;
    if (this.dirty()) {
      this.say("Not added yet: it could not be saved. Your text is kept on this device.");
      return;
    }
    this.leaving = true;
    this.form.submit();
  }
}

customElements.define("coach-addition", CoachAddition);
