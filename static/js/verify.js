// Check a result's signature in the reader's own browser: digest, DSSE encoding, Ed25519. Nothing is sent anywhere.

const box = document.getElementById("verify");

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const hexOf = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");

/** DSSE v1 pre-authentication encoding: what is really signed. */
function encoding(type, payload) {
  const utf8 = new TextEncoder();
  const head = utf8.encode(`DSSEv1 ${utf8.encode(type).length} ${type} ${payload.length} `);
  const out = new Uint8Array(head.length + payload.length);
  out.set(head);
  out.set(payload, head.length);
  return out;
}

async function bytesFrom(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function keyFrom(url) {
  const pem = new TextDecoder().decode(await bytesFrom(url));
  const der = bytesOf(pem.replace(/-----[^-]+-----/g, "").replace(/\s+/g, ""));
  return crypto.subtle.importKey("spki", der, { name: "Ed25519" }, false, ["verify"]);
}

function say(list, ok, text) {
  const item = document.createElement("li");
  item.className = ok ? "ok" : "bad";
  item.textContent = `${ok ? "✓" : "✗"} ${text}`;
  list.append(item);
  return ok;
}

async function verify() {
  const words = box.dataset;
  const list = box.querySelector("ol");
  list.replaceChildren();
  try {
    const raw = await bytesFrom(words.envelope);
    const digest = hexOf(await crypto.subtle.digest("SHA-256", raw));
    if (!say(list, digest === words.digest, `${words.wordDigest} sha256:${digest}`)) return;
    const envelope = JSON.parse(new TextDecoder().decode(raw));
    const payload = bytesOf(envelope.payload);
    const key = await keyFrom(words.key);
    const signed = encoding(envelope.payloadType, payload);
    const checks = await Promise.all(envelope.signatures.map((s) => crypto.subtle.verify({ name: "Ed25519" }, key, bytesOf(s.sig), signed)));
    say(list, checks.some(Boolean), checks.some(Boolean) ? words.wordGood : words.wordBad);
    const metrics = JSON.parse(new TextDecoder().decode(payload)).predicate.metrics ?? [];
    const stated = metrics.find((m) => m.id === words.metric && !m.group);
    if (stated) say(list, stated.value === words.value, `${words.wordValue} ${stated.id} = ${stated.value}`);
  } catch (error) {
    say(list, false, error?.name === "NotSupportedError" ? words.wordUnsupported : `${words.wordFailed} ${error?.message ?? error}`);
  }
}

if (box && crypto?.subtle) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", verify);
}
