// site.c: retarget site.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/cli.h"
#include "cli/site_geo.h"
#include "codec/json.h"
#include "codec/url.h"
#include "server/admin.h"
#include "server/http.h"
#include "server/origin.h"

static const char help[] =
    "retarget site: the websites that show offers\n"
    "\n"
    "  retarget site add --domain shop.example [settings]   registers one and prints its keys, the secret once\n"
    "  retarget site set SITE [settings]                    changes what is given\n"
    "  retarget site rotate SITE                            prints a new secret; the old one stops working\n"
    "  retarget site disable|enable SITE\n"
    "  retarget site geo SITE ...                           who is served the product, who offers; see below\n"
    "  retarget site list\n"
    "\n"
    "Settings:\n"
    "  --name TEXT                       for people (default: the domain)\n"
    "  --vertical V                      igaming, finance, sports, crypto, ecommerce or streaming (default finance)\n"
    "  --accept V1,V2                    verticals of the offers it shows (default: its own)\n"
    "  --support-label T --support-url U a link to the site's own help; an empty label takes it away\n"
    "  --subdomains, --no-subdomains     pages of subdomains may call too (default: no)\n"
    "  --dev-origin URL                  adds a development origin (its traffic is test traffic); may be repeated\n"
    "  --remove-dev-origin URL\n"
    "  --trigger, --no-trigger           the decline widget (default: on)\n"
    "  --default-reason R                kyc, deposit, signup, risk, geo, age, self_excluded or other, when a trigger\n"
    "                                    names none (default other)\n"
    "Where visitors are (site geo), one of:\n"
    "  --allow GB,MT,US-NJ               these are served the product, everybody else is shown offers\n"
    "  --block DE,US-NY                  these are shown offers, everybody else is served the product\n"
    "  --no-rule                         everybody is served the product\n"
    "  --show                            the rule as it is\n"
    "  --test DE-BY                      what a visitor from there would see, and why; also --test unknown\n"
    "Countries are codes of ISO 3166-1 (UK means GB), regions of ISO 3166-2. A new list replaces the old one.\n"
    "\n"
    "Always:\n"
    "  --db FILE                         (default retarget.db)\n"
    "  --json                            for scripts\n"
    "\n"
    "SITE is the registered domain; --domain SITE says the same. A running server sees every change at once.\n";

enum {
  DOMAIN,
  NAME,
  VERTICAL,
  ACCEPT,
  SUPPORT_LABEL,
  SUPPORT_URL,
  SUBDOMAINS,
  NO_SUBDOMAINS,
  DEV_ORIGIN,
  REMOVE_DEV_ORIGIN,
  TRIGGER,
  NO_TRIGGER,
  DEFAULT_REASON,
  ALLOW,
  BLOCK,
  NO_RULE,
  SHOW,
  TEST,
  DATABASE,
  JSON,
  OPTION_COUNT
};

static const rt_option options[OPTION_COUNT + 1] = {
    [DOMAIN] = {"--domain", true},
    [NAME] = {"--name", true},
    [VERTICAL] = {"--vertical", true},
    [ACCEPT] = {"--accept", true},
    [SUPPORT_LABEL] = {"--support-label", true},
    [SUPPORT_URL] = {"--support-url", true},
    [SUBDOMAINS] = {"--subdomains", false},
    [NO_SUBDOMAINS] = {"--no-subdomains", false},
    [DEV_ORIGIN] = {"--dev-origin", true},
    [REMOVE_DEV_ORIGIN] = {"--remove-dev-origin", true},
    [TRIGGER] = {"--trigger", false},
    [NO_TRIGGER] = {"--no-trigger", false},
    [DEFAULT_REASON] = {"--default-reason", true},
    [ALLOW] = {"--allow", true},
    [BLOCK] = {"--block", true},
    [NO_RULE] = {"--no-rule", false},
    [SHOW] = {"--show", false},
    [TEST] = {"--test", true},
    [DATABASE] = {"--db", true},
    [JSON] = {"--json", false},
};

typedef struct {
  sqlite3 *database;
  rt_site site;
  bool is_accept_given;
  bool is_json;
  rt_geo_task geo;
} job;

