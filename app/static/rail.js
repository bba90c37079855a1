// The console's rail where it is a strip: what has the focus, and the part one is in, come into view whole, which browsers do by halves.
(() => {
  "use strict";
  const show = (link) => link?.scrollIntoView({ block: "nearest", inline: "nearest" });
  document.addEventListener("focusin", (event) => show(event.target.closest(".rail a")));
  // Beside the page it is long: to bring its last parts into view would begin the page at its end.
  const strip = document.querySelector(".rail-in");
  if (!location.hash && strip?.scrollWidth > strip?.clientWidth) show(strip.querySelector("[aria-current]"));
})();
