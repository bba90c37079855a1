// A mailed link presses its own button, once, where a person looks: not in a page that is loaded ahead, out of sight or driven
// by a program. Before the page has loaded to its end, so that «Back» leads past this page.
(() => {
  "use strict";
  const form = document.querySelector("form[data-opens]");
  const watched = () => document.visibilityState === "visible" && !document.prerendering && !navigator.webdriver;
  let pressed = false;
  const press = () => {
    if (pressed || !form || !watched()) return;
    pressed = true;
    form.requestSubmit();
  };
  document.addEventListener("visibilitychange", press);
  document.addEventListener("prerenderingchange", press);
  // Who comes back to it wants to read it.
  addEventListener("pageshow", ({ persisted }) => (pressed ||= persisted));
  press();
})();
