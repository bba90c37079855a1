// The editor of a message's text: a press puts a name where one writes, and the previews follow what is typed.
(() => {
  "use strict";
  const form = document.getElementById("text");
  if (!form) return;
  const written = "textarea, input[type=text]";
  let last = form.querySelector(written);
  form.addEventListener("focusin", (event) => {
    if (event.target.matches(written) && event.target.name !== "order") last = event.target;
  });
  form.querySelectorAll("[data-insert]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      last.setRangeText(button.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.focus();
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
  // Each frame follows with the look that was chosen for it last.
  const chosen = {};
  form.querySelectorAll("button[formtarget]").forEach((button) => {
    chosen[button.formTarget] ??= button;
    button.addEventListener("click", () => (chosen[button.formTarget] = button));
  });
  let pause = 0;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    // One after the other: a form that is sent again at once forgets the first time.
    pause = setTimeout(
      () => Object.values(chosen).forEach((button, at) => setTimeout(() => form.requestSubmit(button), at * 100)),
      600,
    );
  });
})();
