// Small comforts on every page; each page works without them.

const THEME = "theme";

/** Keep the reader's choice of theme on this device. */
function rememberTheme() {
  const apply = (value) => {
    if (value === "light" || value === "dark") document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  };
  let kept = null;
  try { kept = localStorage.getItem(THEME); } catch { /* storage may be off */ }
  if (kept) {
    apply(kept);
    const input = document.getElementById(`theme-${kept}`);
    if (input) input.checked = true;
  }
  for (const input of document.querySelectorAll('.theme input[name="theme"]')) {
    input.addEventListener("change", () => {
      apply(input.value);
      try { localStorage.setItem(THEME, input.value); } catch { /* storage may be off */ }
    });
  }
}

/** Say who is signed in, in a small private fragment, so that the page itself stays the same for everyone. */
async function fillAccountStrip() {
  const strip = document.getElementById("account-strip");
  if (!strip) return;
  const answer = await fetch(strip.dataset.strip, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) strip.innerHTML = await answer.text();
}

/** Filters stand open where there is room and closed where there is not. */
function openFacets() {
  const wide = matchMedia("(min-width: 64rem)");
  for (const facets of document.querySelectorAll("details.facets")) facets.open = wide.matches;
}

rememberTheme();
openFacets();
document.addEventListener("htmx:afterSwap", () => { if (document.getElementById("results")) openFacets(); });
fillAccountStrip();
