// site_geo.c: lists of countries and regions in and out, and one decision explained.
// SPDX-License-Identifier: MIT
#include "cli/site_geo.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "codec/json.h"

enum { MOST_COMPLAINTS = 10, MOST_SHOWN = 40 };

static rt_geo_list list;  // large; one rule is handled per run

// ---------------------------------------------------------------- reading a list

// Says what is wrong with a code, and what it may have been meant to be.
static int complain(rt_bytes code, rt_status status, const rt_place *country) {
  rt_place near;
  const int length = (int)(code.length < 40 ? code.length : 40);
  const size_t hyphen = rt_bytes_find(code, '-');
  const bool has_country = country->number < rt_place_count();
  const bool is_near = has_country
                           ? hyphen < code.length && rt_place_guess(rt_bytes_skip(code, hyphen + 1), country, &near)
                           : rt_place_guess(rt_bytes_take(code, hyphen), NULL, &near);
  char guess[160] = "";
  if (is_near) {
    snprintf(guess, sizeof guess, "; did you mean %s (%s)?", rt_place_to_code(near).text, rt_place_name(near));
  }
  if (has_country) {
    return rt_fail(RT_EXIT_USAGE, "%.*s is no region of %s in ISO 3166-2%s", length, code.data, rt_place_name(*country),
                   is_near ? guess : ".");
  }
  if (status == RT_NOT_FOUND || is_near) {
    return rt_fail(RT_EXIT_USAGE, "\"%.*s\" is no country of ISO 3166-1%s", length, code.data, is_near ? guess : ".");
  }
  return rt_fail(RT_EXIT_USAGE, "\"%.*s\" is no code of a country like DE, nor of a region like US-NJ.", length,
                 code.data);
}

// Parses one code; `country` is out of the table where none was recognized.
static rt_status parse(rt_bytes code, rt_place *place, rt_place *country) {
  const size_t hyphen = rt_bytes_find(code, '-');
  *country = (rt_place){RT_MAX_PLACES};
  const rt_status status = rt_place_parse(code, place, country);
  // "US-NEWJERSEY" is no code, but its country is one, among whose regions a guess can look.
  rt_place ignored;
  if (status == RT_BAD_FIELD) (void)rt_place_parse(rt_bytes_take(code, hyphen), &ignored, country);
  return status;
}

static int by_number(const void *a, const void *b) {
  return (int)((const rt_place *)a)->number - (int)((const rt_place *)b)->number;
}

// Codes with commas or spaces between them, in any order and number; the list keeps each once.
static int read_list(const char *text) {
  static bool is_listed[RT_MAX_PLACES];
  int complaints = 0;
  for (rt_bytes rest = rt_bytes_of(text); rest.length > 0;) {
    size_t end = 0;
    while (end < rest.length && strchr(", \t\r\n", rest.data[end]) == NULL) end++;
    const rt_bytes code = rt_bytes_take(rest, end);
    rest = rt_bytes_skip(rest, end < rest.length ? end + 1 : end);
    if (code.length == 0) continue;
    rt_place place, country;
    const rt_status status = parse(code, &place, &country);
    if (status != RT_OK) {
      if (complaints++ < MOST_COMPLAINTS) complain(code, status, &country);
    } else if (!is_listed[place.number]) {
      is_listed[place.number] = true;
      list.places[list.count++] = place;
    }
  }
  if (complaints > MOST_COMPLAINTS) rt_fail(RT_EXIT_USAGE, "%d codes in all are wrong.", complaints);
  if (complaints > 0) rt_fail(RT_EXIT_USAGE, "Nothing was changed.");
  qsort(list.places, list.count, sizeof list.places[0], by_number);
  return complaints == 0 ? RT_EXIT_DONE : RT_EXIT_USAGE;
}

// ---------------------------------------------------------------- saying what a rule is

// "GB, MT and 2 more".
static void print_places(void) {
  for (size_t i = 0; i < list.count && i < MOST_SHOWN; i++) {
    printf("%s%s", i == 0 ? "" : ", ", rt_place_to_code(list.places[i]).text);
  }
  if (list.count > MOST_SHOWN) printf(" and %zu more", list.count - MOST_SHOWN);
}

static void print_rule(const rt_site *site) {
  if (list.mode == RT_GEO_NO_RULE) {
    printf("%s has no geo rule: everybody is served the product.\n", site->domain);
    return;
  }
  const bool is_allow = list.mode == RT_GEO_ALLOW;
  printf("%s is served to %s ", site->domain, is_allow ? "visitors from" : "everybody but visitors from");
  print_places();
  printf("; %s.\n", is_allow ? "everybody else is shown offers, those too whose location is unknown"
                             : "these are shown offers, those not whose location is unknown");
}

