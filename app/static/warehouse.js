// The warehouse's scanner: quick keys are a scan wherever the focus is and press nothing; one key by itself does what its control says.
(() => {
  "use strict";
  const QUIET_MS = 100; // scanners type a key every 1 to 30 ms; a person seldom two within 100
  const SCANNER_MS = 40; // the mean below which even a fast typist's keys are a scanner's
  const SHORTEST = 4; // letters of a scan that no Enter ends; an order's number is not shorter
  const SURE = 6; // letters after which a scan is told from typing in a field
  let keys = [];
  let first = 0;
  let last = -Infinity;
  let field = null; // where the keys arrive as text, and what it held before
  let before = "";
  let timer = 0;
  let byHand = false; // a person has put the cursor into the scan's field
  let busy = false; // the page waits for its next state
  const waiting = [];

  const scan = () => document.querySelector("[data-scan]");
  // The scan's field of a parcel's page takes keys by themselves for its controls, until a person puts the cursor into it.
  const listens = () => document.getElementById("desk") && !byHand && document.body.dataset.keys !== "off";
  const typed = (target) => target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
  const textField = (target) => {
    const found = typed(target);
    return found === scan() && listens() ? null : found;
  };
  const quick = () => keys.length >= SURE && last - first <= SCANNER_MS * (keys.length - 1);

  const send = (text) => {
    if (busy) return waiting.push(() => send(text));
    scan().value = text;
    byHand = false;
    // Its own button, the form's first: htmx would send along the button that has the focus.
    scan().form.querySelector("[type=submit]").click();
  };
  const press = (key) => {
    if (busy) return waiting.push(() => press(key));
    if (key === scan().dataset.key) byHand = true;
    scan().value = "";
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  };
  const show = (text) => {
    scan().value = text;
    scan().focus();
    scan().select();
  };
  const take = () => {
    const text = keys.join("");
    keys = [];
    clearTimeout(timer);
    return text;
  };

  // Nothing followed for a while: a scan without Enter, or a key by itself.
  const decide = () => {
    if (!keys.length) return;
    const scanned = field ? quick() : keys.length >= SHORTEST;
    const text = take();
    if (scanned) fromField(text);
    else if (field) return;
    else if (text.length === 1) press(text);
    else show(text);
  };
  // What was typed while the page was busy comes before the timer's next turn.
  const settle = () => setTimeout(() => performance.now() - last < QUIET_MS || decide());
  const fromField = (text) => {
    if (field && field !== scan()) field.value = before;
    send(text);
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (!event.isTrusted || event.ctrlKey || event.metaKey || event.altKey || !scan()) return;
      const ends = event.key === "Enter" || event.key === "Tab";
      if (event.repeat || (event.key.length > 1 && !ends)) return;
      if (keys.length && event.timeStamp - last > QUIET_MS) decide();
      if (!keys.length) {
        if (ends || (event.key === " " && !typed(event.target))) return;
        field = textField(event.target);
        before = field?.value;
        first = event.timeStamp;
      }
      if (ends && field && !quick()) return void take();
      if (!field || ends) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      last = event.timeStamp;
      if (ends) return fromField(take());
      keys.push(event.key);
      clearTimeout(timer);
      timer = setTimeout(settle, QUIET_MS);
    },
    true,
  );

  document.addEventListener("pointerdown", (event) => (byHand = typed(event.target) === scan()));
  document.addEventListener("focusout", (event) => {
    if (event.target === scan()) byHand = false;
  });

  // One request after the other: keys that come meanwhile wait for the next state of the page.
  const failed = (event) => {
    busy = false;
    waiting.length = 0;
    document.getElementById("failed").hidden = event.type !== "htmx:responseError";
  };
  // What is typed meanwhile stays, and the cursor where a person put it.
  const texts = () => [...document.querySelectorAll("#desk :is(input:not([type=hidden]), textarea, select)")];
  const values = () => new Map(texts().filter((text) => text !== scan()).map((text) => [text.name, text.value]));
  let sent = new Map();
  let since = [];
  document.addEventListener("htmx:beforeSend", () => {
    busy = true;
    sent = values();
  });
  document.addEventListener("htmx:beforeSwap", () => {
    since = [...values()].filter(([name, value]) => sent.get(name) !== value);
  });
  document.addEventListener("htmx:afterSwap", () => {
    scan()?.removeAttribute("autofocus");
    texts().forEach((text) => since.forEach(([name, value]) => text.name === name && (text.value = value)));
  });
  ["htmx:sendError", "htmx:responseError"].forEach((name) => document.addEventListener(name, failed));
  document.addEventListener("htmx:afterSettle", () => {
    busy = byHand = false;
    ready();
    if (document.activeElement === document.body) scan()?.focus();
    document.getElementById("now")?.scrollIntoView({ block: "nearest" });
    waiting.shift()?.();
  });

  const ready = () => document.querySelectorAll("[data-hint]").forEach((hint) => (hint.hidden = false));
  ready();
})();
