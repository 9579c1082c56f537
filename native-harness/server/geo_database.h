// geo_database.h: a file in MaxMind's format that says where addresses are.
// Reads the layouts of GeoLite2 and GeoIP2, DB-IP, IPinfo and ip-location-db. What it says is a country of ISO 3166-1 and
// perhaps a region of ISO 3166-2; anything else it says counts as unknown. Keeps no address.
// SPDX-License-Identifier: MIT
#ifndef RT_SERVER_GEO_DATABASE_H
#define RT_SERVER_GEO_DATABASE_H

#include "server/locator.h"
#include "server/sentence.h"

typedef struct rt_geo_database rt_geo_database;

// Opens a file. It is copied to memory first: whoever writes over it in place does not pull the ground away from under a
// running server. NULL: `why` says in one sentence what is wrong; so it does when the file holds no country that can be
// read.
rt_geo_database *rt_geo_database_open(const char *path, rt_sentence *why);
void rt_geo_database_close(rt_geo_database *database);

// Reads the file again; from one call to the next the new one answers. False: the old one stays, and `why` says why. Any
// thread.
bool rt_geo_database_reload(rt_geo_database *database, rt_sentence *why);

// "GeoLite2-City of 2026-11-17", for people.
rt_sentence rt_geo_database_describe(rt_geo_database *database);

// The door for the service. Any thread.
rt_locator rt_geo_database_locator(rt_geo_database *database);

#endif
