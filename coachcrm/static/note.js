// A note: passages with their steps, saved as they are typed, and what their slash lines have made.
// The page is complete without this; it only spares the pressing.

import { Autosave } from "./autosave.js";

class CoachNote extends Autosave {
  passing = ["csrf_token", "version", "draft", "booking", "place", "about", "action"];
  marks = ["version", "draft"];

  connectedCallback() {
    this.lines = this.querySelector("[data-lines]");
    this.isOpen = false;
    this.template = this.querySelector("template");
    for (const keys of this.querySelectorAll("[data-keys]")) keys.hidden = false;
    this.lines.addEventListener("submit", (event) => this.undone(event));
    this.querySelector("form").addEventListener("keydown", (event) => this.pressed(event));
    this.begin();
  }

  // An empty note has no address of its own yet: the client and the meeting name it.
  place() {
    return `note ${this.address()}${this.form.elements.draft ? ` ${this.form.elements.booking?.value ?? "-"}` : ""}`;
  }

  // (`form.action` would be the buttons of that name.)
  address() {
    return this.form.getAttribute("action");
  }

  // The line that is being typed is not filed before it is left: [block's key, its text], or null.
  openLine() {
    const area = document.activeElement;
    const block = document.hasFocus() && area?.matches?.("textarea") && area.closest(".block");
    if (!block || !this.form.contains(block)) return null;
    const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const text = area.value.slice(start).split("\n")[0];
    return [block.querySelector("[name$=-key]").value, text];
  }

  hasMore() {
    return this.isOpen && !this.openLine()?.[1].trimStart().startsWith("/");
  }

  more(body, keepalive) {
    const open = keepalive ? null : this.openLine();
    if (open) {
      body.set("open-block", open[0]);
      body.set("open-text", open[1]);
    }
    return Boolean(open?.[1].trimStart().startsWith("/"));
  }

  took({ url, version, filed, hints }, isOpen = this.isOpen) {
    this.isOpen = isOpen;
    this.list(url, filed, hints);
    const { draft, booking, version: field } = this.form.elements;
    if (!draft) {
      field.value = version;
      return;
    }
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "version", value: version });
    draft.replaceWith(hidden);
    booking?.remove();
    this.form.setAttribute("action", url);
    // On the page of a call the call is where one comes back to.
    if (!this.form.elements.place) history.replaceState(null, "", url);
  }

  // What the slash lines have made, newest first.
  list(url, filed, hints) {
    const told = JSON.stringify([filed, hints]);
    if (told === this.told) return;
    this.told = told;
    const rows = filed.map((line) => {
      const [row, what, label, form, button] = ["li", "p", "span", "form", "button"].map((tag) => document.createElement(tag));
      row.className = "row";
      label.className = "status";
      label.textContent = line.label;
      what.append(label, ` ${line.words}`);
      form.dataset.undo = line.id;
      button.className = "plain";
      button.textContent = "Undo";
      button.setAttribute("aria-label", `Undo: ${line.words}`);
      form.append(button);
      row.append(what, form);
      return row;
    });
    this.lines.querySelector("[data-filed]").replaceChildren(...rows);
    this.lines.querySelector("[data-hints]").replaceChildren(...hints.map((hint) => {
      const row = document.createElement("li");
      row.textContent = `“${hint.text}” stays text. ${hint.sentence}`;
      return row;
    }));
    this.tick();
  }

  // A line under /3 marks its passage with step 3: the boxes say what the server has understood.
  tick() {
    for (const block of this.blocks()) {
      for (const [, step] of block.querySelector("textarea").value.matchAll(/^\s*\/([1-6])\s+\S/gm)) {
        block.querySelector(`[name$=-steps][value="${step}"]`).checked = true;
      }
    }
  }

  async undone(event) {
    event.preventDefault();
    await this.undo(event.target.dataset.undo);
  }

  // Everything typed is saved first, so that the answer's text is the whole text.
  async undo(id) {
    await this.settle();
    if (this.dirty()) return;
    const before = this.body();
    const body = new URLSearchParams({ csrf_token: this.form.elements.csrf_token.value });
    const url = this.form.getAttribute("action");
    const answer = await fetch(`${url}/lines/${id}/undo`, {
      method: "POST", body, headers: { Accept: "application/json" },
    });
    if (!answer.ok) return this.say("That could not be undone just now.");
    const told = await answer.json();
    // What was typed while the answer was on its way is not in it.
    const isWhole = this.body() === before;
    for (const area of this.form.querySelectorAll("textarea")) {
      const lines = area.value.split("\n");
      const place = lines.indexOf(told.undone.text);
      if (place < 0) continue;
      lines[place] = told.undone.words;
      const caret = area.selectionStart;
      area.value = lines.join("\n");
      area.selectionStart = area.selectionEnd = Math.min(caret, area.value.length);
      break;
    }
    this.saved(isWhole ? this.body() : null, told);
    if (isWhole) this.say(`Undone: ${told.undone.words}`);
    else this.save();
  }

  put(data) {
    const numbers = [...new Set([...data.keys()].map((name) => Number(name.split("-")[1])))];
    this.blocks().forEach((block) => block.remove());
    for (const number of numbers.sort((a, b) => a - b)) {
      const block = this.addBlock(number);
      for (const field of block.querySelectorAll("[name]")) {
        if (field.type === "checkbox") field.checked = data.getAll(field.name).includes(field.value);
        else if (data.has(field.name)) field.value = data.get(field.name);
      }
      const title = data.get(`block-${number}-title`);
      if (title) this.entitle(block, number, title);
    }
  }

  blocks() {
    return [...this.form.querySelectorAll(".block")];
  }

  addBlock(number = this.nextNumber()) {
    const block = this.template.content.firstElementChild.cloneNode(true);
    for (const part of block.querySelectorAll("[id], [name], [for]")) {
      for (const name of ["id", "name", "for"]) {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace("block-0-", `block-${number}-`));
      }
    }
    for (const part of block.querySelectorAll("[aria-label]")) {
      part.setAttribute("aria-label", `Kind of passage ${number + 1}`);
    }
    block.querySelector("label").textContent = `Passage ${number + 1}`;
    block.querySelector("legend").textContent = `Steps of passage ${number + 1}`;
    block.querySelector("[name$=-key]").value = this.newKey();
    this.form.querySelector(".actions").before(block);
    return block;
  }

  nextNumber() {
    return Math.max(-1, ...this.blocks().map((b) => Number(b.querySelector("textarea").name.split("-")[1]))) + 1;
  }

  // The block's name from one save to the next, so that a save that arrives twice is one.
  newKey() {
    const octets = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
  }

  entitle(block, number, title) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: `block-${number}-title`, value: title });
    block.prepend(field);
    const label = block.querySelector("label");
    label.textContent = title;
    label.classList.remove("visually-hidden");
  }

  pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.addBlock().querySelector("textarea").focus();
    }
    const newest = this.lines.querySelector("form[data-undo]");
    if (event.key === "Escape" && !event.isComposing && newest) {
      event.preventDefault();
      this.undo(newest.dataset.undo);
    }
    const digit = /^Digit([1-6])$/.exec(event.code)?.[1];
    const block = event.target.closest(".block");
    if (event.altKey && digit && block) {
      event.preventDefault();
      block.querySelector(`[value="${digit}"]`).click();
    }
  }

  submitted(event) {
    if (this.dataset.conflict) return;
    event.preventDefault();
    if (event.submitter?.value === "add") this.addBlock().querySelector("textarea").focus();
    this.save();
  }
}

customElements.define("coach-note", CoachNote);
