// The zone that the browser is in is offered first, and the clocks of the list go on.
const card = document.querySelector(".yours");
const RENAMED = { Calcutta: "Kolkata", Katmandu: "Kathmandu", Kiev: "Kyiv", Rangoon: "Yangon", Saigon: "Ho Chi Minh City" };
const hours = card.dataset.hours === "12" ? { hour: "numeric", hourCycle: "h12" } : { hour: "2-digit", hourCycle: "h23" };

// A browser may keep an old name of the same zone; it may also not know the zone at all.
const clock = (timeZone) => {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone, minute: "2-digit", ...hours });
  } catch {
    return null;
  }
};
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const shown = clock(document.documentElement.dataset.zone)?.resolvedOptions().timeZone;

if (own && own !== shown) {
  const city = own.split("/").pop().replaceAll("_", " ");
  const link = card.querySelector("a");
  const url = new URL(link.href);
  url.searchParams.set("tz", own);
  link.href = url;
  link.textContent = card.dataset.deed;
  card.querySelector(".meta").textContent = card.dataset.says;
  card.querySelector(".big > span").textContent = RENAMED[city] ?? city;
  card.querySelector("time").dataset.in = own;
}

const tick = () => {
  const now = new Date();
  for (const time of document.querySelectorAll("time[data-in]")) {
    const text = clock(time.dataset.in)?.format(now);
    if (text) {
      time.textContent = text;
      time.dateTime = now.toISOString();
    }
  }
};
tick();
setInterval(tick, 15_000);
addEventListener("pageshow", tick);
