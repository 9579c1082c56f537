// axe.mjs: axe-core in a page: which rules of accessibility what the page shows now breaks.
// Carried in by the driver, not by the page: a page's policy neither forbids it nor has to be loosened for it. Knows no
// page and no widget.
// SPDX-License-Identifier: MIT

import { readFileSync } from 'node:fs';

const source = readFileSync(new URL('../../../web/node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

// WCAG 2.2 up to AA, and what axe's authors hold to be good besides.
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// One text for each node that breaks a rule (`violations`) or of which axe cannot tell (`doubts`): rule, element, what is
// wrong, and the page that explains it. `ruleCount` is how many rules found something to look at and passed.
// `without` names rules to leave out.
export async function inspectPage(page, { without = [] } = {}) {
  if (!(await page.evaluate(() => typeof window.axe === 'object'))) await page.evaluate(new Function(source));
  const found = await page.evaluate(async ([values, disabled]) => {
    const { violations, incomplete, passes } = await window.axe.run(document, {
      runOnly: { type: 'tag', values },
      rules: Object.fromEntries(disabled.map((rule) => [rule, { enabled: false }])),
    });
    const plain = (rules) =>
      rules.flatMap(({ id, helpUrl, nodes }) => nodes.map(({ target, html, failureSummary }) => ({ id, helpUrl, target, html, failureSummary })));
    return { violations: plain(violations), doubts: plain(incomplete), ruleCount: passes.length };
  }, [tags, without]);
  const write = ({ id, helpUrl, target, html, failureSummary }) => {
    const reason = failureSummary.split('\n').slice(1).map((line) => line.trim()).join('; ');
    return `${id} at ${target.flat().join(' >>> ')}: ${reason}\n  ${html}\n  ${helpUrl}`;
  };
  return { ruleCount: found.ruleCount, violations: found.violations.map(write), doubts: found.doubts.map(write) };
}
