// Results while the user types, without a reload of the page. The server renders everything;
// this script replaces the part below the form, and keeps the URL in step.

const form = document.getElementById("form");
const box = document.getElementById("q");
const list = document.getElementById("suggestions");
const results = document.getElementById("results");
const liveRegion = document.getElementById("status");
const progress = document.getElementById("progress");
const languageLink = document.getElementById("language");
const root = document.documentElement;

const PAUSE = 25; // milliseconds between the last key and the request for results
const SETTLED = 1500; // milliseconds after which more typing becomes a history entry of its own
const MOMENT = 400; // milliseconds after which the page says that it works
const UNFINISHED = 1200; // milliseconds after which an unfinished syllable counts as meant

root.classList.add("scripted");
if (innerWidth < 832) fold();
const narrow = matchMedia("(max-width: 30rem)");
const controls = form.querySelector(".controls");
controls.open = !narrow.matches;
narrow.addEventListener("change", () => (controls.open = !narrow.matches));

/* ---- Results ---- */

let pending = null; // the AbortController of the latest request for results
let timer = 0; // until a request
let waiting = 0; // until results of an unfinished syllable are shown
let shownSearch = location.search; // the query string of the present results
let working = 0; // until the latest request says that it takes long
let announcing = 0; // until the number of hits is read out
let composing = false; // whether an input method composes a syllable
let typedAt = -Infinity;

function addressOf(data) {
  const query = new URLSearchParams();
  for (const [name, value] of data) if (value && !(name === "sort" && /^(rank|place)$/.test(value))) query.append(name, value);
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

async function show(address, { step = "push", focus = null, top = false, card = null } = {}) {
  pending?.abort();
  clearTimeout(waiting);
  const request = (pending = new AbortController());
  if (step === "push") history.pushState(null, "", address);
  else if (step === "replace") history.replaceState(null, "", address);
  shownSearch = location.search;
  linkLanguage(address);
  const finished = begin(card, card ? form.dataset.comparing : form.dataset.working);
  try {
    const language = new URLSearchParams(location.search).get("lang");
    const response = await fetch(address.replace(/^\/\??/, "/results?"), {
      signal: request.signal,
      headers: { Accept: "text/html", ...(language ? {} : { "Accept-Language": root.lang }) },
    });
    const html = await response.text();
    if (request !== pending) return;
    if (!response.headers.get("content-type")?.startsWith("text/html")) throw new Error(response.statusText);
    const part = document.createElement("template");
    part.innerHTML = html;
    // A fault has a page of its own, of which the results take the message.
    if (part.content.querySelector("header")) {
      report(part.content.querySelector("[role=alert]")?.textContent ?? form.dataset.failed, card);
      return;
    }
    const replace = () => replaceResults(part.content, focus, top);
    // While a syllable is composed, 저 of 전작권 is no word to search for yet.
    if (composing && part.content.querySelector("[data-guess]")) waiting = setTimeout(replace, UNFINISHED);
    else replace();
  } catch (fault) {
    if (request !== pending || fault.name === "AbortError") return;
    report(form.dataset.failed, card);
  } finally {
    finished();
  }
}

// Show that the page works, in words if it takes longer than a moment; return the end of it.
function begin(card, text) {
  const part = card ?? results;
  part.setAttribute("aria-busy", "true");
  root.classList.add("busy");
  const timer = setTimeout(() => {
    liveRegion.textContent = progress.textContent = text;
    progress.hidden = false;
  }, MOMENT);
  working = timer;
  return () => {
    clearTimeout(timer);
    part.removeAttribute("aria-busy");
    if (working !== timer) return;
    progress.hidden = true;
    root.classList.remove("busy");
  };
}

// The failure of an open hit belongs to it, and the hits stay.
function report(text, card) {
  liveRegion.textContent = text;
  if (card?.isConnected) {
    card.querySelector(".message")?.remove();
    card.append(alert(text));
  } else results.replaceChildren(alert(text));
}

function linkLanguage(address) {
  const url = new URL(address, location.href);
  url.searchParams.set("lang", languageLink.lang);
  languageLink.href = url.pathname + url.search;
}

function replaceResults(content, focus, top) {
  const isFolded = innerWidth < 832 && !results.querySelector(".facets[open]");
  // The keyboard stays where it is, and details stay open, also when results replace them.
  if (!focus && results.contains(document.activeElement)) focus = document.activeElement.id || "results";
  const open = [...results.querySelectorAll("details[open] > summary[id]")];
  const before = focus && document.getElementById(focus)?.getBoundingClientRect().top;
  results.replaceChildren(content);
  for (const { id } of open) document.getElementById(id)?.parentElement.setAttribute("open", "");
  if (isFolded) fold();
  announce();
  const siteTitle = document.title.split(" · ").at(-1);
  document.title = box.value.trim() ? `${box.value.trim()} · ${siteTitle}` : siteTitle;
  const link = focus && document.getElementById(focus);
  if (focus) (link ?? results).focus({ preventScroll: !top });
  if (top) scrollTo({ top: 0 });
  else if (link && before !== undefined) keepInSight(link, before);
}

// What was pressed stays where it was, and the hit of an opened paragraph is in sight.
function keepInSight(link, before) {
  scrollBy({ top: link.getBoundingClientRect().top - before, behavior: "instant" });
  const isOpen = link.getAttribute("aria-expanded") === "true";
  const hit = isOpen ? link.closest("article")?.querySelector(".match") : null;
  hit?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

// The number of hits is read out when the typing pauses.
function announce() {
  clearTimeout(announcing);
  const count = results.querySelector("[data-count]")?.dataset.count ?? "";
  announcing = setTimeout(() => (liveRegion.textContent = count), composing ? UNFINISHED : MOMENT);
}

function alert(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "message";
  paragraph.setAttribute("role", "alert");
  paragraph.textContent = text;
  return paragraph;
}

function fold() {
  results.querySelector(".facets")?.removeAttribute("open");
}

/* ---- The form ---- */

// Keys become a history entry of their own only after a pause; open hits close.
function searchSoon(pause = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const now = performance.now();
    const step = now - typedAt > SETTLED ? "push" : "replace";
    typedAt = now;
    show(addressOf(new FormData(form)), { step });
  }, pause);
}

