// Warns two minutes before a session ends by itself, and extends it at a press; other tabs that go on are asked first.
(() => {
  "use strict";
  const source = document.getElementById("session");
  if (!source) return;
  const AHEAD = 130;
  const make = (tag, id, text, parent) => {
    const element = parent.appendChild(document.createElement(tag));
    element.id = id;
    element.textContent = text;
    return element;
  };
  const dialog = make("dialog", "session-ends", "", document.body);
  dialog.className = "card";
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "session-title");
  dialog.setAttribute("aria-describedby", "session-text");
  make("h2", "session-title", source.dataset.title, dialog);
  const words = make("p", "session-text", source.dataset.text, dialog);
  const stay = make("button", "session-stay", source.dataset.stay, dialog);
  stay.className = "button button-main";
  stay.addEventListener("click", () => dialog.close());
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  let timer = 0;
  let end = 0;

  const wait = (seconds) => {
    end = Date.now() + seconds * 1000;
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(seconds - AHEAD, 0) * 1000);
  };
  const ask = async (method) => {
    const headers = method === "POST" ? { "X-CSRF-Token": token } : {};
    const answer = await fetch("/session", { method, headers });
    return answer.ok ? (await answer.json()).seconds : null;
  };
  const over = () => {
    words.textContent = source.dataset.over;
  };
  const look = async () => {
    const seconds = await ask("GET").catch(() => Math.max(end - Date.now(), 0) / 1000);
    if (seconds > AHEAD) {
      if (dialog.open) dialog.close();
      return wait(seconds);
    }
    words.textContent = source.dataset.text;
    if (!seconds) over();
    else timer = setTimeout(over, seconds * 1000);
    if (!dialog.open) dialog.showModal();
  };

  dialog.addEventListener("close", async () => {
    const seconds = await ask("POST").catch(() => null);
    if (seconds) wait(seconds);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  wait(Number(source.dataset.left));
})();
