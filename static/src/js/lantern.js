// Every page works without this file.
import { ExitThisPage, initAll } from "./govuk-frontend.min.js";

// Its own way would leave the page behind in the list that "Back" goes through: leave.js does not.
if (document.querySelector("script[data-exit]")) {
  ExitThisPage.prototype.exitPage = () => window.dispatchEvent(new Event("app-leave"));
}
initAll();

// A radio button has no "expanded" state (ARIA 1.2); the answer it reveals follows it on the page.
const withoutExpanded = () => {
  for (const radio of document.querySelectorAll("input[type=radio][aria-expanded]")) radio.removeAttribute("aria-expanded");
};
withoutExpanded();
document.addEventListener("click", withoutExpanded);
window.addEventListener("pageshow", withoutExpanded);

// "Print this page" is a button that only scripts can make work.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Words that are true only where scripts run.
for (const words of document.querySelectorAll("[data-with-scripts]")) words.hidden = false;

// How many signs are ticked in each group, beside its heading.
for (const group of document.querySelectorAll(".app-group")) {
  const legend = group.querySelector("legend");
  const boxes = group.querySelectorAll("input[type=checkbox]");
  if (!legend || boxes.length < 2) continue;
  const count = document.createElement("span");
  count.className = "app-group__count";
  legend.append(" ", count);
  const tell = () => {
    const ticked = [...boxes].filter((box) => box.checked).length;
    count.textContent = ticked ? `${ticked} ticked` : "";
  };
  group.addEventListener("change", tell);
  tell();
}

// A box that narrows a long list of signs: `data-find` names the element that holds the list.
for (const find of document.querySelectorAll("[data-find]")) {
  const list = document.getElementById(find.dataset.find);
  const said = document.getElementById(`${find.id}-said`);
  if (!list) continue;
  find.closest("[hidden]")?.removeAttribute("hidden");
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of list.querySelectorAll(".govuk-checkboxes__item")) {
      const fits = words.every((word) => item.textContent.toLowerCase().includes(word));
      const ticked = item.querySelector("input").checked;
      item.hidden = !(fits || ticked);
      shown += fits ? 1 : 0;
    }
    for (const group of list.querySelectorAll(".app-group"))
      group.hidden = !group.querySelector(".govuk-checkboxes__item:not([hidden])");
    for (const between of list.querySelectorAll(".app-between")) between.hidden = words.length > 0;
    if (said) said.textContent = words.length ? (shown ? `${shown} found` : find.dataset.findNothing ?? "0 found") : "";
  });
}
