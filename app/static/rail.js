// The console's rail where it is a strip: what has the focus, and the part one is in, come into view whole, which browsers do by halves.
(() => {
  "use strict";
  const show = (link) => link?.scrollIntoView({ block: "nearest", inline: "nearest" });
  document.addEventListener("focusin", (event) => show(event.target.closest(".rail a")));
  if (!location.hash) show(document.querySelector(".rail [aria-current]"));
})();
