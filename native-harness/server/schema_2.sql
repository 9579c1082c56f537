-- schema_2.sql: what version 2 of the database adds to schema.sql: a geo rule for each website.
-- SPDX-License-Identifier: MIT

ALTER TABLE websites ADD COLUMN geo_mode INTEGER NOT NULL DEFAULT 0;  -- rt_geo_mode; 0: no rule

CREATE TABLE website_places (              -- what the rule lists
  website INTEGER NOT NULL REFERENCES websites (id) ON DELETE CASCADE,
  code TEXT NOT NULL,                      -- 'DE' or 'US-NJ'
  PRIMARY KEY (website, code)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER places_added AFTER INSERT ON website_places BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
CREATE TRIGGER places_removed AFTER DELETE ON website_places BEGIN UPDATE catalog_revision SET revision = revision + 1; END;
