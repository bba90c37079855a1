// Staff: / goes to the search, j and k walk the [data-row]s, another key presses the control (or goes to the field) that
// names it in data-key. <body data-keys="off"> turns all of it off (WCAG 2.1.4).
(() => {
  "use strict";
  const TYPED = "input:not([type=radio], [type=checkbox]), textarea, select";
  const walk = (step) => {
    const rows = [...document.querySelectorAll("[data-row]")];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    (row?.matches("a, button") ? row : row?.querySelector("a, button, input"))?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.keys === "off" || event.target.closest(TYPED)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const search = event.key === "/" && document.querySelector("input[type=search]");
    const control = search || document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const step = { j: 1, k: -1 }[event.key];
    if (control) control.matches(TYPED) ? control.focus() : control.click();
    else if (step && document.querySelector("[data-row]")) walk(step);
    else return;
    event.preventDefault();
  });
})();
