// Typed and not sent: the browser asks before such a page is left.
(() => {
  "use strict";
  let sending = null;
  document.addEventListener("submit", (event) => (sending = event.target), true);
  ["htmx:afterSettle", "htmx:responseError", "htmx:sendError"].forEach((name) =>
    document.addEventListener(name, () => (sending = null)),
  );
  addEventListener("beforeunload", (event) => {
    const texts = [...document.querySelectorAll("textarea")];
    if (texts.some((text) => text.value !== text.defaultValue && text.form !== sending)) event.preventDefault();
  });
})();