// While the user composes a syllable, its first letter stands alone: 전작ㄱ. Two letters, as
// in ㅈㅈ, may be initials.
const unfinished = (text) => /(^|[^ㄱ-ㅎ])[ㄱ-ㅎㅏ-ㅣ]$/.test(text);

box.addEventListener("input", (event) => {
  suggest();
  searchSoon(event.isComposing && unfinished(box.value) ? UNFINISHED : PAUSE);
});
box.addEventListener("compositionstart", () => (composing = true));
box.addEventListener("compositionend", () => {
  composing = false;
  searchSoon();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  close();
  typedAt = -Infinity;
  const address = addressOf(new FormData(form));
  show(address, { step: address === location.pathname + location.search ? "none" : "push" });
});

form.addEventListener("change", (event) => {
  if (event.target === box) return;
  if (event.target.id === "document") removeHidden("document");
  if (event.target.id === "from" || event.target.id === "to") removeHidden("year");
  show(addressOf(new FormData(form)));
});

function removeHidden(name) {
  for (const input of document.querySelectorAll(`#hidden-fields [name="${name}"]`)) input.remove();
}

// Set the form to the state of a URL.
function setForm(address) {
  const query = new URL(address, location.href).searchParams;
  if (box.value.trim() !== (query.get("q") ?? "")) box.value = query.get("q") ?? "";
  for (const name of ["from", "to", "sort"]) {
    const select = document.getElementById(name);
    if (select) select.value = query.get(name) ?? select.options[0].value;
  }
  for (const name of ["all", "exact", "literal"]) form.elements[name].checked = query.get(name) === "1";
  const documents = query.getAll("document");
  const select = document.getElementById("document");
  if (select) select.value = documents.length === 1 ? documents[0] : "";
  // The order of a concordance is chosen above its lines.
  const isList = query.get("view") !== "concordance";
  const order = document.getElementById("sort");
  order.parentElement.hidden = order.disabled = !isList;
  const inputs = [];
  for (const name of [...(isList ? [] : ["view", "sort"]), "speaker", "act", "document", "paragraph", "year", "side"]) {
    if (name === "document" && select && documents.length < 2) continue;
    for (const value of query.getAll(name)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      inputs.push(input);
    }
  }
  document.getElementById("hidden-fields").replaceChildren(...inputs);
}

addEventListener("popstate", () => {
  // A link to a part of the page changes no search.
  if (location.search === shownSearch) return;
  clearTimeout(timer);
  close();
  typedAt = -Infinity;
  setForm(location.href);
  show(location.pathname + location.search, { step: "none" });
});

