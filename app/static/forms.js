// Forms: faults take the focus, one's place for the drop-off search, counting with − and +.
(() => {
  "use strict";
  const say = (text) => document.dispatchEvent(new CustomEvent("portal:say", { detail: text }));

  // A summary of faults takes the focus, and its links give it on without a word in the address: with one there, the browser
  // would go to the place it names, and a second summary would be seen by nobody.
  const summary = document.querySelector(".errors");
  if (summary) {
    const show = () => summary.focus();
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
    show();
    addEventListener("load", show, { once: true });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.errors a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    target.focus();
    if (document.activeElement === target) return;
    target.tabIndex = -1;
    target.focus();
  });

  // A fault beside a field, as the server writes one.
  const complain = (input, text) => {
    const id = `${input.id}-fault`;
    const fault = document.getElementById(id) ?? document.createElement("p");
    Object.assign(fault, { id, className: "fault", textContent: text });
    input.before(fault);
    const by = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((name) => name && name !== id);
    input.setAttribute("aria-describedby", [...by, id].join(" "));
    input.setAttribute("aria-invalid", "true");
    input.focus();
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
      const input = form.querySelector("input.input");
      input ? complain(input, button.dataset.failed) : say(button.dataset.failed);
    };
    navigator.geolocation.getCurrentPosition(done, failed, { timeout: 8000, maximumAge: 300000 });
  };

  // <div class="stepper"><button data-step="-1">…<input type="number">…<button data-step="1">
  const step = (button) => {
    const input = button.closest(".stepper, .counter").querySelector("input");
    button.dataset.step < 0 ? input.stepDown() : input.stepUp();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    say(input.value);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-locate], button[data-step]");
    if (button) button.dataset.step ? step(button) : locate(button);
  });
})();
