// Says two minutes before a session ends that it will, and asks the server first: another tab may have kept it alive.
const WARN_BEFORE = 120;
const dialog = document.getElementById("idle");

const start = () => {
  const find = (name) => dialog.querySelector(`[data-idle-${name}]`);
  const address = dialog.dataset.idleAddress;
  let ends = Date.now() + Number(dialog.dataset.idleSeconds) * 1000;
  let typed = null;
  let timer;

  const left = () => Math.round((ends - Date.now()) / 1000);
  const words = (seconds) => {
    const minutes = Math.ceil(seconds / 60);
    return seconds > 60 ? `in ${minutes} minutes` : seconds > 20 ? "in less than a minute" : "in a few seconds";
  };

  // How many seconds are left, as the server knows; 0 once signed out, or null when it does not answer.
  const ask = async (options) => {
    try {
      const answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers } });
      return answer.ok && !answer.redirected ? (await answer.json()).seconds : 0;
    } catch {
      return null;
    }
  };

  const stays = (seconds) => {
    ends = Date.now() + seconds * 1000;
    if (dialog.open) dialog.close();
    const printed = document.querySelector("[data-idle-until]");
    if (printed) printed.textContent = new Date(ends).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true }).replace(" ", "");
    wait();
  };

  const over = () => {
    find("warning").hidden = true;
    find("over").hidden = false;
    find("typed").hidden = !typed;
    dialog.classList.add("app-idle--over");
    if (!dialog.open) dialog.showModal();
    document.getElementById("idle-title").textContent = "You are signed out";
    find("return").focus();
  };

  const warn = () => {
    const said = words(left());
    if (find("left").textContent !== said) {
      find("left").textContent = said;
      find("aloud").textContent = `You will be signed out ${said}.`;
    }
    if (!dialog.open) {
      dialog.showModal();
      find("stay").focus();
    }
  };

  const look = async () => {
    if (left() > WARN_BEFORE) return wait();
    const seconds = dialog.open && left() > 0 ? left() : await ask({ headers: { "X-Automatic": "1" } });
    if (seconds === null) return wait(5000);
    if (seconds > WARN_BEFORE) return stays(seconds);
    if (seconds <= 0) return over();
    ends = Date.now() + seconds * 1000;
    warn();
    wait(1000);
  };

  const wait = (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(look, milliseconds ?? Math.max(0, left() - WARN_BEFORE) * 1000 + 500);
  };

  find("stay").form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const seconds = await ask({ method: "POST", body: new FormData(event.target) });
    if (seconds === null) return;
    seconds > 0 ? stays(seconds) : over();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (find("over").hidden) find("stay").click();
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.method === "post" && form.closest("main")) typed = form;
  });
  // What was typed is sent to the page it was meant for, which holds it and asks to sign in.
  find("return").addEventListener("click", () => (typed ? typed.submit() : location.reload()));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  wait();
};

if (dialog) start();
