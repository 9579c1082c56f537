// trigger.mjs: the one call a publisher's server makes: "this page's user was declined".
// Plain fetch, nothing to install: copy it into your own backend. Knows no cookie and no user.
// SPDX-License-Identifier: MIT

const timeLimitMillis = 15_000;

// Tells the API that the page which announced `sessionId` may show offers. Safe to repeat: the second call answers
// { ok: true, alreadyTriggered: true }. Returns the answer; throws with the status and the body as text otherwise.
export async function triggerDecline({ apiUrl, integrationSecret, sessionId, reason }) {
  const response = await fetch(`${apiUrl.replace(/\/+$/, '')}/v1/widget-decline/trigger`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${integrationSecret}` },
    body: JSON.stringify({ sessionId, reason }),
    signal: AbortSignal.timeout(timeLimitMillis),
  });
  if (!response.ok) throw new Error(`trigger refused: ${response.status} ${await response.text()}`);
  return response.json();
}
