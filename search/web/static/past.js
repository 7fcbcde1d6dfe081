// The past searches, which only this browser stores; the start page lists them.

const STORED = "searches";
const MOST = 12;
const MEANT = 2000; // milliseconds after which a search that stands is one to remember
const OPENED = ["shown", "compared", "explained", "offset", "limit", "lang"];
const NARROWING = ["speaker", "act", "document", "paragraph", "year", "side", "from", "to"];

const section = document.getElementById("past");
const list = section.querySelector("ul");
const results = document.getElementById("results");
let shown = ""; // the search whose hits are shown
let timer = 0; // until it is remembered

function read() {
  try {
    const searches = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(searches) ? searches.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

function write(searches) {
  try {
    localStorage.setItem(STORED, JSON.stringify(searches));
  } catch {
    // The browser stores nothing for this page.
  }
}

// The search of the present address, without what is open and without the page.
function present() {
  const query = new URLSearchParams(location.search);
  for (const name of OPENED) query.delete(name);
  return query.toString();
}

const withoutQuery = (search) => {
  const query = new URLSearchParams(search);
  query.delete("q");
  return query.toString();
};
const words = (search) => new URLSearchParams(search).get("q") ?? "";

// A search that goes on from the one before, as typed letter by letter, takes its place.
function remember(search) {
  const searches = read().filter((each) => each !== search);
  const [last] = searches;
  const goesOn = last && words(last) && words(search).startsWith(words(last)) && withoutQuery(last) === withoutQuery(search);
  if (goesOn) searches.shift();
  write([search, ...searches].slice(0, MOST));
}

function show() {
  const isStart = Boolean(results.querySelector(".welcome"));
  const searches = isStart ? read() : [];
  section.hidden = !searches.length;
  list.replaceChildren(...searches.map(item));
}

function item(search, number) {
  const query = new URLSearchParams(search);
  const lang = new URLSearchParams(location.search).get("lang");
  const parts = [query.get("q"), ...NARROWING.flatMap((name) => query.getAll(name))].filter(Boolean);
  if (lang) query.set("lang", lang);
  const link = document.createElement("a");
  Object.assign(link, { id: `past-${number + 1}`, href: `/?${query}`, textContent: parts.join(" · ") });
  link.dataset.live = "";
  const entry = document.createElement("li");
  entry.append(link);
  return entry;
}

function follow() {
  clearTimeout(timer);
  show();
  shown = results.querySelector(".hit") ? present() : "";
  if (shown) timer = setTimeout(remember, MEANT, shown);
}

section.querySelector("button").addEventListener("click", () => {
  write([]);
  show();
  document.getElementById("q").focus();
});
// A hit that is opened, or a page that is left, was searched for.
for (const event of ["click", "pagehide"]) {
  addEventListener(event, (happened) => {
    const isUse = event === "pagehide" || happened.target.closest?.(".hit a, .hit button");
    if (isUse && shown) remember(shown);
  }, true);
}
new MutationObserver(follow).observe(results, { childList: true });
follow();
