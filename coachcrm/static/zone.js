// A visitor who has chosen no zone sees the times of the zone that his browser is in: they are asked
// for once, and what differs on the page takes its place, without loading the page anew.
const PATIENCE = 1000; // milliseconds for which nothing is shown rather than another zone's times
const root = document.documentElement;
const main = document.querySelector("main");
const here = new URL(location.href);
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// Browsers keep old names of some zones, and give the same one for both.
const named = (timeZone) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return timeZone;
  }
};

const put = (old, fresh) => {
  if (old.isEqualNode(fresh)) return;
  const same = old.nodeName === fresh.nodeName && old.attributes;
  if (!same || old.childNodes.length !== fresh.childNodes.length) {
    old.replaceWith(fresh);
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  const children = [...fresh.childNodes];
  [...old.childNodes].forEach((child, number) => put(child, children[number]));
};

if (zone && !here.searchParams.has("tz") && named(zone) !== named(root.dataset.zone)) {
  const show = () => main.removeAttribute("style");
  main.style.visibility = "hidden";
  setTimeout(show, PATIENCE);
  here.searchParams.set("tz", zone);
  // Without an answer the page stays as it is: in the coach's zone, and saying so.
  const answer = await fetch(here).catch(() => null);
  if (answer?.ok) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    put(main, fresh.querySelector("main"));
    root.dataset.zone = fresh.documentElement.dataset.zone;
    history.replaceState(history.state, "", here);
  }
  show();
}
