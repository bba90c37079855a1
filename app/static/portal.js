// What pages gain with JavaScript: copying, printing, quieter polling; forms and updates have scripts of their own. All works
// without it.
(() => {
  "use strict";
  // Nothing of an order stays in the browser. htmx notes each page's address when it loads, whatever its settings say, unless
  // nothing can be stored: so this comes before htmx.
  Storage.prototype.setItem = () => {
    throw new DOMException("Nothing is stored.", "NotAllowedError");
  };

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => document.dispatchEvent(new CustomEvent("portal:say", { detail: text }));

  // Buttons that need JavaScript are hidden until it is here.
  const wake = (within) => {
    all("[data-copy], [data-locate], [data-step], [data-print]", within).forEach((button) => (button.hidden = false));
    if (navigator.share) all("[data-share]", within).forEach((button) => (button.hidden = false));
  };

  // Where the clipboard is refused, what is marked can still be copied by the older way.
  const copied = async (text) => {
    const typed = document.createElement("textarea");
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const focused = document.activeElement;
      typed.value = text;
      typed.className = "vh";
      document.body.append(typed);
      typed.select();
      const done = document.execCommand("copy");
      typed.remove();
      focused?.focus({ preventScroll: true });
      return done;
    }
  };
  const copy = async (button) => {
    if (!(await copied(button.dataset.copy))) return getSelection().selectAllChildren(button.previousElementSibling);
    const label = button.firstChild;
    button.dataset.label ??= label.textContent;
    label.textContent = button.dataset.copied;
    say(button.dataset.copied);
    clearTimeout(button.back);
    button.back = setTimeout(() => (label.textContent = button.dataset.label), 2000);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy], button[data-print]");
    if (button) button.dataset.copy ? copy(button) : print();
    const shared = event.target.closest("button[data-share]");
    // Who closes the device's own list of ways has not failed.
    if (shared) navigator.share({ title: document.title, url: shared.dataset.share }).catch(() => {});
  });

  // htmx: the CSRF token goes along; a poll waits while nobody looks, and catches up when they do.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token && detail.verb !== "get") detail.headers["X-CSRF-Token"] = token;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && !event.detail.requestConfig.triggeringEvent) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) all('[hx-trigger*="look"]').forEach((part) => htmx.trigger(part, "look"));
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => wake(detail.elt));
  document.addEventListener("portal:wake", ({ detail }) => wake(detail));

  const offline = (is) => {
    const notice = document.getElementById("offline");
    if (notice) notice.hidden = !is;
  };
  document.addEventListener("htmx:sendError", () => offline(true));
  addEventListener("offline", () => offline(true));
  addEventListener("online", () => offline(false));

  wake(document);
})();