static int set_verticals(rt_site *site, const char *list) {
  rt_bytes rest = rt_bytes_of(list);
  rt_verticals set = {0};
  while (rest.length > 0) {
    const size_t comma = rt_bytes_find(rest, ',');
    const rt_bytes name = rt_bytes_trimmed(rt_bytes_take(rest, comma));
    rt_vertical vertical;
    if (!rt_vertical_find(name, &vertical)) {
      return rt_fail(RT_EXIT_USAGE, "There is no vertical \"%.*s\"; --help lists them.", (int)name.length, name.data);
    }
    set.bits |= rt_verticals_of(vertical).bits;
    rest = comma < rest.length ? rt_bytes_skip(rest, comma + 1) : RT_BYTES_NONE;
  }
  site->accepted = set;
  return set.bits != 0 ? RT_EXIT_DONE : rt_fail(RT_EXIT_USAGE, "--accept needs at least one vertical.");
}

static int add_dev_origin(rt_site *site, const char *value) {
  if (!rt_origin_is_valid(rt_bytes_of(value))) {
    return rt_fail(RT_EXIT_USAGE,
                   "--dev-origin takes an origin like http://localhost:3000, without a path, not \"%.80s\".", value);
  }
  for (size_t i = 0; i < site->dev_origin_count; i++) {
    if (strcmp(site->dev_origins[i], value) == 0) return RT_EXIT_DONE;
  }
  if (site->dev_origin_count == RT_MAX_DEV_ORIGINS ||
      !rt_admin_set_text(site->dev_origins[site->dev_origin_count], sizeof site->dev_origins[0], rt_bytes_of(value))) {
    return rt_fail(RT_EXIT_USAGE, "A website has at most %d development origins.", RT_MAX_DEV_ORIGINS);
  }
  site->dev_origin_count++;
  return RT_EXIT_DONE;
}

static int remove_dev_origin(rt_site *site, const char *value) {
  for (size_t i = 0; i < site->dev_origin_count; i++) {
    if (strcmp(site->dev_origins[i], value) != 0) continue;
    site->dev_origin_count--;
    memmove(site->dev_origins[i], site->dev_origins[i + 1], (site->dev_origin_count - i) * sizeof site->dev_origins[0]);
    return RT_EXIT_DONE;
  }
  return rt_fail(RT_EXIT_FAILED, "%.80s is no development origin of %s.", value, site->domain);
}

static int set_support_url(rt_site *site, const char *value) {
  rt_url url;
  if ((rt_url_parse(rt_bytes_of(value), &url) == RT_OK && url.is_https &&
       rt_admin_set_text(site->support_url, sizeof site->support_url, rt_bytes_of(value)))) {
    return RT_EXIT_DONE;
  }
  return rt_fail(RT_EXIT_USAGE, "--support-url takes an https URL, not \"%.80s\".", value);
}

static int apply(job *work, int option, const char *value) {
  rt_site *site = &work->site;
  switch (option) {
    case NAME:
      if (rt_admin_set_text(site->name, sizeof site->name, rt_bytes_of(value))) return RT_EXIT_DONE;
      return rt_fail(RT_EXIT_USAGE, "--name takes up to %d bytes of UTF-8.", RT_MAX_NAME_LENGTH);
    case VERTICAL:
      if (rt_vertical_find(rt_bytes_of(value), &site->vertical)) return RT_EXIT_DONE;
      return rt_fail(RT_EXIT_USAGE, "There is no vertical \"%.40s\"; --help lists them.", value);
    case ACCEPT:
      work->is_accept_given = true;
      return set_verticals(site, value);
    case SUPPORT_LABEL:
      if (rt_admin_set_text(site->support_label, sizeof site->support_label, rt_bytes_of(value))) return RT_EXIT_DONE;
      return rt_fail(RT_EXIT_USAGE, "--support-label takes up to %d bytes of UTF-8.", RT_MAX_SUPPORT_LABEL_LENGTH);
    case SUPPORT_URL:
      return set_support_url(site, value);
    case SUBDOMAINS:
    case NO_SUBDOMAINS:
      site->are_subdomains_allowed = option == SUBDOMAINS;
      return RT_EXIT_DONE;
    case DEV_ORIGIN:
      return add_dev_origin(site, value);
    case REMOVE_DEV_ORIGIN:
      return remove_dev_origin(site, value);
    case TRIGGER:
    case NO_TRIGGER:
      site->is_trigger_enabled = option == TRIGGER;
      return RT_EXIT_DONE;
    case DEFAULT_REASON:
      if (rt_reason_find(rt_bytes_of(value), &site->default_reason)) return RT_EXIT_DONE;
      return rt_fail(RT_EXIT_USAGE, "--default-reason is one of " RT_REASON_LIST ", not \"%.40s\".", value);
    default:
      return RT_EXIT_DONE;
  }
}

