// Passkeys: a form with data-passkey asks the browser to make one, or to sign with one, and sends what came of it. Without this
// script, or in a browser without passkeys, the form stays hidden, and the page names the other ways.
(() => {
  "use strict";
  const able = "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
  const asked = {
    create: (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
    get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const unable = document.querySelector("[data-passkey-unable]");
    if (!able) break;
    form.hidden = false;
    if (unable) unable.hidden = true;
    const failed = form.querySelector("[data-passkey-failed]");
    form.addEventListener("submit", async (event) => {
      const answer = form.elements.credential;
      if (answer.value || !form.checkValidity()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      failed.hidden = true;
      try {
        const credential = await asked[form.dataset.passkey](JSON.parse(form.dataset.options));
        answer.value = JSON.stringify(credential.toJSON());
        form.requestSubmit();
      } catch {
        failed.hidden = false;
        failed.focus();
      }
    });
  }
})();
