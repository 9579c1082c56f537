// serve.c: retarget serve.
// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "server/server.h"

static const char help[] =
    "retarget serve: answer the API and deliver the embeds\n"
    "\n"
    "  --listen ADDR:PORT   where to listen; port 0 picks a free one (default 127.0.0.1:8080)\n"
    "  --db FILE            the database, made if it is not there (default retarget.db)\n"
    "  --public-url URL     how browsers reach this server; click URLs start with it (default: where it listens)\n"
    "  --brand NAME         whose embeds stand at the root: retarget or affilfinder (default retarget)\n"
    "  --embeds DIR         the built embeds, all versions (default: those installed with the program, or build/web)\n"
    "  --trusted-proxy CIDR a proxy that is believed about visitors, such as a TLS proxy's 127.0.0.1; may be repeated\n"
    "  --proxy-header NAME  the one header in which it says whom it heard (default X-Forwarded-For); read from the\n"
    "                       right, every other such header is ignored\n"
    "  --geo-db FILE        where addresses are: a country or city database in MaxMind's format; SIGHUP reads it "
    "again\n"
    "  --geo-header NAME    a trusted proxy's header with the visitor's country, such as CF-IPCountry; goes before\n"
    "                       the database\n"
    "  --geo-region-header NAME\n"
    "                       the same for the region, such as CF-Region-Code\n"
    "  --own-network CIDR   clicks from there are the operator's own and never count; may be repeated\n"
    "  --rate-limit N       requests per second for one key and address, 0 for no limit (default 50, and none for\n"
    "                       callers on this machine, such as a reverse proxy; a number given here holds for them too)\n"
    "  --dev                plain http on this machine counts as https for landing and image URLs; refused on a "
    "public\n"
    "                       address\n"
    "\n"
    "The first line of output is the base URL. SIGINT and SIGTERM stop it after every request has its answer. One "
    "server\n"
    "per database: a second one would learn of the first one's sessions only when it starts.\n";

enum {
  LISTEN,
  DATABASE,
  PUBLIC_URL,
  BRAND,
  EMBEDS,
  TRUSTED_PROXY,
  PROXY_HEADER,
  GEO_DATABASE,
  GEO_HEADER,
  GEO_REGION_HEADER,
  OWN_NETWORK,
  RATE_LIMIT,
  DEV
};

static const rt_option options[] = {
    [LISTEN] = {"--listen", true},
    [DATABASE] = {"--db", true},
    [PUBLIC_URL] = {"--public-url", true},
    [BRAND] = {"--brand", true},
    [EMBEDS] = {"--embeds", true},
    [TRUSTED_PROXY] = {"--trusted-proxy", true},
    [PROXY_HEADER] = {"--proxy-header", true},
    [GEO_DATABASE] = {"--geo-db", true},
    [GEO_HEADER] = {"--geo-header", true},
    [GEO_REGION_HEADER] = {"--geo-region-header", true},
    [OWN_NETWORK] = {"--own-network", true},
    [RATE_LIMIT] = {"--rate-limit", true},
    [DEV] = {"--dev", false},
    {NULL, false},
};

// The embeds that belong to this program: those installed with it, or else build/web, seen from build/<preset>/bin.
static const char *default_embeds(char *path, size_t capacity) {
  static const char *const places[] = {RT_WEB_FROM_PROGRAM, "../../web"};
  char program[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length <= 0) return "build/web";
  program[length] = '\0';
  *strrchr(program, '/') = '\0';  // the path is absolute
  for (size_t i = 0; i < 2; i++) {
    snprintf(path, capacity, "%s/%s", program, places[i]);
    if (access(path, F_OK) == 0) break;
  }
  return path;
}

static bool set_rate(rt_server_config *config, const char *value) {
  uint64_t number;
  if (!rt_bytes_to_u64(rt_bytes_of(value), &number) || number > 1000000) return false;
  config->rate = (rt_rate_policy){(uint32_t)number, (uint32_t)number * 6, true};
  return true;
}

static bool add_network(rt_network *networks, size_t *count, const char *value) {
  return *count < RT_MAX_OWN_NETWORKS && rt_network_read(rt_bytes_of(value), &networks[(*count)++]);
}

static int refuse_network(const char *option, const char *value) {
  return rt_fail(RT_EXIT_USAGE, "%s takes up to %d networks like 203.0.113.0/24, not \"%.60s\".", option,
                 RT_MAX_OWN_NETWORKS, value);
}

