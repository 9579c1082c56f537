-- schema.sql: the database of one installation, version 1 (PRAGMA user_version). What came later is in schema_2.sql.
-- Moments are milliseconds since 1970, UTC; 0 is "never". Amounts are micros of USD. Ids are their 16 raw bytes.
-- SPDX-License-Identifier: MIT

CREATE TABLE server_keys (                 -- made with the database; see rt_keys in store.h
  name TEXT PRIMARY KEY,
  bytes BLOB NOT NULL CHECK (length(bytes) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE organizations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE websites (
  id INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL REFERENCES organizations (id),
  domain TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  public_key BLOB NOT NULL UNIQUE CHECK (length(public_key) = 16),
  website_key BLOB NOT NULL UNIQUE CHECK (length(website_key) = 16),
  secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  vertical INTEGER NOT NULL,
  accepted INTEGER NOT NULL,               -- set of verticals, bit n is vertical n
  default_reason INTEGER NOT NULL,
  support_label TEXT NOT NULL,             -- empty: none
  support_url TEXT NOT NULL,
  are_subdomains_allowed INTEGER NOT NULL,
  is_enabled INTEGER NOT NULL,
  is_trigger_enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE website_dev_origins (
  website INTEGER NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
  origin TEXT NOT NULL,
  PRIMARY KEY (website, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE offers (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  organization INTEGER NOT NULL REFERENCES organizations (id),
  brand TEXT NOT NULL,
  headline TEXT NOT NULL,
  cta TEXT NOT NULL,
  image TEXT NOT NULL,                     -- empty: none
  landing TEXT NOT NULL,                   -- with placeholders
  vertical INTEGER NOT NULL,
  model INTEGER NOT NULL,                  -- 0 cost per click, 1 cost per action
  is_premium INTEGER NOT NULL,
  is_live INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE offer_rates (
  offer BLOB NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  country TEXT NOT NULL,                   -- '*': anywhere else
  micros INTEGER NOT NULL CHECK (micros > 0),
  PRIMARY KEY (offer, country)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (                    -- one per decision or triggered session; kept 30 days
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  website INTEGER NOT NULL REFERENCES websites (id),
  created_at INTEGER NOT NULL,
  served_at INTEGER NOT NULL,
  country TEXT NOT NULL,
  region TEXT NOT NULL,
  barred INTEGER NOT NULL,                 -- set of verticals
  is_allowed INTEGER NOT NULL,
  is_test INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_age ON requests (created_at);

CREATE TABLE served_offers (               -- prices are fixed here; impressions are its moments
  request BLOB NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  offer BLOB NOT NULL REFERENCES offers (id),
  model INTEGER NOT NULL,
  price INTEGER NOT NULL,
  rendered_at INTEGER NOT NULL,
  viewable_at INTEGER NOT NULL,
  PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE clicks (                      -- one per served offer at most
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  request BLOB NOT NULL,
  position INTEGER NOT NULL,
  event_at INTEGER NOT NULL,
  followed_at INTEGER NOT NULL,
  follow INTEGER NOT NULL,                 -- class of following it, taken alone
  is_origin_proven INTEGER NOT NULL,
  class TEXT NOT NULL,                     -- how it counts now
  UNIQUE (request, position),
  FOREIGN KEY (request, position) REFERENCES served_offers (request, position) ON DELETE CASCADE
) STRICT;

CREATE TABLE sessions (                    -- kept 24 hours
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  website INTEGER NOT NULL REFERENCES websites (id),
  created_at INTEGER NOT NULL,
  triggered_at INTEGER NOT NULL,
  request BLOB,                            -- NULL until triggered; outlives nothing, so no foreign key
  country TEXT NOT NULL,
  region TEXT NOT NULL,
  reason INTEGER NOT NULL,
  is_test INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_age ON sessions (created_at);

CREATE TABLE snippet_sightings (           -- which embed of which version a website last showed
  website INTEGER NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
  embed TEXT NOT NULL,
  version TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (website, embed)
) STRICT, WITHOUT ROWID;

CREATE TABLE daily_counts (                -- what is left of requests after 30 days
  day INTEGER NOT NULL,                    -- days since 1970, UTC
  website INTEGER NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
  offer BLOB NOT NULL,
  kind TEXT NOT NULL,                      -- served, rendered, viewable, click:<class>
  is_test INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (day, website, offer, kind, is_test)
) STRICT, WITHOUT ROWID;

-- A running server rereads websites and offers when this number has moved, whoever moved it.
CREATE TABLE catalog_revision (revision INTEGER NOT NULL) STRICT;
INSERT INTO catalog_revision VALUES (1);
CREATE TRIGGER websites_added AFTER INSERT ON websites BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER websites_changed AFTER UPDATE ON websites BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER websites_removed AFTER DELETE ON websites BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER dev_origins_added AFTER INSERT ON website_dev_origins BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER dev_origins_removed AFTER DELETE ON website_dev_origins BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER offers_added AFTER INSERT ON offers BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER offers_changed AFTER UPDATE ON offers BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER offers_removed AFTER DELETE ON offers BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER rates_added AFTER INSERT ON offer_rates BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER rates_changed AFTER UPDATE ON offer_rates BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER rates_removed AFTER DELETE ON offer_rates BEGIN UPDATE catalog_revision SET revision = revision + 1; END;

INSERT INTO organizations VALUES (1, 'default', 1000 * unixepoch());
