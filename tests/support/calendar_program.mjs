// A calendar program as Thunderbird's is: it reads with ical.js and keeps its rules of iTIP
// (calItipUtils.sys.mjs): a REQUEST counts only if its SEQUENCE, then its DTSTAMP, is greater than
// what is there; a CANCEL takes away what has its UID; nothing comes back after that but by a
// REQUEST that is newer. Standard input: a list of calendar texts; standard output: what is left.
import { pathToFileURL } from "node:url";

// The first argument is where ical.js lies on this machine.
const { default: ICAL } = await import(pathToFileURL(process.argv[2]));

const entries = new Map();
const cancelled = new Map();

function newer(a, b) {
  return a.sequence !== b.sequence ? a.sequence > b.sequence : a.stamp > b.stamp;
}

function receive(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const method = calendar.getFirstPropertyValue("method");
  const events = calendar.getAllSubcomponents("vevent");
  if (events.length !== 1) throw new Error(`${events.length} events`);
  const event = new ICAL.Event(events[0]);
  const found = {
    uid: event.uid,
    sequence: Number(event.sequence),
    stamp: events[0].getFirstPropertyValue("dtstamp").toJSDate().getTime(),
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    status: events[0].getFirstPropertyValue("status"),
    attendees: event.attendees.map((a) => a.getFirstValue()),
    summary: event.summary,
    description: event.description,
  };
  const present = entries.get(found.uid) ?? cancelled.get(found.uid);
  if (method === "REQUEST") {
    if (present === undefined || newer(found, present)) {
      cancelled.delete(found.uid);
      entries.set(found.uid, found);
    }
  } else if (method === "CANCEL") {
    if (present === undefined || !newer(present, found)) {
      entries.delete(found.uid);
      cancelled.set(found.uid, found);
    }
  } else {
    throw new Error(`not obeyed: ${method}`);
  }
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
for (const text of JSON.parse(Buffer.concat(chunks).toString("utf8"))) receive(text);
console.log(JSON.stringify([...entries.values()]));
