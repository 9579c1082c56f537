// records.mjs: what the server has written down, read from its database file while it runs.
// Node 18 reads no SQLite, Debian's Python does. Changes nothing.
// SPDX-License-Identifier: MIT

import { execFileSync } from 'node:child_process';

const program = `
import base64, json, sqlite3, sys
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
rows = connection.execute(sys.argv[2]).fetchall()
text = lambda value: base64.urlsafe_b64encode(value).decode().rstrip("=") if isinstance(value, bytes) else value
print(json.dumps([[text(value) for value in row] for row in rows]))`;

// Rows of a query; blobs come as base64url, as ids are written on the wire behind their prefix.
function query(db, sql) {
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', program, db, sql], { encoding: 'utf8' }));
}

// Every click: { clickId, isEventSeen, isFollowed, class }.
export function readClicks(db) {
  return query(db, 'SELECT id, event_at, followed_at, class FROM clicks').map(([id, eventAt, followedAt, name]) => ({
    clickId: `clk_${id}`, isEventSeen: eventAt > 0, isFollowed: followedAt > 0, class: name,
  }));
}

// Offers that were served, and how many of them were reported as rendered and as viewable.
export function readImpressions(db) {
  const [[served, rendered, viewable]] = query(db, 'SELECT count(*), coalesce(sum(rendered_at > 0), 0), coalesce(sum(viewable_at > 0), 0) FROM served_offers');
  return { served, rendered, viewable };
}

// The embeds that have said that they are on a page: { embed, version }.
export function readSightings(db) {
  return query(db, 'SELECT embed, version FROM snippet_sightings').map(([embed, version]) => ({ embed, version }));
}
