// Keys of one letter: / enters the box, j and k move among hits, ? lists the keys. They can be
// turned off, as speech input types letters too (WCAG 2.1.4).

const dialog = document.getElementById("keys");
const opener = document.getElementById("open-keys");
const choice = document.getElementById("keys-on");
const HITS = ".hit article, .line.match";
// With a Korean layout the same keys type ㅓ and ㅏ.
const STEPS = { j: 1, ㅓ: 1, k: -1, ㅏ: -1 };

opener.hidden = false;
opener.addEventListener("click", () => dialog.showModal());
dialog.querySelector("button").addEventListener("click", () => dialog.close());
try {
  choice.checked = localStorage.getItem("keys") !== "off";
  choice.addEventListener("change", () => localStorage.setItem("keys", choice.checked ? "on" : "off"));
} catch {
  // The browser stores nothing for this page: the choice is for this visit.
}

const isText = (element) =>
  element.closest("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.altKey || event.metaKey || !choice.checked) return;
  if (dialog.open) {
    if (key === "?") dialog.close();
  } else if (key === "ArrowDown" && target.id === "q" && !event.shiftKey) {
    if (move(1)) event.preventDefault();
  } else if (isText(target)) {
    // The letter belongs to the text.
  } else if (key === "/") {
    event.preventDefault();
    const box = document.getElementById("q");
    box?.focus();
    box?.select();
  } else if (key === "?") {
    event.preventDefault();
    dialog.showModal();
  } else if (key in STEPS) {
    if (move(STEPS[key])) event.preventDefault();
  }
});

// Move from the hit that has the focus, otherwise to the first one below the form.
function move(step) {
  const hits = [...document.querySelectorAll(HITS)];
  const present = hits.indexOf(document.activeElement.closest(HITS));
  const next = present < 0 ? Math.max(0, hits.findIndex(isInSight)) : present + step;
  const hit = hits[next];
  if (!hit) return false;
  hit.tabIndex = -1;
  hit.focus();
  hit.scrollIntoView({ block: "nearest" });
  return true;
}

function isInSight(hit) {
  const form = document.querySelector("form");
  const covered = form && getComputedStyle(form).position === "sticky" ? form.getBoundingClientRect().bottom : 0;
  return hit.getBoundingClientRect().top >= covered - 1;
}