static void print_rule_as_json(const rt_site *site) {
  static char room[RT_MAX_PLACES * (RT_MAX_PLACE_CODE_LENGTH + 3) + 512];
  static const char *const modes[] = {"none", "allow", "block"};
  rt_writer writer = rt_writer_over(room, sizeof room);
  rt_json_out out = rt_json_out_over(&writer);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, "site", rt_bytes_of(site->domain));
  rt_json_put_member(&out, "mode", rt_bytes_of(modes[list.mode]));
  rt_json_key(&out, "places");
  rt_json_begin_array(&out);
  for (size_t i = 0; i < list.count; i++) rt_json_put_string(&out, rt_bytes_of(rt_place_to_code(list.places[i]).text));
  rt_json_end_array(&out);
  rt_json_end_object(&out);
  printf("%.*s\n", (int)writer.length, writer.data);
}

// ---------------------------------------------------------------- a decision explained

// The listed place that a visitor's place is, or lies in. False: none.
static bool find_listed(rt_place place, rt_place *listed) {
  for (;; place = rt_place_parent(place)) {
    for (size_t i = 0; i < list.count; i++) {
      if (list.places[i].number != place.number) continue;
      *listed = place;
      return true;
    }
    if (rt_place_parent(place).number == place.number) return false;
  }
}

// "FR-75, FR-IDF, FR: none is"
static void print_around(rt_place place) {
  const bool is_country = rt_place_parent(place).number == place.number;
  printf("%s", rt_place_to_code(place).text);
  while (rt_place_parent(place).number != place.number) {
    place = rt_place_parent(place);
    printf(", %s", rt_place_to_code(place).text);
  }
  printf(is_country ? " is not" : ": none is");
}

static void explain(rt_geo_why why, const rt_location *location) {
  rt_place place, listed;
  const char *name = list.mode == RT_GEO_ALLOW ? "allowlist" : "blocklist";
  switch (why) {
    case RT_GEO_WHY_NO_RULE:
      printf("the website has no geo rule.\n");
      break;
    case RT_GEO_WHY_UNKNOWN:
      printf("an unknown location matches nothing in the %s.\n", name);
      break;
    case RT_GEO_WHY_NOT_LISTED:
      (void)rt_place_of(location, &place);
      print_around(place);
      printf(" in the %s.\n", name);
      break;
    case RT_GEO_WHY_LISTED:
      if (!rt_place_of(location, &place) || !find_listed(place, &listed)) break;
      printf("%s (%s) is in the %s.\n", rt_place_to_code(listed).text, rt_place_name(listed), name);
      break;
  }
}

static int test(const char *text) {
  rt_geo_rule rule = rt_geo_rule_of(list.mode);
  rt_location location = {0};
  const rt_bytes code = rt_bytes_of(text);
  if (!rt_bytes_equal(code, RT_BYTES("unknown"))) {
    rt_place place, country;
    const rt_status status = parse(code, &place, &country);
    if (status != RT_OK) return complain(code, status, &country);
    location = rt_place_location(place);
  }
  for (size_t i = 0; i < list.count; i++) rt_geo_rule_list(&rule, list.places[i]);
  const rt_geo_verdict verdict = rt_geo_rule_decide(&rule, &location);
  printf("%s: ", verdict.is_allowed ? "allowed" : "blocked");
  explain(verdict.why, &location);
  return RT_EXIT_DONE;
}

// ---------------------------------------------------------------- the verb

static int save(sqlite3 *database, const rt_site *site, const rt_geo_task *task) {
  rt_sentence why;
  const char *text = task->allow != NULL ? task->allow : task->block;
  list = (rt_geo_list){.mode = task->is_cleared ? RT_GEO_NO_RULE : task->allow != NULL ? RT_GEO_ALLOW : RT_GEO_BLOCK};
  const int code = task->is_cleared ? RT_EXIT_DONE : read_list(text);
  if (code != RT_EXIT_DONE) return code;
  if (!task->is_cleared && list.count == 0) {
    return rt_fail(RT_EXIT_USAGE, "The list is empty; to take the rule away use --no-rule.");
  }
  return rt_site_save_geo(database, site, &list, &why) ? RT_EXIT_DONE : rt_fail(RT_EXIT_FAILED, "%s", why.text);
}

int rt_site_geo(sqlite3 *database, const rt_site *site, const rt_geo_task *task) {
  rt_sentence why;
  const int asked =
      (task->allow != NULL) + (task->block != NULL) + (task->test != NULL) + task->is_cleared + task->is_shown;
  if (asked != 1) {
    return rt_fail(RT_EXIT_USAGE, "site geo takes one of --allow, --block, --no-rule, --show and --test; see --help.");
  }
  const bool is_change = task->allow != NULL || task->block != NULL || task->is_cleared;
  if (is_change) {
    const int code = save(database, site, task);
    if (code != RT_EXIT_DONE) return code;
  } else if (!rt_site_load_geo(database, site, &list, &why)) {
    return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  }
  if (task->test != NULL) return test(task->test);
  if (task->is_json) {
    print_rule_as_json(site);
  } else {
    print_rule(site);
  }
  return RT_EXIT_DONE;
}
