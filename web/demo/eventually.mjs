// eventually.mjs: waiting for something that must happen.
// SPDX-License-Identifier: MIT

// Waits until `read()` returns something truthy and returns it; throws `sentence` after `limitMillis`.
// The limit only bounds "it happens at all"; nothing is ever measured with it.
export async function eventually(read, sentence, limitMillis = 20_000) {
  const end = Date.now() + limitMillis;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > end) throw new Error(typeof sentence === 'function' ? sentence() : sentence);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
