// What changes by itself: an update changes only what differs, so that focus, view and open folds stay; news is said once.
(() => {
  "use strict";
  const LIVE = "live";
  const SAID_MS = 60000; // long enough for what is said before it

  // The region stands on the page from the beginning and takes line after line: one put in its place would not be read out.
  const forget = (line) => setTimeout(() => line.remove(), SAID_MS);
  const say = (text) => {
    const line = document.createElement("p");
    line.textContent = text;
    document.getElementById(LIVE).append(line);
    forget(line);
  };
  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    if (detail.target?.id === LIVE) forget(detail.target.lastElementChild);
  });
  document.addEventListener("portal:say", ({ detail }) => say(detail));

  const alike = (one, other) =>
    one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id ?? "") === (other.id ?? "");
  const shared = (one, other) =>
    one.nodeType === Node.ELEMENT_NODE &&
    [...other.querySelectorAll("[id]")].some(({ id }) => one.querySelector(`#${CSS.escape(id)}`));
  // Surely the same one: it has the same id, holds the same ids, or differs in nothing.
  const twin = (one, other) => alike(one, other) && (Boolean(one.id) || shared(one, other) || one.isEqualNode(other));

  const first = (from, holds) => {
    while (from && !holds(from)) from = from.nextSibling;
    return from;
  };

  const attributes = (here, fresh) => {
    for (const { name, value } of [...fresh.attributes]) {
      if (here.getAttribute(name) !== value) here.setAttribute(name, value);
    }
    for (const { name } of [...here.attributes]) {
      // Whether a fold is open is the reader's choice.
      if (!fresh.hasAttribute(name) && !(name === "open" && here.matches("details"))) here.removeAttribute(name);
    }
  };

  const children = (here, fresh) => {
    const coming = [...fresh.childNodes];
    let at = here.firstChild;
    coming.forEach((next, index) => {
      const free = (one) => alike(one, next) && !coming.slice(index + 1).some((later) => twin(one, later));
      const match = first(at, (one) => twin(one, next)) ?? first(at, free);
      if (!match) return void here.insertBefore(next, at);
      while (at !== match) {
        const gone = at;
        at = at.nextSibling;
        gone.remove();
      }
      at = at.nextSibling;
      change(match, next);
    });
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  };

  const change = (here, fresh) => {
    if (here.nodeType === Node.ELEMENT_NODE) {
      attributes(here, fresh);
      children(here, fresh);
    } else if (here.data !== fresh.data) here.data = fresh.data;
  };

  // hx-swap="morph" and hx-swap-oob="morph". What needs JavaScript is hidden as it comes: shown before it takes its place, or
  // a button in focus would lose it.
  const handleSwap = (style, target, fragment) => {
    if (style !== "morph") return false;
    const fresh = fragment.nodeType === Node.DOCUMENT_FRAGMENT_NODE ? fragment.firstElementChild : fragment;
    document.dispatchEvent(new CustomEvent("portal:wake", { detail: fresh }));
    const focused = document.activeElement;
    const stood = focused.getBoundingClientRect();
    change(target, fresh);
    if (focused.isConnected && stood.bottom > 0 && stood.top < innerHeight) {
      // The browser keeps in its place what stands at the top of the window; one looks at what one is about to press.
      if (focused !== document.body) scrollBy(0, focused.getBoundingClientRect().top - stood.top);
    } else if (!focused.isConnected) {
      const again = document.getElementById(focused.id) ?? target;
      if (again === target) target.tabIndex = -1;
      again.focus({ preventScroll: true });
    }
    return [target];
  };
  document.addEventListener("DOMContentLoaded", () => {
    window.htmx?.defineExtension("morph", { isInlineSwap: (style) => style === "morph", handleSwap });
  });
})();
