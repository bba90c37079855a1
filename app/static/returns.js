// Asking for a return: the − and + beside a number. Without JavaScript the field serves alone.
(() => {
  "use strict";
  const count = (button) => {
    const field = document.getElementById(button.dataset.of);
    const next = (Number(field.value) || 0) + Number(button.dataset.step);
    field.value = Math.min(Math.max(next, Number(field.min)), Number(field.max));
    document.getElementById("status").textContent = field.value;
  };
  document.querySelectorAll("button[data-step]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => count(button));
  });
})();
