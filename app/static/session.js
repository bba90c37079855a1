// Warns two minutes before a session ends by itself, and extends it at a press; other tabs that go on are asked first.
(() => {
  "use strict";
  const dialog = document.getElementById("session");
  if (!dialog) return;
  const AHEAD = 130;
  const words = dialog.querySelector("#session-text");
  const warning = words.textContent;
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
    words.textContent = words.dataset.over;
  };
  const look = async () => {
    const seconds = await ask("GET").catch(() => Math.max(end - Date.now(), 0) / 1000);
    if (seconds > AHEAD) {
      if (dialog.open) dialog.close();
      return wait(seconds);
    }
    words.textContent = warning;
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
  wait(Number(dialog.dataset.left));
})();