// Takes the name of a header (a token of RFC 9110, section 5.6.2). RT_EXIT_DONE: go on.
static int set_header(const char **header, const char *option, const char *value) {
  static const char others[] = "!#$%&'*+-.^_`|~";
  bool is_name = value[0] != '\0' && strlen(value) <= 64;
  for (const char *c = value; is_name && *c != '\0'; c++) {
    is_name = isalnum((unsigned char)*c) != 0 || strchr(others, *c) != NULL;
  }
  if (!is_name) return rt_fail(RT_EXIT_USAGE, "%s takes the name of one header, not \"%.40s\".", option, value);
  *header = value;
  return RT_EXIT_DONE;
}

// RT_EXIT_DONE: go on.
static int apply(rt_server_config *config, int option, const char *value) {
  switch (option) {
    case LISTEN:
      config->listen = value;
      break;
    case DATABASE:
      config->database = value;
      break;
    case PUBLIC_URL:
      config->public_url = value;
      break;
    case BRAND:
      if (!rt_brand_find(rt_bytes_of(value), &config->brand)) {
        return rt_fail(RT_EXIT_USAGE, "--brand is retarget or affilfinder, not \"%.40s\".", value);
      }
      break;
    case EMBEDS:
      config->embeds = value;
      break;
    case TRUSTED_PROXY:
      if (!add_network(config->trusted_proxies, &config->trusted_proxy_count, value)) {
        return refuse_network("--trusted-proxy", value);
      }
      break;
    case PROXY_HEADER:
      return set_header(&config->proxy_header, "--proxy-header", value);
    case GEO_HEADER:
      return set_header(&config->geo_header, "--geo-header", value);
    case GEO_REGION_HEADER:
      return set_header(&config->geo_region_header, "--geo-region-header", value);
    case GEO_DATABASE:
      config->geo_database = value;
      break;
    case OWN_NETWORK:
      if (!add_network(config->own_networks, &config->own_network_count, value)) {
        return refuse_network("--own-network", value);
      }
      break;
    case RATE_LIMIT:
      if (!set_rate(config, value)) {
        return rt_fail(RT_EXIT_USAGE, "--rate-limit takes a number up to 1000000, not \"%.40s\".", value);
      }
      break;
    default:
      config->is_development = true;
      break;
  }
  return RT_EXIT_DONE;
}

int rt_cli_serve(int argc, char **argv) {
  char embeds[PATH_MAX + sizeof RT_WEB_FROM_PROGRAM + 16];
  rt_server_config config = {.listen = "127.0.0.1:8080",
                             .database = RT_DEFAULT_DATABASE,
                             .embeds = default_embeds(embeds, sizeof embeds),
                             .brand = RT_BRAND_RETARGET,
                             .proxy_header = "X-Forwarded-For",
                             .rate = rt_rate_policy_default};
  rt_arguments arguments = {.argc = argc, .argv = argv, .options = options, .help = help};
  for (int found; (found = rt_arguments_next(&arguments)) != RT_OPTION_END;) {
    if (found == RT_OPTION_PLAIN)
      return rt_fail(RT_EXIT_USAGE, "serve takes options only, not \"%.40s\".", arguments.value);
    if (found < 0) return rt_arguments_exit(found);
    const int code = apply(&config, found, arguments.value);
    if (code != RT_EXIT_DONE) return code;
  }
  if (config.geo_header != NULL && config.trusted_proxy_count == 0) {
    return rt_fail(RT_EXIT_USAGE, "--geo-header is believed of trusted proxies only; name yours with --trusted-proxy.");
  }
  if (config.geo_region_header != NULL && config.geo_header == NULL) {
    return rt_fail(RT_EXIT_USAGE, "--geo-region-header needs a --geo-header beside it.");
  }
  // Blocked before any thread starts, so that the signals come to this one alone, and only where it waits for them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (config.geo_database != NULL) sigaddset(&signals, SIGHUP);  // without one a closed terminal ends the server
  sigprocmask(SIG_BLOCK, &signals, NULL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails, not the end
  rt_sentence why;
  rt_server *server = rt_server_open(&config, &why);
  if (server == NULL) return rt_fail(RT_EXIT_FAILED, "%s", why.text);
  printf("%s\n", rt_server_url(server));
  fflush(stdout);
  for (int received; sigwait(&signals, &received) == 0 && received == SIGHUP;) {
    (void)rt_server_reload_geo(server, &why);
    fprintf(stderr, "retarget: %s\n", why.text);
  }
  rt_server_close(server);
  return RT_EXIT_DONE;
}
