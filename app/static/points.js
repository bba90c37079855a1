// The list of drop-off points: what is chosen stands above «Continue», shut ones can be left out, a map goes with the list.
(() => {
  const words = document.currentScript.dataset.chosen;
  const points = [...document.querySelectorAll(".point")];
  const radios = points.map((point) => point.querySelector("input[type=radio]"));
  if (!points.length) return;
  const form = radios[0].form;

  const chosen = document.createElement("p");
  chosen.className = "chosen-line";
  form.querySelector(":scope > .acts")?.before(chosen);
  const say = () => {
    const radio = form.querySelector(`input[name="${radios[0].name}"]:checked`);
    const way = radio?.closest(".choice").querySelector(".choice-title").textContent.trim();
    chosen.textContent = way ? words.replace("{}", way) : "";
    chosen.hidden = !way;
  };
  form.addEventListener("change", say);
  say();

  const filter = document.getElementById("open-now");
  if (filter && points.some((point) => "shut" in point.dataset)) {
    filter.hidden = false;
    filter.addEventListener("change", ({ target }) => {
      points.forEach((point, at) => {
        point.parentElement.hidden = target.checked && "shut" in point.dataset && !radios[at].checked;
      });
      if (target.checked) form.querySelectorAll(".points-more").forEach((fold) => (fold.open = true));
    });
  }

  const frame = document.getElementById("points-map");
  if (!frame || !window.L) return;
  const place = (text) => text.split(" ").map(Number);
  const { tiles, credit, creditUrl, origin, from, zoomIn, zoomOut } = frame.dataset;
  frame.hidden = false;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(frame.querySelector(".points-map-canvas"), {
    zoomControl: false, scrollWheelZoom: false, attributionControl: false,
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
  });
  const whose = document.createElement(creditUrl ? "a" : "span");
  whose.textContent = credit;
  if (creditUrl) Object.assign(whose, { href: creditUrl, target: "_blank", rel: "noopener noreferrer" });
  L.control.attribution({ prefix: false }).addAttribution(whose.outerHTML).addTo(map);
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  L.tileLayer(tiles, { maxZoom: 19 }).addTo(map);
  L.circleMarker(place(origin), { radius: 7, className: "map-origin", interactive: false }).bindTooltip(from).addTo(map);
  // A list of the same points stands beside it: with a keyboard one chooses there, and the pins are no stops on the way.
  const pins = points.map((point, at) => {
    const icon = L.divIcon({ className: "map-pin", html: point.dataset.number, iconSize: [36, 36] });
    const title = point.querySelector(".choice-title").textContent;
    return L.marker(place(point.dataset.place), { icon, title, keyboard: false, riseOnHover: true })
      .on("click", () => {
        point.closest("details:not([open])")?.setAttribute("open", "");
        radios[at].checked = true;
        radios[at].dispatchEvent(new Event("change", { bubbles: true }));
        radios[at].focus();
      })
      .addTo(map);
  });
  const mark = () =>
    pins.forEach((pin, at) => {
      pin.getElement().classList.toggle("is-chosen", radios[at].checked);
      pin.setZIndexOffset(radios[at].checked ? 1000 : 0);
      if (radios[at].checked && !map.getBounds().contains(pin.getLatLng())) map.panTo(pin.getLatLng());
    });
  map.fitBounds([place(origin), ...points.map((point) => place(point.dataset.place))], { padding: [30, 30], maxZoom: 16 });
  form.addEventListener("change", mark);
  mark();
})();
