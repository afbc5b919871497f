// What is typed is saved as it is typed: a second after a pause, and every two seconds at least.
// Text that the server has not confirmed stays on this device until it has, and no longer. Each tab
// keeps its own, so that two of them never write over each other's; what a tab left that is gone is
// taken up by the next one on the same page.

const PAUSE_MS = 1000;
const LONGEST_MS = 1900;
const RETRY_MS = [2000, 5000, 10000, 30000];
const TAB = "note tab";

export class Autosave extends HTMLElement {
  // A page says: its `place` on the device, `fields` (what is written), `marks` (what it was
  // written on), `address`, `took(told)` and `put(body)`.
  begin() {
    this.form = this.querySelector("form");
    this.state = this.querySelector(".saved");
    this.tab = sessionStorage.getItem(TAB) ?? this.newTab();
    this.key = `${this.place()} ${this.tab}`;
    this.confirmed = this.dataset.conflict ? null : this.asServed();
    // The page that shows both texts has arrived: what was kept is on it.
    if (this.dataset.conflict) localStorage.removeItem(this.key);
    this.failures = 0;
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("focusout", () => this.save());
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save({ keepalive: true });
    });
    addEventListener("pagehide", () => this.save({ keepalive: true }));
    // A page that comes back as it was left knows nothing of what was saved since.
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.reload();
    });
    addEventListener("online", () => this.save());
    addEventListener("beforeunload", (event) => {
      if (this.dirty() && !this.kept) event.preventDefault();
    });
    // What was typed before this script had arrived is not saved yet; nor is what a tab has left.
    if (!this.restore(this.key) && !this.dataset.conflict) this.typed();
    this.hold().then(() => this.adopt());
  }

  // What the server has sent, whatever was typed into it since.
  asServed() {
    const copy = this.form.cloneNode(true);
    copy.reset();
    return this.body(copy);
  }

  // What is written, as the form would send it, without what changes by itself.
  body(form = this.form) {
    const data = new URLSearchParams(new FormData(form));
    for (const name of this.passing) data.delete(name);
    return data.toString();
  }

  dirty() {
    return this.body() !== this.confirmed;
  }

  hasMore() {
    return false;
  }

  typed() {
    if (!this.dirty()) return;
    this.keep();
    // Both texts are shown: what becomes of them the coach says with a button.
    if (this.dataset.conflict) return;
    if (!this.waitsForSignIn) this.say("Saving …");
    this.since ??= Date.now();
    clearTimeout(this.timer);
    const left = Math.max(0, this.since + LONGEST_MS - Date.now());
    this.timer = setTimeout(() => this.save(), Math.min(PAUSE_MS, left));
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    if (this.dataset.conflict || this.leaving || !(this.dirty() || this.hasMore())) return;
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
    if (this.again || (this.failures === 0 && this.dirty() && this.since === undefined)) {
      this.again = false;
      this.save();
    }
  }

  more() {}

  async send(sent, keepalive, isSecond = false) {
    const body = new URLSearchParams(new FormData(this.form));
    const extra = this.more(body, keepalive);
    const answer = await fetch(this.address(), {
      method: "POST",
      body,
      // Browsers refuse to keep large requests alive; an ordinary one is better than none.
      keepalive: keepalive && body.toString().length < 60000,
      headers: { Accept: "application/json" },
    });
    if (answer.ok) return this.saved(sent, await answer.json(), extra);
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

  saved(sent, told, extra) {
    this.failures = 0;
    this.confirmed = sent;
    this.took(told, extra);
    if (this.key !== `${this.place()} ${this.tab}`) {
      localStorage.removeItem(this.key);
      this.key = `${this.place()} ${this.tab}`;
    }
    if (this.dirty()) return this.keep();
    localStorage.removeItem(this.key);
    this.kept = false;
    return this.say(this.savedWords(told));
  }

  savedWords({ saved_at }) {
    return `Saved ${saved_at}`;
  }

  async settle() {
    await this.save();
    for (let tries = 0; this.saving && tries < 100; tries += 1) {
      await new Promise((then) => { setTimeout(then, 50); });
    }
  }

  // It was saved elsewhere: the server shows both texts.
  conflict() {
    this.leaving = true;
    this.keep();
    this.form.setAttribute("action", this.address());
    this.form.submit();
  }

  reload() {
    if (this.dirty() && !this.dataset.conflict) this.keep();
    location.reload();
  }

  // After a new sign-in the old form token counts no more; the page has a fresh one.
  async renew() {
    const page = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!page.ok || page.redirected) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector(`${this.localName} [name=csrf_token]`)?.value;
    if (!token) return false;
    this.form.elements.csrf_token.value = token;
    return true;
  }

  signedOut() {
    this.failed("", true);
    this.retry(RETRY_MS[0]);
    // The way in stays as it is: a link that is made anew under the finger is never pressed.
    if (this.waitsForSignIn) return;
    this.waitsForSignIn = true;
    const link = document.createElement("a");
    Object.assign(link, { href: "/coach/sign-in", target: "_blank", textContent: "Sign in again" });
    this.state.replaceChildren(
      "You are signed out; your text is kept on this device. ", link,
      " in a new tab, and it is saved from here.",
    );
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
    this.waitsForSignIn = false;
    this.state.textContent = words;
  }

  keep() {
    const marks = Object.fromEntries(
      this.marks.map((name) => [name, this.form.elements[name]?.value]),
    );
    try {
      localStorage.setItem(this.key, JSON.stringify({ body: this.body(), marks }));
      this.kept = true;
    } catch {
      this.kept = false;
    }
  }

  // Text from a visit that ended before the server had it all; false if there is none.
  restore(key) {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    if (!kept?.marks || this.dataset.conflict) return false;
    if (kept.body === this.confirmed) {
      localStorage.removeItem(key);
      return false;
    }
    this.put(new URLSearchParams(kept.body));
    // What it was written on: if that has moved on since, both are shown.
    for (const [name, value] of Object.entries(kept.marks)) {
      if (value && this.form.elements[name]) this.form.elements[name].value = value;
    }
    this.keep();
    if (key !== this.key) localStorage.removeItem(key);
    this.save();
    return true;
  }

  newTab() {
    const tab = Math.random().toString(36).slice(2);
    sessionStorage.setItem(TAB, tab);
    return tab;
  }

  // As long as this page lives, its lock says so. A tab that was duplicated begins one of its own.
  async hold() {
    if (await this.takes(this.tab, 300, true)) return;
    this.tab = this.newTab();
    this.key = `${this.place()} ${this.tab}`;
    if (this.dirty()) this.keep();
    await this.takes(this.tab, 300, true);
  }

  // Take up what a tab that lives no more has left here, unless something is being written.
  async adopt() {
    const start = `${this.place()} `;
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(start) || key === this.key) continue;
      if (!(await this.takes(key.slice(start.length), 0))) continue;
      if (this.dirty() || this.restore(key)) return;
    }
  }

  // Say whether no living page has this tab's lock; with `forGood` it is ours from now on.
  takes(tab, withinMs, forGood = false) {
    const { locks } = navigator;
    if (!locks) return Promise.resolve(true);
    return new Promise((answer) => {
      const how = withinMs ? { signal: AbortSignal.timeout(withinMs) } : { ifAvailable: true };
      locks.request(`${TAB} ${tab}`, how, (lock) => {
        answer(Boolean(lock));
        return forGood ? new Promise(() => {}) : undefined;
      }).catch(() => answer(false));
    });
  }
}
