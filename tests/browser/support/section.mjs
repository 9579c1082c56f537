// section.mjs: pages with the inline section on them, and what is in their containers.
// Knows where the tag leads and what it needs; stranger.mjs knows the page.
// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { brands } from '../../../web/demo/brands.mjs';
import { eventually } from '../../../web/demo/eventually.mjs';
import { embedTag } from './fixture.mjs';
import { openStranger, strangerPage } from './stranger.mjs';

// The script element of the section. `attributes` and `loading` as for embedTag.
export const sectionTag = (fixture, brand = brands.retarget, attributes, loading) =>
  embedTag(fixture, brand, attributes, loading, brand.sectionPath);

// Visitors whose location nobody knows are not served from now on, those from Britain are.
export const serveBritainOnly = ({ api }, { site }) => api.administer('site', 'geo', site, '--allow', 'GB');

// A page with a container and something behind it. `style` is the container's.
export function sectionPage(fixture, { attributes, style = '', tag = sectionTag(fixture, brands.retarget, attributes), container = `<div id="retarget-ads" style="${style}"></div>`, body = '', ...parts } = {}) {
  return strangerPage(fixture, { ...parts, tag, body: `${container}<p id="behind">Behind</p>${body}` });
}

// Opens it; what openStranger returns, with `sections(id)` for what is in the element of that id.
export async function openSection(fixture, options = {}) {
  const { brand = brands.retarget, size = { width: 1000, height: 900 }, source = sectionPage(fixture, options), isOpen = true } = options;
  const stranger = await openStranger(fixture, source, { brand, size });
  stranger.sections = (id = brand.containerId) => stranger.page.evaluate((wanted) => window.witness.sections(wanted), id);
  if (isOpen) await stranger.told('open');
  return stranger;
}

// The element of that id holds so many sections, each whole and where the core wants it, and nothing went wrong on the page.
// Returns them.
export async function assertSections(stranger, { id, count = 1, errors = [] } = {}) {
  let seen = [];
  const areWhole = async () => (seen = await stranger.sections(id)).length === count && seen.every(({ faults }) => faults.length === 0);
  await eventually(areWhole, () => JSON.stringify(seen), 5000);
  for (const { cards } of seen) assert.ok(cards > 0);
  assert.deepEqual(await stranger.ask('errors'), errors);
  return seen;
}
