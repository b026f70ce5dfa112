// Passkeys: the browser makes or shows one, and the form carries its answer. Codes need none of this.
const options = JSON.parse(document.getElementById("passkey-options")?.textContent ?? "null");
const numbers = /^(\d+\.){3}\d+$|:/;

for (const place of document.querySelectorAll("[data-passkey]")) {
  const button = place.querySelector("button");
  const says = place.querySelector("[data-passkey-says]");
  const form = place.closest("form");
  says.textContent = "";
  if (!window.webauthnJSON?.supported() || numbers.test(location.hostname) || !options) {
    says.textContent = "Passkeys do not work in this browser, or at this address. Use a code instead.";
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    says.textContent = "Your browser is asking you to show that it is you.";
    try {
      const making = place.dataset.passkey === "create";
      const answer = making ? await webauthnJSON.create(options.creation_options) : await webauthnJSON.get(options.request_options);
      form.querySelector("[name=credential]").value = JSON.stringify(answer);
      form.submit();
    } catch {
      button.disabled = false;
      says.textContent = "That did not work, or it was stopped. Try again, or use a code instead.";
    }
  });
}
