// Keeps what is typed on a page of a draft and not saved yet, over a closed tab or a power cut. It is kept with the
// draft and for its owner alone, never in this browser, which others may use. Without this file a page is as it was.
const PAUSE = 2000;
const MOST_AT_THE_END = 60000;
const NEVER = ["hidden", "password", "file", "submit", "button", "reset", "fieldset"];
const place = document.querySelector("[data-typed]");
const form = document.querySelector("main form[method=post]");

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// A short mark of what a box held when the page was opened.
const mark = (values) => {
  let sum = 5381;
  for (const letter of JSON.stringify(values)) sum = ((sum * 33) ^ letter.codePointAt(0)) >>> 0;
  return sum.toString(36);
};

const isTicked = (box) => box.type === "checkbox" || box.type === "radio";

const saved = (select) => {
  const chosen = [...select.options].filter((option) => option.defaultSelected);
  return (chosen.length ? chosen : [...select.options].slice(0, 1)).map((option) => option.value);
};

// Every box by name: what it holds now, and what it held when the page was opened.
const read = () => {
  const found = {};
  for (const box of form.elements) {
    if (!box.name || NEVER.includes(box.type)) continue;
    const { now, was } = (found[box.name] ??= { now: [], was: [] });
    if (isTicked(box)) {
      if (box.checked) now.push(box.value);
      if (box.defaultChecked) was.push(box.value);
    } else {
      now.push(box.value);
      was.push(...(box.options ? saved(box) : [box.defaultValue]));
    }
  }
  return found;
};

const fill = (name, values) => {
  const boxes = [...form.elements].filter((box) => box.name === name && !NEVER.includes(box.type));
  boxes.forEach((box, at) => {
    if (isTicked(box)) box.checked = values.includes(box.value);
    else if (values[at] !== undefined) box.value = values[at];
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
};

// Answers that other answers open or close follow what was filled in, as they do when a browser comes back to a page.
const settle = () => window.dispatchEvent(new Event("pageshow"));

const start = () => {
  const address = `${place.dataset.typed}?page=${encodeURIComponent(location.pathname)}`;
  const token = form.elements.csrfmiddlewaretoken.value;
  const touched = new Set();
  // Boxes that were put back, or were refused, with the mark of what was saved in them when they were typed.
  const marks = new Map();
  let unsaved = false;
  let timer;
  let sending;

  const ask = (options) =>
    fetch(address, { redirect: "manual", ...options, headers: { "X-Automatic": "1", "X-CSRFToken": token } });

  const changed = () => {
    const boxes = {};
    for (const [name, { now, was }] of Object.entries(read()))
      if (marks.has(name) || !same(now, was)) boxes[name] = { now, was: marks.get(name) ?? mark(was) };
    return boxes;
  };

  const keep = async () => {
    clearTimeout(timer);
    if (!unsaved) return;
    unsaved = false;
    sending?.abort();
    const mine = (sending = new AbortController());
    const body = JSON.stringify({ boxes: changed() });
    const keepalive = new Blob([body]).size < MOST_AT_THE_END;
    try {
      await ask({ method: "POST", body, keepalive, signal: mine.signal });
    } catch {
      // No connection: the next pause tries again.
      if (!mine.signal.aborted) unsaved = true;
    }
  };

  const throwAway = () => {
    const boxes = read();
    for (const name of marks.keys()) if (boxes[name]) fill(name, boxes[name].was);
    marks.clear();
    settle();
    unsaved = true;
    keep();
    place.textContent = place.dataset.typedThrown;
    place.focus();
  };

  const show = (clash) => {
    place.append(place.querySelector("template").content.cloneNode(true));
    place.querySelector("[data-typed-clash]").hidden = !clash;
    place.querySelector("[data-typed-throw]").addEventListener("click", throwAway);
  };

  const putBack = (kept) => {
    const boxes = read();
    let clash = false;
    for (const [name, { now, was }] of Object.entries(kept)) {
      if (!boxes[name] || touched.has(name) || same(boxes[name].now, now)) continue;
      clash ||= mark(boxes[name].was) !== was;
      marks.set(name, was);
      fill(name, now);
    }
    if (!marks.size) return;
    settle();
    show(clash);
  };

  const look = async () => {
    try {
      const answer = await ask({});
      if (answer.status !== 200) return;
      const { boxes } = await answer.json();
      // A page that was refused shows what was typed already, and it still is not saved.
      if (!document.querySelector(".govuk-error-summary")) return putBack(boxes);
      for (const [name, { was }] of Object.entries(boxes)) marks.set(name, was);
    } catch {
      // Without a connection there is nothing to put back.
    }
  };

  form.addEventListener("input", (event) => {
    if (!event.target.name) return;
    touched.add(event.target.name);
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", keep);
  window.addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
  look();
};

if (place && form) start();