document.addEventListener("click", (event) => {
  const plain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const link = plain && event.target.closest("a[data-live]");
  if (link) {
    event.preventDefault();
    clearTimeout(timer);
    typedAt = -Infinity;
    setForm(link.getAttribute("href"));
    const card = link.getAttribute("aria-expanded") === "false" ? link.closest("article") : null;
    const address = link.getAttribute("href").replace(/#.*/, "");
    const shown = show(address, { focus: link.id, top: link.dataset.live === "top", card });
    if (link.dataset.live === "print") shown.then(() => print());
  }
  const button = event.target.closest("button.copy");
  if (button) copy(button);
});

async function copy(button) {
  const { copy, copyFrom, copyText } = button.dataset;
  const card = button.closest("article, main");
  const sentence = card.querySelector(".text")?.textContent;
  try {
    await toClipboard(copyFrom ? fileText(copyFrom) : (copyText ?? `${sentence}\n(${copy})`));
  } catch (fault) {
    return report(fault.message, card);
  }
  liveRegion.textContent = form.dataset.copied;
  button.classList.add("done");
  const label = button.textContent;
  if (label === form.dataset.copied) return;
  button.textContent = form.dataset.copied;
  setTimeout(() => {
    button.textContent = label;
    button.classList.remove("done");
  }, 1600);
}

// The text of a file of the server; a fault has a page, with the reason in its message.
async function fileText(address) {
  const response = await fetch(address).catch(() => null);
  if (response?.ok) return response.text();
  const fault = new DOMParser().parseFromString((await response?.text()) ?? "", "text/html");
  throw new Error(fault.querySelector("[role=alert]")?.textContent ?? form.dataset.failed);
}

// A text that is still to come is passed as a promise: some browsers allow no copy after a wait.
async function toClipboard(coming) {
  const text = Promise.resolve(coming);
  const blob = text.then((each) => new Blob([each], { type: "text/plain" }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch {
    // Browsers offer no clipboard to a page without TLS.
    blob.catch(() => {});
    const area = document.createElement("textarea");
    area.value = await text;
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    focused.focus();
  }
}

/* ---- Suggestions: a combobox with a horizontal list ---- */

let suggesting = null;
let active = -1;

box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-controls", list.id);
box.setAttribute("aria-expanded", "false");
list.setAttribute("role", "listbox");

// The word before the caret, without operators and quotation marks.
function word() {
  const before = box.value.slice(0, box.selectionStart ?? box.value.length);
  return /[^\s"()]*$/.exec(before)[0].replace(/^-/, "");
}

async function suggest() {
  suggesting?.abort();
  const prefix = word();
  if (!prefix || prefix.length > 50 || prefix.includes(":")) return close();
  const request = (suggesting = new AbortController());
  try {
    const query = new URLSearchParams({ prefix, limit: 8 });
    const response = await fetch(`/api/suggest?${query}`, { signal: request.signal });
    if (!response.ok || request !== suggesting) return;
    const { words } = await response.json();
    if (request === suggesting) offer(words.filter((each) => each.word !== prefix));
  } catch (fault) {
    if (fault.name !== "AbortError") close();
  }
}

function offer(words) {
  const items = words.map(({ word, sentences }, number) => {
    const item = document.createElement("li");
    item.id = `suggestion-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.word = word;
    const count = document.createElement("small");
    count.textContent = sentences;
    item.append(word, count);
    return item;
  });
  // The chosen word stays chosen when a new list arrives.
  const chosen = list.children[active]?.dataset.word;
  list.replaceChildren(...items);
  list.hidden = !items.length;
  box.setAttribute("aria-expanded", String(!list.hidden));
  choose(words.findIndex(({ word }) => word === chosen));
}

function close() {
  suggesting?.abort();
  list.hidden = true;
  box.setAttribute("aria-expanded", "false");
  choose(-1);
}

function choose(number) {
  active = number;
  [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === number)));
  if (number < 0) box.removeAttribute("aria-activedescendant");
  else box.setAttribute("aria-activedescendant", list.children[number].id);
}

function take(item) {
  const caret = box.selectionStart ?? box.value.length;
  const start = caret - word().length;
  box.value = box.value.slice(0, start) + item.dataset.word + box.value.slice(caret);
  const end = start + item.dataset.word.length;
  box.setSelectionRange(end, end);
  box.focus();
  close();
  searchSoon();
}

box.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const count = list.hidden ? 0 : list.children.length;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!count) return;
    event.preventDefault();
    const move = event.key === "ArrowDown" ? 1 : -1;
    // The position beyond the ends is the text as typed.
    choose(((active + 1 + move + count + 1) % (count + 1)) - 1);
  } else if (event.key === "Enter" && active >= 0) {
    event.preventDefault();
    take(list.children[active]);
  } else if (event.key === "Escape" && count) {
    event.preventDefault();
    close();
  }
});
list.addEventListener("pointerdown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const item = event.target.closest("li");
  if (item) take(item);
});
box.addEventListener("blur", close);
