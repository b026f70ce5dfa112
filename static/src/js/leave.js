// Pages for the public: whoever left at once is not brought back by "Back". Without scripts the way out is a plain link.
(() => {
  const { exit } = document.currentScript.dataset;
  const MARK = "left";

  // Kept with the tab and gone with it. A browser that keeps nothing still leaves.
  const mark = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return null;
    }
  };
  const left = () => mark((tab) => tab.getItem(MARK));
  const leave = () => {
    document.body?.replaceChildren();
    document.documentElement.classList.add("app-left");
    mark((tab) => tab.setItem(MARK, "yes"));
    // In place of this page, so that it is not in the list that "Back" goes through.
    location.replace(exit);
  };

  if (performance.getEntriesByType("navigation")[0]?.type === "navigate") mark((tab) => tab.removeItem(MARK));
  else if (left()) leave();
  addEventListener("pageshow", (event) => {
    if (event.persisted && left()) leave();
  });
  addEventListener("app-leave", leave);
})();
