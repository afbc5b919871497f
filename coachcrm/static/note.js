// A note is saved as it is typed. The page is complete without this; it only spares the pressing.
// Text that the server has not confirmed stays on this device until it has, and no longer.

const PAUSE_MS = 1000;
const LONGEST_MS = 1900;
const RETRY_MS = [2000, 5000, 10000, 30000];

class CoachNote extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.state = this.querySelector(".saved");
    this.lines = this.querySelector("[data-lines]");
    this.isOpen = false;
    this.template = this.querySelector("template");
    // An empty note has no address of its own yet: the client and the meeting name it.
    // (`form.action` would be the buttons of that name.)
    this.key = `note ${this.form.getAttribute("action")} ${this.form.elements.booking?.value ?? ""}`;
    this.confirmed = this.dataset.conflict ? null : this.body();
    // The page that shows both texts has arrived: what was kept is on it.
    if (this.dataset.conflict) localStorage.removeItem(this.key);
    this.failures = 0;
    for (const keys of this.querySelectorAll("[data-keys]")) keys.hidden = false;
    this.lines.addEventListener("submit", (event) => this.undone(event));
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("focusout", () => this.save());
    this.form.addEventListener("keydown", (event) => this.pressed(event));
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save({ keepalive: true });
    });
    addEventListener("pagehide", () => this.save({ keepalive: true }));
    addEventListener("online", () => this.save());
    addEventListener("beforeunload", (event) => {
      if (this.dirty() && !this.kept) event.preventDefault();
    });
    this.restore();
  }

  // What is written, as the form would send it, without what changes by itself.
  body() {
    const data = new URLSearchParams(new FormData(this.form));
    for (const name of ["csrf_token", "version", "draft", "booking", "place", "about", "action"]) data.delete(name);
    return data.toString();
  }

  dirty() {
    return this.body() !== this.confirmed;
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

  hasToFile() {
    return this.isOpen && !this.openLine()?.[1].trimStart().startsWith("/");
  }

  typed() {
    if (!this.dirty()) return;
    this.keep();
    this.say("Saving …");
    this.since ??= Date.now();
    clearTimeout(this.timer);
    const left = Math.max(0, this.since + LONGEST_MS - Date.now());
    this.timer = setTimeout(() => this.save(), Math.min(PAUSE_MS, left));
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    if (this.dataset.conflict || this.leaving || !(this.dirty() || this.hasToFile())) return;
    if (this.saving) {
      this.again = true;
      return;
    }
    this.saving = true;
    this.since = undefined;
    const sent = this.body();
    try {
      await this.send(sent, keepalive);
    } catch {
      this.failed("Not saved yet: no connection. Your text is kept on this device.");
    }
    this.saving = false;
    if (this.again || (this.failures === 0 && this.dirty() && !this.timerRuns())) {
      this.again = false;
      this.save();
    }
  }

  timerRuns() {
    return this.since !== undefined;
  }

  async send(sent, keepalive, isSecond = false) {
    const body = new URLSearchParams(new FormData(this.form));
    const open = keepalive ? null : this.openLine();
    if (open) {
      body.set("open-block", open[0]);
      body.set("open-text", open[1]);
    }
    const answer = await fetch(this.form.getAttribute("action"), {
      method: "POST",
      body,
      // Browsers refuse to keep large requests alive; an ordinary one is better than none.
      keepalive: keepalive && body.toString().length < 60000,
      headers: { Accept: "application/json" },
    });
    if (answer.ok) {
      this.isOpen = Boolean(open?.[1].trimStart().startsWith("/"));
      return this.saved(sent, await answer.json());
    }
    if (answer.status === 409) return this.conflict();
    if (answer.status === 413) {
      return this.failed("Not saved: this is too long for one note. Please begin a new one.", true);
    }
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    const isOldForm = answer.status === 400 || told.reason === "expired";
    if (isOldForm && !isSecond && (await this.renew())) return this.send(sent, keepalive, true);
    if (answer.status === 401 || isOldForm) return this.signedOut();
    const words = answer.status === 422 ? told.error : "Not saved yet.";
    return this.failed(`${words} Your text is kept on this device.`, answer.status === 422);
  }

  saved(sent, { url, version, saved_at, filed, hints }) {
    this.failures = 0;
    this.confirmed = sent;
    this.list(url, filed, hints);
    const { draft, booking, version: field } = this.form.elements;
    if (draft) {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: "version", value: version });
      draft.replaceWith(hidden);
      booking?.remove();
      localStorage.removeItem(this.key);
      this.form.setAttribute("action", url);
      this.key = `note ${url} `;
      // On the page of a call the call is where one comes back to.
      if (!this.form.elements.place) history.replaceState(null, "", url);
    } else {
      field.value = version;
    }
    if (this.dirty()) this.keep();
    else {
      localStorage.removeItem(this.key);
      this.kept = false;
      this.say(`Saved ${saved_at}`);
    }
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
    const body = new URLSearchParams({ csrf_token: this.form.elements.csrf_token.value });
    const url = this.form.getAttribute("action");
    const answer = await fetch(`${url}/lines/${id}/undo`, {
      method: "POST", body, headers: { Accept: "application/json" },
    });
    if (!answer.ok) return this.say("That could not be undone just now.");
    const told = await answer.json();
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
    this.saved(this.body(), told);
    this.say(`Undone: ${told.undone.words}`);
  }

  async settle() {
    await this.save();
    for (let tries = 0; this.saving && tries < 100; tries += 1) {
      await new Promise((then) => { setTimeout(then, 50); });
    }
  }

  // The note was saved elsewhere: the server shows both texts.
  conflict() {
    this.leaving = true;
    this.keep();
    this.form.submit();
  }

  // After a new sign-in the old form token counts no more; the page has a fresh one.
  async renew() {
    const page = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!page.ok || page.redirected) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("coach-note [name=csrf_token]")?.value;
    if (!token) return false;
    this.form.elements.csrf_token.value = token;
    return true;
  }

  signedOut() {
    this.failed("", true);
    const link = document.createElement("a");
    Object.assign(link, { href: "/coach/sign-in", target: "_blank", textContent: "Sign in again" });
    this.state.replaceChildren(
      "You are signed out; your text is kept on this device. ", link,
      " in a new tab, and it is saved from here.",
    );
    this.retry(RETRY_MS[0]);
  }

  failed(words, isFinal = false) {
    this.keep();
    this.failures += 1;
    if (words) this.say(words);
    if (!isFinal) this.retry(RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1]);
  }

  retry(after) {
    clearTimeout(this.retrying);
    this.retrying = setTimeout(() => this.save(), after);
  }

  say(words) {
    this.state.textContent = words;
  }

  keep() {
    const { version, draft } = this.form.elements;
    const kept = { body: this.body(), version: version?.value, draft: draft?.value };
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
      this.kept = true;
    } catch {
      this.kept = false;
    }
  }

  // Text from a visit that ended before the server had it all.
  restore() {
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    if (!kept || this.dataset.conflict) return;
    if (kept.body === this.confirmed) return localStorage.removeItem(this.key);
    const data = new URLSearchParams(kept.body);
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
    // What it was written on: if the note has moved on since, both are shown.
    const { version, draft } = this.form.elements;
    if (kept.version && version) version.value = kept.version;
    if (kept.draft && draft) draft.value = kept.draft;
    this.save();
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
