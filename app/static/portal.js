// What pages gain with JavaScript: copying, one's place for the drop-off search, keys for staff, quieter polling. All works without it.
(() => {
  "use strict";
  // Nothing of an order stays in the browser. htmx notes each page's address when it loads, whatever its settings say, unless
  // nothing can be stored: so this comes before htmx.
  Storage.prototype.setItem = () => {
    throw new DOMException("Nothing is stored.", "NotAllowedError");
  };

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => {
    document.getElementById("status").textContent = text;
  };

  // Buttons that need JavaScript are hidden until it is here.
  const wake = (within) => {
    all("[data-copy], [data-locate]", within).forEach((button) => (button.hidden = false));
  };

  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button.dataset.copied);
      const label = button.firstChild;
      const before = label.textContent;
      label.textContent = button.dataset.copied;
      setTimeout(() => (label.textContent = before), 2000);
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
    }
  };

  // <button data-locate="lat lon" data-failed="…"> fills the hidden fields of its form and sends it.
  const locate = (button) => {
    const form = button.form;
    const [latitude, longitude] = button.dataset.locate.split(" ");
    button.disabled = true;
    const done = ({ coords }) => {
      form.elements[latitude].value = coords.latitude.toFixed(4);
      form.elements[longitude].value = coords.longitude.toFixed(4);
      form.requestSubmit();
    };
    const failed = () => {
      button.disabled = false;
      say(button.dataset.failed);
    };
    navigator.geolocation.getCurrentPosition(done, failed, { timeout: 8000, maximumAge: 300000 });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy], button[data-locate], button[data-print]");
    if (button?.dataset.copy) copy(button);
    else if (button?.dataset.locate) locate(button);
    else if (button) print();
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

  const offline = (is) => {
    const notice = document.getElementById("offline");
    if (notice) notice.hidden = !is;
  };
  document.addEventListener("htmx:sendError", () => offline(true));
  addEventListener("offline", () => offline(true));
  addEventListener("online", () => offline(false));

  // Staff: / goes to the search, j and k walk the [data-row]s, another key presses the control (or goes to the field) that
  // names it in data-key. <body data-keys="off"> turns all of it off (WCAG 2.1.4).
  const walk = (step) => {
    const rows = all("[data-row]");
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    (row?.matches("a, button") ? row : row?.querySelector("a, button, input"))?.focus();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
    if (document.body.dataset.keys === "off" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = event.key === "/" && document.querySelector("input[type=search]");
    const control = search || document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const step = { j: 1, k: -1 }[event.key];
    if (control) control.matches("input:not([type=radio], [type=checkbox]), textarea, select") ? control.focus() : control.click();
    else if (step && document.querySelector("[data-row]")) walk(step);
    else return;
    event.preventDefault();
  });

  wake(document);
})();