static void put_key(rt_json_out *out, const char *name, rt_id_kind kind, const rt_id *id) {
  const rt_id_text text = rt_id_to_text(kind, id);
  rt_json_put_member(out, name, rt_bytes_of(text.text));
}

// `secret` NULL: not shown.
static int print_keys(const job *work, const rt_new_secret *secret) {
  const rt_site *site = &work->site;
  if (!work->is_json) {
    printf("site                %s\n", site->domain);
    printf("public key          %s\n", rt_id_to_text(RT_ID_PUBLIC_KEY, &site->public_key).text);
    printf("website key         %s\n", rt_id_to_text(RT_ID_WEBSITE_KEY, &site->website_key).text);
    printf("integration secret  %s\n", secret->text);
    printf("The secret is shown this once; keep it on your server, never in a page.\n");
    return RT_EXIT_DONE;
  }
  char room[1024];
  rt_writer writer = rt_writer_over(room, sizeof room);
  rt_json_out out = rt_json_out_over(&writer);
  rt_json_begin_object(&out);
  rt_json_put_member(&out, "site", rt_bytes_of(site->domain));
  put_key(&out, "publicKey", RT_ID_PUBLIC_KEY, &site->public_key);
  put_key(&out, "websiteKey", RT_ID_WEBSITE_KEY, &site->website_key);
  rt_json_put_member(&out, "integrationSecret", rt_bytes_of(secret->text));
  rt_json_end_object(&out);
  printf("%.*s\n", (int)writer.length, writer.data);
  return RT_EXIT_DONE;
}

static int report(const job *work, const char *what) {
  if (work->is_json) {
    printf("{\"site\":\"%s\",\"ok\":true}\n", work->site.domain);
  } else {
    printf("%s %s\n", work->site.domain, what);
  }
  return RT_EXIT_DONE;
}

static void put_site(rt_json_out *out, const rt_site *site) {
  rt_json_begin_object(out);
  rt_json_put_member(out, "site", rt_bytes_of(site->domain));
  rt_json_put_member(out, "name", rt_bytes_of(site->name));
  put_key(out, "publicKey", RT_ID_PUBLIC_KEY, &site->public_key);
  put_key(out, "websiteKey", RT_ID_WEBSITE_KEY, &site->website_key);
  rt_json_put_member(out, "vertical", rt_bytes_of(rt_vertical_name(site->vertical)));
  rt_json_key(out, "accept");
  rt_json_begin_array(out);
  for (int i = 0; i < RT_VERTICAL_COUNT; i++) {
    if (rt_verticals_have(site->accepted, (rt_vertical)i))
      rt_json_put_string(out, rt_bytes_of(rt_vertical_name((rt_vertical)i)));
  }
  rt_json_end_array(out);
  rt_json_put_member(out, "defaultReason", rt_bytes_of(rt_reason_name(site->default_reason)));
  rt_json_put_member(out, "supportLabel", rt_bytes_of(site->support_label));
  rt_json_put_member(out, "supportUrl", rt_bytes_of(site->support_url));
  rt_json_key(out, "subdomains");
  rt_json_put_boolean(out, site->are_subdomains_allowed);
  rt_json_key(out, "enabled");
  rt_json_put_boolean(out, site->is_enabled);
  rt_json_key(out, "trigger");
  rt_json_put_boolean(out, site->is_trigger_enabled);
  rt_json_key(out, "devOrigins");
  rt_json_begin_array(out);
  for (size_t i = 0; i < site->dev_origin_count; i++) rt_json_put_string(out, rt_bytes_of(site->dev_origins[i]));
  rt_json_end_array(out);
  rt_json_end_object(out);
}

