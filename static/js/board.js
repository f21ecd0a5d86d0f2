// An open board follows the record without a reload: a live event, or a quiet question every 15 seconds.

const POLL_MS = 15_000;
const MARK_MS = 6_000;

/** Return what a row says, so that a changed row can be told from one that only moved. */
function states(board) {
  return new Map([...board.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row.dataset.state]));
}

/** Name the focused link or control of the board in a way that survives its replacement. */
function focusPath(board) {
  const held = document.activeElement;
  if (!held || !board.contains(held)) return null;
  const row = held.closest("[data-key]");
  const scope = row ?? board;
  const index = [...scope.querySelectorAll("a, button, input, summary, [tabindex]")].indexOf(held);
  return { key: row?.dataset.key ?? null, index };
}

function restoreFocus(board, path) {
  if (!path) return;
  const scope = path.key ? board.querySelector(`[data-key="${CSS.escape(path.key)}"]`) : board;
  const found = scope?.querySelectorAll("a, button, input, summary, [tabindex]")[path.index];
  found?.focus({ preventScroll: true });
}

/** Keep the first row in view where it is, whatever grows or moves above it. */
function anchorRow(board) {
  for (const row of board.querySelectorAll("[data-key]")) {
    const box = row.getBoundingClientRect();
    if (box.bottom > 0 && box.top < innerHeight) return { key: row.dataset.key, top: box.top };
  }
  return null;
}

function restoreScroll(board, anchor) {
  const row = anchor && board.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
  if (row && anchor.top < 0) scrollBy({ top: row.getBoundingClientRect().top - anchor.top, behavior: "instant" });
}

function replaceBoard(fresh) {
  const old = document.getElementById("board");
  const before = states(old);
  const focus = focusPath(old);
  const anchor = anchorRow(old);
  old.replaceWith(fresh);
  restoreFocus(fresh, focus);
  restoreScroll(fresh, anchor);
  const changed = [...fresh.querySelectorAll("[data-key]")].filter((row) => before.get(row.dataset.key) !== row.dataset.state);
  for (const row of changed) {
    row.classList.add("changed");
    setTimeout(() => row.classList.remove("changed"), MARK_MS);
  }
  const news = document.getElementById("board-news");
  if (news) news.textContent = news.dataset.message.replace("{number}", fresh.dataset.number).replace("{changed}", changed.length);
}

/** Ask for this very page again; the browser's own ETag makes an unchanged board cost next to nothing. */
async function refresh() {
  const answer = await fetch(location.href, { cache: "no-cache", headers: { Accept: "text/html", "X-Live": "board" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("board");
  const held = document.getElementById("board");
  if (fresh && held && fresh.dataset.number !== held.dataset.number) replaceBoard(document.importNode(fresh, true));
}

function follow(topic) {
  let timer = null;
  const poll = () => { timer ??= setInterval(() => { if (!document.hidden) refresh(); }, POLL_MS); };
  const rest = () => { clearInterval(timer); timer = null; };
  if (!("EventSource" in window)) return poll();
  const stream = new EventSource(`/stream?topic=${encodeURIComponent(topic)}`);
  let opened = false;
  stream.addEventListener("open", () => { rest(); if (opened) refresh(); opened = true; });
  stream.addEventListener("message", (event) => {
    let said = null;
    try { said = JSON.parse(event.data); } catch { return; }
    const held = document.getElementById("board")?.dataset;
    if (held && said.metric === held.metric && said.version === held.version && String(said.number) !== held.number) refresh();
  });
  stream.addEventListener("error", poll);
}

const board = document.getElementById("board");
if (board?.dataset.topic) follow(board.dataset.topic);
