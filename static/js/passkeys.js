// Passkeys: between the browser's authenticator, which speaks in bytes, and the forms, which speak JSON.
// A form says what it wants: data-passkey="create", "get" (options stand in the page) or "login" (options are fetched).

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const described = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

/** Make a new credential. One that is to sign in alone has to be discoverable and to verify its user. */
async function create(options, alone) {
  const wanted = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: described(options.excludeCredentials),
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone ? { userVerification: "required" } : {}),
    },
  };
  const made = await navigator.credentials.create({ publicKey: wanted });
  return {
    ...shared(made),
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

/** Sign a challenge with a credential that is there already. */
async function get(options) {
  const wanted = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: described(options.allowCredentials),
  };
  const signed = await navigator.credentials.get({ publicKey: wanted });
  const { clientDataJSON, authenticatorData, signature, userHandle } = signed.response;
  return {
    ...shared(signed),
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

const shared = (credential) => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  clientExtensionResults: credential.getClientExtensionResults(),
});

const ways = {
  create: (form) => create(inPage().creation_options.publicKey, form.elements.passwordless?.checked ?? false),
  get: () => get(inPage().request_options.publicKey),
  async login(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`no options: ${answer.status}`);
    return get((await answer.json()).request_options.publicKey);
  },
};

const inPage = () => JSON.parse(document.getElementById("passkey-options").textContent);

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.signed) return;
    event.preventDefault();
    const error = form.querySelector("[data-passkey-error]");
    if (error) error.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ways[form.dataset.passkey](form));
      form.dataset.signed = "yes";
      form.requestSubmit();
    } catch {
      if (error) error.hidden = false; // refused, timed out, or no authenticator: the reader chooses what next
    }
  });
}
if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = false;
}