static void print_site(const rt_site *site) {
  char verticals[96];
  rt_writer writer = rt_writer_over(verticals, sizeof verticals - 1);
  rt_write_verticals(&writer, site->accepted);
  verticals[writer.length] = '\0';
  printf("%s%s%s\n", site->domain, site->is_enabled ? "" : "  (disabled)",
         site->is_trigger_enabled ? "" : "  (trigger off)");
  printf("  name          %s\n", site->name);
  printf("  public key    %s\n", rt_id_to_text(RT_ID_PUBLIC_KEY, &site->public_key).text);
  printf("  website key   %s\n", rt_id_to_text(RT_ID_WEBSITE_KEY, &site->website_key).text);
  printf("  vertical      %s, accepts %s\n", rt_vertical_name(site->vertical), verticals);
  printf("  default reason %s%s\n", rt_reason_name(site->default_reason),
         site->are_subdomains_allowed ? ", subdomains allowed" : "");
  if (site->support_label[0] != '\0') printf("  support       %s, %s\n", site->support_label, site->support_url);
  for (size_t i = 0; i < site->dev_origin_count; i++) printf("  dev origin    %s\n", site->dev_origins[i]);
}

static int list(job *work) {
  static char room[64 * 1024];
  bool is_first = true;
  if (work->is_json) fputs("[", stdout);
  for (int64_t after = 0; rt_site_next(work->database, after, &work->site); after = work->site.number) {
    if (!work->is_json) {
      print_site(&work->site);
      continue;
    }
    rt_writer writer = rt_writer_over(room, sizeof room);
    rt_json_out out = rt_json_out_over(&writer);
    put_site(&out, &work->site);
    printf("%s%.*s", is_first ? "" : ",\n", (int)writer.length, writer.data);
    is_first = false;
  }
  if (work->is_json) fputs("]\n", stdout);
  return RT_EXIT_DONE;
}

// Applies every option that is a setting.
static int apply_all(job *work, rt_arguments arguments) {
  arguments.at = 1;
  for (int found; (found = rt_arguments_next(&arguments)) != RT_OPTION_END;) {
    const int code = found == RT_OPTION_PLAIN ? RT_EXIT_DONE : apply(work, found, arguments.value);
    if (code != RT_EXIT_DONE) return code;
  }
  if ((work->site.support_label[0] == '\0') != (work->site.support_url[0] == '\0')) {
    if (work->site.support_label[0] != '\0') {
      return rt_fail(RT_EXIT_USAGE, "--support-label needs a --support-url to lead to.");
    }
    work->site.support_url[0] = '\0';
  }
  return RT_EXIT_DONE;
}

static int add(job *work, const char *domain, rt_arguments arguments) {
  rt_new_secret secret;
  rt_sentence why;
  if (!rt_domain_is_valid(rt_bytes_of(domain))) {
    return rt_fail(
        RT_EXIT_USAGE,
        "\"%.80s\" is no domain to register: lower case, punycode for other scripts, no scheme, port or path; "
        "localhost goes into --dev-origin.",
        domain);
  }
  work->site = (rt_site){.vertical = RT_VERTICAL_FINANCE, .is_enabled = true, .is_trigger_enabled = true};
  rt_admin_set_text(work->site.domain, sizeof work->site.domain, rt_bytes_of(domain));
  const rt_bytes name = rt_bytes_of(domain);
  rt_admin_set_text(work->site.name, sizeof work->site.name,
                    rt_bytes_take(name, name.length < RT_MAX_NAME_LENGTH ? name.length : RT_MAX_NAME_LENGTH));
  const int code = apply_all(work, arguments);
  if (code != RT_EXIT_DONE) return code;
  if (!work->is_accept_given) work->site.accepted = rt_verticals_of(work->site.vertical);
  const rt_entropy entropy = rt_system_entropy();
  if (!rt_site_add(work->database, &entropy, &work->site, &secret, rt_clock_wall(), &why)) {
    return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  }
  return print_keys(work, &secret);
}

