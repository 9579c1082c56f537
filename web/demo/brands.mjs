// brands.mjs: what a publisher's own code has to spell differently for each of the two drop-in brands.
// A row of names, no behaviour: publisher, tests and --check take a row and never ask which brand it is.
// SPDX-License-Identifier: MIT

function brandRow(key, title, scriptObject) {
  const upper = key.toUpperCase();
  return Object.freeze({
    key,
    title,
    apiUrlVariable: `${upper}_API_URL`,
    secretVariable: `${upper}_INTEGRATION_SECRET`,
    publicKeyVariable: `NEXT_PUBLIC_${upper}_PUB`,
    websiteKeyVariable: `NEXT_PUBLIC_${upper}_WEBSITE`,
    armRoute: `/api/${key}/decline-arm`,
    sessionGlobal: `__${upper}_DECLINE_SESSION_ID`,
    sessionEvent: `${key}:decline-session`,
    eventPrefix: `${key}:`,
    rootId: `${key}-root`,
    scriptObject,
    containerId: `${key}-ads`,
    embedPath: `/${key}/widget-decline.js`,
    geoPath: `/${key}/widget.js`,
    sectionPath: `/${key}/widget-section.js`,
  });
}

export const brands = Object.freeze({
  retarget: brandRow('retarget', 'ReTarget.gg', 'RetargetWidget'),
  affilfinder: brandRow('affilfinder', 'AffilFinder', 'AffilFinderWidget'),
});

// Returns the row of `key`, or throws with a sentence that lists the known ones.
export function brandNamed(key) {
  const brand = Object.hasOwn(brands, key) ? brands[key] : undefined;
  if (!brand) throw new Error(`unknown brand "${key}": choose one of ${Object.keys(brands).join(', ')}`);
  return brand;
}
