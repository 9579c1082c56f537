// offer.c: retarget offer.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/cli.h"
#include "cli/json_file.h"
#include "cli/offer_file.h"
#include "server/http.h"

static const char help[] =
    "retarget offer: what advertisers pay to show\n"
    "\n"
    "  retarget offer add FILE.json     adds the offer in the file, or every offer of an array; all or none\n"
    "  retarget offer list              with --json: as offer add takes them, and the id each has\n"
    "  retarget offer pause ID          stops showing it; links that are out still lead there\n"
    "  retarget offer resume ID\n"
    "\n"
    "  --db FILE                        (default retarget.db)\n"
    "  --json                           for scripts\n"
    "\n"
    "An offer in a file:\n"
    "  {\n"
    "    \"brand\": \"Brightwater\",         up to 40 characters\n"
    "    \"headline\": \"An account …\",     up to 90\n"
    "    \"cta\": \"Open an account\",       up to 24\n"
    "    \"image\": \"https://…\",           or null\n"
    "    \"landing\": \"https://…?c={clickId}\", with {clickId}, {websiteKey}, {country}, {region} where they are "
    "wanted\n"
    "    \"vertical\": \"finance\",          igaming, finance, sports, crypto, ecommerce or streaming\n"
    "    \"model\": \"cpc\",                 per click, or cpa: per action\n"
    "    \"premium\": false,               stands first; cpc only\n"
    "    \"paused\": false,                added, but not shown yet\n"
    "    \"rates\": {\"DE\": 450000, \"*\": \"0.10\"}  micros of a US dollar, or dollars as a text; * is anywhere "
    "else\n"
    "  }\n"
    "\n"
    "A running server sees every change at once.\n";

enum { DATABASE, JSON };

static const rt_option options[] = {[DATABASE] = {"--db", true}, [JSON] = {"--json", false}, {NULL, false}};

typedef struct {
  sqlite3 *database;
  bool is_json;
} job;

static void report_added(const job *work, const rt_new_offer *offer, bool is_first) {
  const rt_id_text id = rt_id_to_text(RT_ID_OFFER, &offer->id);
  if (!work->is_json) {
    printf("%s  %.*s\n", id.text, (int)offer->offer.brand.length, offer->offer.brand.data);
    return;
  }
  char room[512];
  rt_writer writer = rt_writer_over(room, sizeof room);
  rt_json_out out = rt_json_out_over(&writer);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, "id", rt_bytes_of(id.text));
  rt_json_put_member(&out, "brand", offer->offer.brand);
  rt_json_end_object(&out);
  printf("%s%.*s", is_first ? "" : ",", (int)writer.length, writer.data);
}

// Checks every offer before the first is added, so that the message comes before anything is printed.
static int add_all(const job *work, const char *path, rt_json root) {
  static rt_new_offer offer;
  rt_sentence why;
  const bool is_array = rt_json_kind_of(root) == RT_JSON_ARRAY;
  const rt_entropy entropy = rt_system_entropy();
  const rt_json first = is_array ? rt_json_first(root) : root;
  size_t number = 1;
  for (rt_json at = first; at.node != NULL; at = is_array ? rt_json_next(at) : (rt_json){NULL}, number++) {
    if (rt_offer_from_json(at, &offer, &why)) continue;
    return rt_fail(RT_EXIT_FAILED, "%.200s, offer %zu: %s", path, number, why.text);
  }
  if (!rt_sql_execute(work->database, "BEGIN IMMEDIATE")) {
    return rt_fail(RT_EXIT_FAILED, "The database is busy: %s.", sqlite3_errmsg(work->database));
  }
  if (work->is_json) fputs("[", stdout);
  for (rt_json at = first; at.node != NULL; at = is_array ? rt_json_next(at) : (rt_json){NULL}) {
    if (!rt_offer_from_json(at, &offer, &why) ||
        !rt_offer_add(work->database, &entropy, &offer, rt_clock_wall(), &why)) {
      rt_sql_execute(work->database, "ROLLBACK");
      return rt_fail(RT_EXIT_FAILED, "%s", why.text);
    }
    report_added(work, &offer, at.node == first.node);
  }
  if (work->is_json) fputs("]\n", stdout);
  if (rt_sql_execute(work->database, "COMMIT")) return RT_EXIT_DONE;
  return rt_fail(RT_EXIT_FAILED, "The database refused the change: %s.", sqlite3_errmsg(work->database));
}

static int add(const job *work, const char *path) {
  rt_json_file file;
  rt_sentence why;
  if (!rt_json_file_open(path, &file, &why)) return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  const int code = add_all(work, path, file.root);
  rt_json_file_close(&file);
  return code;
}

static void put_offer(rt_json_out *out, const rt_catalog_offer *offer) {
  const rt_id_text id = rt_id_to_text(RT_ID_OFFER, &offer->id);
  rt_json_begin_object(out);
  rt_json_put_member(out, "id", rt_bytes_of(id.text));
  rt_json_put_member(out, "brand", offer->brand);
  rt_json_put_member(out, "headline", offer->headline);
  rt_json_put_member(out, "cta", offer->cta);
  rt_json_key(out, "image");
  rt_json_put_string_or_null(out, offer->image);
  rt_json_put_member(out, "landing", offer->landing);
  rt_json_put_member(out, "vertical", rt_bytes_of(rt_vertical_name(offer->vertical)));
  rt_json_put_member(out, "model", rt_bytes_of(rt_model_name(offer->model)));
  rt_json_key(out, "premium");
  rt_json_put_boolean(out, offer->is_premium);
  rt_json_key(out, "paused");
  rt_json_put_boolean(out, !offer->is_live);
  rt_json_key(out, "rates");
  rt_json_begin_object(out);
  for (size_t i = 0; i < offer->rate_count; i++) {
    rt_json_key(out, offer->rates[i].country);
    rt_json_put_integer(out, offer->rates[i].amount.value);
  }
  rt_json_end_object(out);
  rt_json_end_object(out);
}

