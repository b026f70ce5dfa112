// One key does what a button or a link on the page does (`data-key`). Never while somebody types, never what decides;
// it can be switched off (WCAG 2.1.4), and this browser remembers that. Every page works without this file.
const OFF = "keys-off";
const dialog = document.querySelector("[data-keys-dialog]");

// A browser that keeps nothing has them on, on each page anew.
const kept = (act) => {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
};
let off = kept((store) => store.getItem(OFF)) === "yes";

const TICKED = ["radio", "checkbox", "button", "submit"];
const typing = (element) =>
  element.isContentEditable || element.matches("textarea, select") || (element.matches("input") && !TICKED.includes(element.type));

const press = (key) => {
  const place = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const target = place?.matches("a, button") ? place : place?.querySelector("a, button:not([disabled])");
  if (!target || target.hidden) return false;
  target.click();
  return true;
};

const go = (key) => {
  const place = document.querySelector(`[data-key-focus="${CSS.escape(key)}"]`);
  const target = place?.querySelector("input[type=radio]:checked, input[type=radio]") ?? place;
  if (!target) return false;
  place.scrollIntoView({ block: "nearest" });
  target.focus();
  return true;
};

const step = (by) => {
  const rows = [...document.querySelectorAll("[data-rows] tbody th a")];
  const here = rows.indexOf(document.activeElement);
  const to = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[to]?.focus();
  return rows.length > 0;
};

const show = () => {
  dialog?.showModal();
  return Boolean(dialog);
};

const act = (key) => (key === "j" ? step(1) : key === "k" ? step(-1) : key === "?" ? show() : go(key) || press(key));

document.addEventListener("keydown", (event) => {
  if (off || event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === " ") return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (act(event.key)) event.preventDefault();
});

for (const link of document.querySelectorAll("[data-keys-open]"))
  link.addEventListener("click", (event) => {
    if (!dialog) return;
    event.preventDefault();
    show();
  });

for (const place of document.querySelectorAll("[data-keys-switch]")) {
  const state = place.querySelector("[data-keys-state]");
  const button = place.querySelector("[data-keys-toggle]");
  const tell = () => {
    state.textContent = off ? "The keys are switched off in this browser." : "The keys are switched on.";
    button.textContent = off ? "Switch the keys on" : "Switch the keys off";
  };
  button.addEventListener("click", () => {
    off = !off;
    kept((store) => (off ? store.setItem(OFF, "yes") : store.removeItem(OFF)));
    tell();
  });
  place.hidden = false;
  tell();
}
