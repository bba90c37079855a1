// What is measured on a page as it stands; each gives a list of sentences, empty where all is well.
(() => {
  const TARGET = 44;
  const FIRM = 0.5; // of a pixel, that rounding takes
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getClientRects().length;
  const name = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);

  // A label is as much of its control as the box in it; a link whose ::after lies over its card is as large as the card.
  const box = (one) => {
    const part = one.matches("input, select, textarea") ? (one.closest("label") ?? one) : one;
    const after = getComputedStyle(one, "::after");
    const stretched = after.content !== "none" && after.position === "absolute" && after.inset === "0px";
    const whole = stretched ? one.offsetParent : part;
    return whole.getBoundingClientRect();
  };
  // WCAG 2.5.8 and 2.5.5 except a target in a sentence: it lies in a line with words that are no target themselves.
  const inSentence = (one) => {
    if (!getComputedStyle(one).display.startsWith("inline")) return false;
    const words = (node) => node.nodeType === Node.TEXT_NODE && /\p{L}{2}/u.test(node.data);
    if ([...one.parentElement.childNodes].some((near) => near.nodeType === Node.TEXT_NODE && words(near))) return true;
    let block = one.parentElement;
    for (; block && getComputedStyle(block).display.startsWith("inline"); block = block.parentElement);
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const line = one.getBoundingClientRect();
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (!words(text) || text.parentElement.closest("a, button, summary, .vh")) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      if ([...range.getClientRects()].some((one) => one.bottom > line.top && one.top < line.bottom)) return true;
    }
    return false;
  };
  // So is one in a letter as it was typed: its height is that of the letter's lines.
  const targets = () =>
    all("a[href], button, summary, select, textarea, input:not([type=hidden]), [role=button], [tabindex='0']")
      .filter((one) => !one.closest(".vh, .skip, .leaflet-control-attribution, pre") && !one.disabled)
      .filter((one) => !inSentence(one))
      .map((one) => [one, box(one)])
      .filter(([, { width, height }]) => Math.min(width, height) < TARGET - FIRM)
      .map(([one, { width, height }]) => `a target of ${width.toFixed(0)} × ${height.toFixed(0)}: ${name(one)}`);

  const wide = () => {
    if (document.scrollingElement.scrollWidth <= innerWidth) return [];
    const beyond = all("main *, header *, footer *")
      .filter((one) => !one.closest(".vh, thead"))
      .filter((one) => one.getBoundingClientRect().left + Math.max(one.offsetWidth, one.scrollWidth) > innerWidth + FIRM);
    return [`has to be scrolled sideways: ${beyond.slice(-2).map(name).join(" ")}`];
  };

  const stuck = () =>
    [...document.forms]
      .filter((one) => one.method === "get" && one.role !== "search" && !one.noValidate && !one.matches(":valid"))
      .map((one) => `has a form that the browser does not send as it stands: ${name(one)}`);

  // Text that a box cuts off; what scrolls by itself can be read.
  const cut = () =>
    all("main *, header *, footer *, nav *")
      .filter((one) => !one.closest(".vh, svg, select, .leaflet-container") && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      .filter((one) => {
        const style = getComputedStyle(one);
        const cuts = (way) => ["hidden", "clip"].includes(way);
        return (
          (cuts(style.overflowX) && one.scrollWidth > one.clientWidth + 1) ||
          (cuts(style.overflowY) && one.scrollHeight > one.clientHeight + 1)
        );
      })
      .map((one) => `cuts its text off: ${name(one)}`);

  const frame = () => {
    const faults = [];
    const levels = all("h1, h2, h3, h4, h5, h6").map((one) => Number(one.nodeName[1]));
    const errors = document.querySelector(".errors");
    if (levels.filter((level) => level === 1).length !== 1) faults.push("has not one h1");
    if (!document.title.trim()) faults.push("has no title");
    if (!document.documentElement.lang) faults.push("has no language");
    if (!document.querySelector("main")) faults.push("has no main");
    if (errors) faults.push(...named(errors));
    faults.push(...misnamed());
    return faults;
  };

  // Whoever speaks to a machine says what stands on a control.
  const misnamed = () => {
    const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    return all("a[aria-label], button[aria-label], summary[aria-label]")
      .filter((one) => !plain(one.getAttribute("aria-label")).includes(plain(one.innerText)))
      .map((one) => `its name leaves out what stands on it: ${name(one)}`);
  };

  // Every fault takes the focus, leads to its control, and is said of it.
  const named = (errors) => {
    const faults = [];
    if (!document.title.match(/^Error/)) faults.push(`the title hides the fault: ${document.title}`);
    if (!errors.contains(document.activeElement)) faults.push(`the fault has no focus: ${name(document.activeElement)}`);
    for (const link of errors.querySelectorAll("a")) {
      const control = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!control) faults.push(`a fault leads nowhere: ${name(link)}`);
      else faults.push(...said(control));
    }
    if (!errors.querySelector("li")) faults.push("a summary without a fault");
    return faults;
  };
  const said = (control) => {
    const group = control.closest("fieldset, [role=radiogroup], [role=group]");
    const bearer = [control, group].find((one) => one?.getAttribute("aria-describedby"));
    const ids = (bearer?.getAttribute("aria-describedby") ?? "").split(" ");
    const words = ids.map((id) => document.getElementById(id)).filter((one) => one?.matches(".fault") && shown(one));
    return words.length ? [] : [`a fault that its control does not say: ${name(control)}`];
  };

  // Spaced out, a broad table may need more room than there is: nothing of it is lost.
  const SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-block-end: 2em !important; }";
  const styled = (css, measure) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
    const faults = measure();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    return faults;
  };

  window.measures = {
    frame,
    narrow: () => [...wide(), ...stuck(), ...targets(), ...cut(), ...spaced()],
    letter: () => [...wide(), ...cut(), ...spaced()],
    broad: () => [...wide(), ...cut(), ...spaced(), ...large()],
    unfold: () => {
      window.folded = [...document.querySelectorAll("details:not([open])")];
      window.folded.forEach((one) => (one.open = true));
    },
    fold: () => (window.folded ?? []).forEach((one) => (one.open = false)),
  };
  const spaced = () => styled(SPACING, () => [...(innerWidth < 640 ? wide() : []), ...cut()].map((fault) => `with text spaced out ${fault}`));
  const large = () => styled(":root { font-size: 200% !important; }", () => cut().map((fault) => `with text of twice the size ${fault}`));
})();
