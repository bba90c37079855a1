// A worklist: x selects the row that has the focus; e, a and s act on what is selected, or on that row; «select all»
// selects at once. Without it the boxes, the link and the buttons do the same with one more press.
(() => {
  "use strict";
  const TYPED = "input:not([type=radio], [type=checkbox]), textarea, select";
  const boxes = () => [...document.querySelectorAll("[data-row] input[name=item]")];
  const focused = () => document.activeElement?.closest("[data-row]")?.querySelector("input[name=item]");
  const press = (event) => {
    if (document.body.dataset.keys === "off" || event.target.closest(TYPED)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const box = focused();
    if (event.key === "x" && box) box.checked = !box.checked;
    // The button itself is pressed by keys.js.
    if (document.querySelector(`[data-selected][data-key="${CSS.escape(event.key)}"]`) && box && !boxes().some((one) => one.checked)) {
      box.checked = true;
    }
  };
  document.addEventListener("keydown", press, true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-select-all]")) return;
    event.preventDefault();
    const every = boxes().every((box) => box.checked);
    boxes().forEach((box) => (box.checked = !every));
  });
})();