static int change(job *work, const char *verb, rt_arguments arguments) {
  rt_sentence why;
  const char *what = "changed";
  if (strcmp(verb, "rotate") == 0) {
    rt_new_secret secret;
    const rt_entropy entropy = rt_system_entropy();
    if (!rt_site_rotate(work->database, &entropy, &work->site, &secret, &why)) {
      return rt_fail(RT_EXIT_FAILED, "%s", why.text);
    }
    return print_keys(work, &secret);
  }
  if (strcmp(verb, "set") == 0) {
    const int code = apply_all(work, arguments);
    if (code != RT_EXIT_DONE) return code;
  } else {
    work->site.is_enabled = strcmp(verb, "enable") == 0;
    what = work->site.is_enabled ? "enabled" : "disabled";
  }
  if (!rt_site_save(work->database, &work->site, &why)) return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  return report(work, what);
}

static int run(job *work, const char *verb, const char *domain, rt_arguments arguments) {
  rt_sentence why;
  if (strcmp(verb, "list") == 0) return list(work);
  if (domain == NULL) return rt_fail(RT_EXIT_USAGE, "site %s needs the website's domain.", verb);
  if (strcmp(verb, "add") == 0) return add(work, domain, arguments);
  if (!rt_site_find(work->database, rt_bytes_of(domain), &work->site, &why)) {
    return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  }
  if (strcmp(verb, "geo") == 0) return rt_site_geo(work->database, &work->site, &work->geo);
  return change(work, verb, arguments);
}

static bool is_verb(const char *verb) {
  static const char *const verbs[] = {"add", "set", "rotate", "disable", "enable", "geo", "list"};
  for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
    if (strcmp(verb, verbs[i]) == 0) return true;
  }
  return false;
}

static bool is_of_geo(int option) { return option >= ALLOW && option <= TEST; }

static void set_geo_task(rt_geo_task *task, int option, const char *value) {
  if (option == ALLOW) task->allow = value;
  if (option == BLOCK) task->block = value;
  if (option == TEST) task->test = value;
  if (option == NO_RULE) task->is_cleared = true;
  if (option == SHOW) task->is_shown = true;
}

int rt_cli_site(int argc, char **argv) {
  const char *path = RT_DEFAULT_DATABASE, *domain = NULL;
  job work = {0};
  rt_arguments arguments = {.argc = argc, .argv = argv, .options = options, .help = help};
  const int first = rt_arguments_next(&arguments);
  if (first == RT_OPTION_HELP) return RT_EXIT_DONE;
  if (first != RT_OPTION_PLAIN || !is_verb(arguments.value)) {
    return rt_fail(RT_EXIT_USAGE, "site is followed by add, set, rotate, disable, enable, geo or list; see --help.");
  }
  const char *verb = arguments.value;
  for (int found; (found = rt_arguments_next(&arguments)) != RT_OPTION_END;) {
    if (found < 0 && found != RT_OPTION_PLAIN) return rt_arguments_exit(found);
    if (found == DATABASE) path = arguments.value;
    if (found == RT_OPTION_PLAIN && domain != NULL) {
      return rt_fail(RT_EXIT_USAGE, "\"%.40s\" is one argument too many.", arguments.value);
    }
    if (found == DOMAIN || found == RT_OPTION_PLAIN) domain = arguments.value;
    if (found == JSON) work.is_json = work.geo.is_json = true;
    if (found >= 0 && found < DATABASE && is_of_geo(found) != (strcmp(verb, "geo") == 0) && found != DOMAIN) {
      return rt_fail(RT_EXIT_USAGE, "%s is no option of site %s; see --help.", options[found].name, verb);
    }
    if (found >= 0) set_geo_task(&work.geo, found, arguments.value);
  }
  rt_sentence why;
  const rt_database_file file = rt_system_file(path);
  work.database = rt_database_open(&file, &why);
  if (work.database == NULL) return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  const int code = run(&work, verb, domain, arguments);
  rt_database_close(work.database);
  return code;
}