static void print_offer(const rt_catalog_offer *offer) {
  const rt_id_text id = rt_id_to_text(RT_ID_OFFER, &offer->id);
  printf("%s  %.*s%s\n  %s, %s%s, ", id.text, (int)offer->brand.length, offer->brand.data,
         offer->is_live ? "" : "  (paused)", rt_vertical_name(offer->vertical), rt_model_name(offer->model),
         offer->is_premium ? ", premium" : "");
  for (size_t i = 0; i < offer->rate_count; i++) {
    char dollars[32];
    rt_writer writer = rt_writer_over(dollars, sizeof dollars);
    rt_write_dollars(&writer, offer->rates[i].amount);
    printf("%s%s $%.*s", i == 0 ? "" : ", ", offer->rates[i].country, (int)writer.length, writer.data);
  }
  printf("\n  %.*s\n", (int)offer->landing.length, offer->landing.data);
}

static int list(const job *work) {
  static char room[64 * 1024];
  rt_catalog *catalog = rt_catalog_open();
  if (catalog == NULL || !rt_admin_load_catalog(work->database, catalog)) {
    rt_catalog_close(catalog);
    return rt_fail(RT_EXIT_FAILED, "The database cannot be read: %s.", sqlite3_errmsg(work->database));
  }
  if (work->is_json) fputs("[", stdout);
  for (size_t i = 0; i < rt_catalog_offer_count(catalog); i++) {
    const rt_catalog_offer *offer = rt_catalog_offer_at(catalog, i);
    if (!work->is_json) {
      print_offer(offer);
      continue;
    }
    rt_writer writer = rt_writer_over(room, sizeof room);
    rt_json_out out = rt_json_out_over(&writer);
    put_offer(&out, offer);
    printf("%s%.*s", i == 0 ? "" : ",\n", (int)writer.length, writer.data);
  }
  if (work->is_json) fputs("]\n", stdout);
  rt_catalog_close(catalog);
  return RT_EXIT_DONE;
}

static int set_live(const job *work, const char *text, bool is_live) {
  rt_id id;
  rt_sentence why;
  if (!rt_id_read(rt_bytes_of(text), RT_ID_OFFER, &id)) {
    return rt_fail(RT_EXIT_USAGE, "\"%.60s\" is no offer id; it looks like off_…, see `retarget offer list`.", text);
  }
  if (!rt_offer_set_live(work->database, &id, is_live, &why)) return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  if (work->is_json) {
    printf("{\"id\":\"%s\",\"paused\":%s}\n", text, is_live ? "false" : "true");
  } else {
    printf("%s %s\n", text, is_live ? "resumed" : "paused");
  }
  return RT_EXIT_DONE;
}

static int run(const job *work, const char *verb, const char *operand) {
  if (strcmp(verb, "list") == 0) return list(work);
  if (strcmp(verb, "add") == 0) return add(work, operand);
  return set_live(work, operand, strcmp(verb, "resume") == 0);
}

static bool is_verb(const char *verb) {
  return strcmp(verb, "add") == 0 || strcmp(verb, "list") == 0 || strcmp(verb, "pause") == 0 ||
         strcmp(verb, "resume") == 0;
}

int rt_cli_offer(int argc, char **argv) {
  const char *path = RT_DEFAULT_DATABASE, *verb = NULL, *operand = NULL;
  job work = {0};
  rt_arguments arguments = {.argc = argc, .argv = argv, .options = options, .help = help};
  for (int found; (found = rt_arguments_next(&arguments)) != RT_OPTION_END;) {
    if (found == DATABASE) {
      path = arguments.value;
    } else if (found == JSON) {
      work.is_json = true;
    } else if (found != RT_OPTION_PLAIN) {
      return rt_arguments_exit(found);
    } else if (verb == NULL) {
      verb = arguments.value;
    } else if (operand == NULL) {
      operand = arguments.value;
    } else {
      return rt_fail(RT_EXIT_USAGE, "\"%.40s\" is one argument too many.", arguments.value);
    }
  }
  if (verb == NULL || !is_verb(verb)) {
    return rt_fail(RT_EXIT_USAGE, "offer is followed by add FILE, list, pause ID or resume ID; see --help.");
  }
  if (operand == NULL && strcmp(verb, "list") != 0) {
    return rt_fail(RT_EXIT_USAGE, "offer %s needs %s.", verb, strcmp(verb, "add") == 0 ? "a file" : "an offer's id");
  }
  rt_sentence why;
  const rt_database_file file = rt_system_file(path);
  work.database = rt_database_open(&file, &why);
  if (work.database == NULL) return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  const int code = run(&work, verb, operand);
  rt_database_close(work.database);
  return code;
}
