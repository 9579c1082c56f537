// client.mjs: the calls of the embed and of the publisher's server, without either.
// Measures nothing.
// SPDX-License-Identifier: MIT

async function readReply(response) {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

// Opens a decline session as a page of `origin` would. Returns { sessionId, url } with the URL its polls go to.
export async function openSession(apiUrl, site, origin) {
  const keys = new URLSearchParams({ pub: site.publicKey, website: site.websiteKey });
  const { sessionId } = await readReply(
    await fetch(`${apiUrl}/v1/widget-decline/session?${keys}`, { method: 'POST', headers: { origin } }),
  );
  return { sessionId, url: `${apiUrl}/v1/widget-decline/session/${sessionId}?${keys}` };
}
