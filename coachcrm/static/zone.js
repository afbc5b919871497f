// A visitor who has chosen no zone sees the times of the zone that his browser is in.
const here = new URL(location.href);
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && zone !== document.documentElement.dataset.zone && !here.searchParams.has("tz")) {
  here.searchParams.set("tz", zone);
  location.replace(here);
}
