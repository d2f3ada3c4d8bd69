// Forms that a passkey fills in: the browser asks for a fingerprint, face, PIN or key, and its answer is sent.
"use strict";

const ceremonies = {
  async get(publicKey) {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  },
  async create(publicKey, form) {
    const alone = Boolean(form.elements.passwordless?.checked);
    publicKey.authenticatorSelection.residentKey = alone ? "required" : "discouraged";
    publicKey.authenticatorSelection.requireResidentKey = alone;
    if (alone) publicKey.authenticatorSelection.userVerification = "required";
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  },
};

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  const problem = form.querySelector("[data-problem]");
  problem.hidden = true;
  try {
    const { publicKey } = await optionsOf(form);
    const credential = await ceremonies[form.dataset.passkey](publicKey, form);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    // Cancelled, refused, or a browser without passkeys: all that can be done is to say so.
    problem.hidden = false;
  }
});
