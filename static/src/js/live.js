// Asks now and then how many referrals have come since the queue was opened, and says so. No row moves by itself, a
// page that nobody looks at asks nothing, and what a page asks by itself keeps no session alive.
const EVERY = 45000;
const place = document.querySelector("[data-live]");

const start = () => {
  const said = place.querySelector("[data-live-said]");
  const link = place.querySelector("[data-live-show]");
  const { live, liveQuery, liveSince } = place.dataset;
  const query = new URLSearchParams(liveQuery);
  query.set("since", liveSince);
  let last = Date.now();
  let timer;
  let over = false;

  const tell = (number) => {
    const words = number ? `${number} new since you opened this page.` : "";
    if (said.textContent !== words) said.textContent = words;
    link.hidden = !number;
  };

  const wait = () => {
    clearTimeout(timer);
    if (!over && document.visibilityState === "visible") timer = setTimeout(look, Math.max(0, last + EVERY - Date.now()));
  };

  const look = async () => {
    last = Date.now();
    try {
      const answer = await fetch(`${live}?${query}`, { headers: { "X-Automatic": "1" }, redirect: "manual" });
      // Signed out, or no longer allowed: the page says nothing more.
      over = answer.type === "opaqueredirect" || (answer.status >= 400 && answer.status < 500);
      if (answer.ok) tell((await answer.json()).new);
    } catch {
      // No connection: the next time is soon enough.
    }
    wait();
  };

  document.addEventListener("visibilitychange", wait);
  wait();
};

if (place) start();
