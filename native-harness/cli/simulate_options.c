// simulate_options.c: the command line of retarget simulate, read and written.
// What it writes it reads: a world that is printed can be pasted.
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/letters.h"
#include "cli/cli.h"
#include "cli/simulate.h"
#include "cli/simulate_pages.h"

static const char help[] =
    "retarget simulate: widgets, visitors, publishers and the API in virtual time, and everything that can go wrong\n"
    "\n"
    "  retarget simulate                        a world of a fresh seed\n"
    "  retarget simulate --seed 7 --runs 1000   the worlds of the seeds 7 to 1006\n"
    "  retarget simulate PAGE.md...             scenario pages: stories with the tape they must lead to; RT_BLESS=1 "
    "in\n"
    "                                           the environment writes the tapes anew\n"
    "\n"
    "  --seed N          what everything is derived from (default: a fresh one, printed)\n"
    "  --runs R          so many worlds, each of its own seed (default 1)\n"
    "  --jobs J          so many at once (default 1); the result is the same\n"
    "  --widgets W       pages with a widget while things go wrong; a quarter as many again come afterwards\n"
    "  --minutes M       how long things go wrong\n"
    "  --healing M       how many minutes nothing goes wrong then, and what is owed must happen (default 12)\n"
    "  --faults LIST     what may go wrong: names with commas between them, all, or none\n"
    "  --harshness P     of 1000 requests, to how many each fault happens\n"
    "  --declined P      of 1000 visitors, how many are declined\n"
    "  --geo P           of 1000 pages, how many ask where the visitor is: half with an overlay, half with a section\n"
    "  --store KIND      what the API keeps its data in: memory, or sqlite on a disk that forgets (default memory)\n"
    "  --shrink          when a world fails, look for a smaller one that fails the same way\n"
    "  --report FILE     write what happened as a web page\n"
    "  --tapes DIR       write the tapes of the first pages of each world as DIR/SEED-PAGE.tape\n"
    "\n"
    "What is not said, each world takes from its seed. The same options make the same worlds on every machine. Exit 1: "
    "a\n"
    "world failed, and the output says which promise was broken and how to see it again. Ctrl-C prints what there is.\n"
    "\n"
    "Faults:\n";

enum { SEED, RUNS, JOBS, WIDGETS, MINUTES, HEALING, FAULTS, HARSHNESS, DECLINED, GEO, STORE, SHRINK, REPORT, TAPES };

static const rt_option options[] = {
    [SEED] = {"--seed", true},       [RUNS] = {"--runs", true},           [JOBS] = {"--jobs", true},
    [WIDGETS] = {"--widgets", true}, [MINUTES] = {"--minutes", true},     [HEALING] = {"--healing", true},
    [FAULTS] = {"--faults", true},   [HARSHNESS] = {"--harshness", true}, [DECLINED] = {"--declined", true},
    [GEO] = {"--geo", true},         [STORE] = {"--store", true},         [SHRINK] = {"--shrink", false},
    [REPORT] = {"--report", true},   [TAPES] = {"--tapes", true},         {NULL, false}};

static const char *const stores[] = {[RT_STORE_MEMORY] = "memory", [RT_STORE_SQLITE] = "sqlite"};

enum {
  MOST_JOBS = 256,
  MOST_WIDGETS = 1000000,
  MOST_MINUTES = 60000,  // six weeks: offsets within it are drawn as 32-bit numbers of milliseconds
  MOST_RUNS = 1000000000,
  ROOM_OF_HELP = 16384
};

// ---------------------------------------------------------------- reading

// Says what the option takes instead. False, for the caller to return.
static bool refuse(const char *option, uint64_t least, uint64_t most, const char *value) {
  rt_fail(0, "%s takes a number from %" PRIu64 " to %" PRIu64 ", not \"%.40s\".", option, least, most, value);
  return false;
}

static bool read_number(int option, uint64_t least, uint64_t most, const char *value, uint64_t *number) {
  if (rt_bytes_to_u64(rt_bytes_of(value), number) && *number >= least && *number <= most) return true;
  return refuse(options[option].name, least, most, value);
}

static bool choose(int option, uint32_t least, uint32_t most, const char *value, rt_chosen *chosen) {
  uint64_t number;
  if (!read_number(option, least, most, value, &number)) return false;
  *chosen = (rt_chosen){true, (uint32_t)number};
  return true;
}

static void refuse_fault(rt_bytes name) {
  rt_world_fault nearest = 0;
  uint32_t fewest = RT_MANY_LETTERS;
  for (rt_world_fault fault = 0; fault < RT_FAULT_COUNT; fault++) {
    const uint32_t apart = rt_letters_apart(name, rt_bytes_of(rt_fault_name(fault)));
    if (apart >= fewest) continue;
    fewest = apart;
    nearest = fault;
  }
  const int length = (int)(name.length < 40 ? name.length : 40);
  if (rt_letters_are_near(fewest, name)) {
    rt_fail(0, "There is no fault \"%.*s\"; did you mean %s? --help lists them.", length, name.data,
            rt_fault_name(nearest));
  } else {
    rt_fail(0, "There is no fault \"%.*s\"; --help lists those there are.", length, name.data);
  }
}

static bool read_faults(const char *value, rt_faults *faults) {
  rt_bytes rest = rt_bytes_of(value);
  *faults = RT_NO_FAULTS;
  if (strcmp(value, "none") == 0) return true;
  if (strcmp(value, "all") == 0) {
    *faults = RT_ALL_FAULTS;
    return true;
  }
  for (bool is_more = true; is_more;) {
    const rt_bytes name = rt_bytes_take(rest, rt_bytes_find(rest, ','));
    rt_world_fault fault;
    is_more = name.length < rest.length;
    rest = rt_bytes_skip(rest, is_more ? name.length + 1 : name.length);
    if (!rt_fault_find(name, &fault)) {
      refuse_fault(name);
      return false;
    }
    faults->bits |= rt_only_fault(fault).bits;
  }
  return true;
}

static bool read_store(const char *value, rt_store_kind *store) {
  for (rt_store_kind kind = 0; kind < sizeof stores / sizeof stores[0]; kind++) {
    if (strcmp(value, stores[kind]) != 0) continue;
    *store = kind;
    return true;
  }
  rt_fail(0, "--store is memory or sqlite, not \"%.40s\".", value);
  return false;
}

static bool apply(rt_simulation *simulation, int option, const char *value, bool *is_seeded) {
  uint64_t jobs;
  switch (option) {
    case SEED:
      *is_seeded = true;
      return read_number(SEED, 0, UINT64_MAX, value, &simulation->seed);
    case RUNS:
      return read_number(RUNS, 1, MOST_RUNS, value, &simulation->runs);
    case JOBS:
      if (!read_number(JOBS, 1, MOST_JOBS, value, &jobs)) return false;
      simulation->jobs = (uint32_t)jobs;
      return true;
    case WIDGETS:
      return choose(WIDGETS, 1, MOST_WIDGETS, value, &simulation->widgets);
    case MINUTES:
      return choose(MINUTES, 1, MOST_MINUTES, value, &simulation->minutes);
    case HEALING:
      return choose(HEALING, 1, MOST_MINUTES, value, &simulation->healing);
    case FAULTS:
      simulation->are_faults_given = true;
      return read_faults(value, &simulation->faults);
    case HARSHNESS:
      return choose(HARSHNESS, 0, 1000, value, &simulation->harshness);
    case DECLINED:
      return choose(DECLINED, 0, 1000, value, &simulation->declined);
    case GEO:
      return choose(GEO, 0, 1000, value, &simulation->geo);
    case STORE:
      return read_store(value, &simulation->store);
    case SHRINK:
      simulation->shrinks = true;
      return true;
    case REPORT:
      simulation->report = value;
      return true;
    default:
      simulation->tapes = value;
      return true;
  }
}

// The help with all faults.
static const char *write_help(char *room) {
  rt_writer writer = rt_writer_over(room, ROOM_OF_HELP - 1);
  rt_write_text(&writer, help);
  for (rt_world_fault fault = 0; fault < RT_FAULT_COUNT; fault++) {
    rt_write_text(&writer, "  ");
    rt_write_text(&writer, rt_fault_name(fault));
    for (size_t width = strlen(rt_fault_name(fault)); width < 16; width++) rt_write_char(&writer, ' ');
    rt_write_text(&writer, rt_fault_sentence(fault));
    rt_write_char(&writer, '\n');
  }
  room[writer.length] = '\0';
  return room;
}

// A number that nobody has had, short enough to be read aloud.
static bool draw_seed(uint64_t *seed) {
  uint32_t drawn;
  if (getrandom(&drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn) {
    rt_fail(0, "This machine gives no random seed (%s); choose one with --seed.", strerror(errno));
    return false;
  }
  *seed = drawn;
  return true;
}

static rt_asked read_seeds(rt_simulation *simulation, bool is_seeded) {
  if (!is_seeded && !draw_seed(&simulation->seed)) return RT_ASKED_WRONGLY;
  if (simulation->seed <= UINT64_MAX - (simulation->runs - 1)) return RT_ASKED_FOR_WORLDS;
  rt_fail(0, "There are fewer than %" PRIu64 " seeds after %" PRIu64 "; begin with a smaller one.", simulation->runs,
          simulation->seed);
  return RT_ASKED_WRONGLY;
}

rt_asked rt_simulation_read(rt_simulation *simulation, int argc, char **argv) {
  char room[ROOM_OF_HELP];
  bool is_seeded = false;
  int last = -1;
  rt_arguments arguments = {.argc = argc, .argv = argv, .options = options, .help = write_help(room)};
  *simulation = (rt_simulation){.runs = 1, .jobs = 1, .pages = argv};
  for (int found; (found = rt_arguments_next(&arguments)) != RT_OPTION_END;) {
    if (found == RT_OPTION_HELP) {
      puts("\nSentences of a story, as web/docs/scenarios.md explains them:");
      rt_simulate_print_sentences(stdout);
      return RT_ASKED_FOR_HELP;
    }
    if (found == RT_OPTION_PLAIN) {
      argv[simulation->page_count++] = argv[arguments.at - 1];  // to the front, where all before has been read
    } else if (found < 0 || !apply(simulation, found, arguments.value, &is_seeded)) {
      return RT_ASKED_WRONGLY;
    } else {
      last = found;
    }
  }
  if (simulation->page_count == 0) return read_seeds(simulation, is_seeded);
  if (last < 0) return RT_ASKED_FOR_PAGES;
  rt_fail(0, "A scenario page says itself what happens in it; leave out %s, or \"%.40s\".", options[last].name,
          argv[0]);
  return RT_ASKED_WRONGLY;
}

rt_world_options rt_simulation_world(const rt_simulation *simulation, uint64_t run) {
  rt_world_options world = rt_world_options_of(simulation->seed + run);
  if (simulation->widgets.is_given) world.widgets = simulation->widgets.value;
  if (simulation->minutes.is_given) world.fault_phase = rt_ms((int64_t)simulation->minutes.value * 60000);
  if (simulation->healing.is_given) world.healing_phase = rt_ms((int64_t)simulation->healing.value * 60000);
  if (simulation->declined.is_given) world.declined_permille = simulation->declined.value;
  if (simulation->geo.is_given) world.geo_permille = simulation->geo.value;
  if (simulation->harshness.is_given) world.harshness_permille = simulation->harshness.value;
  if (simulation->are_faults_given) world.faults = simulation->faults;
  world.store = simulation->store;
  return world;
}

// ---------------------------------------------------------------- writing

static void print_faults(FILE *file, rt_faults faults) {
  const char *before = " --faults ";
  if (faults.bits == 0) fputs(" --faults none", file);
  if (faults.bits == RT_ALL_FAULTS.bits) {
    fputs(" --faults all", file);
    return;
  }
  for (rt_world_fault fault = 0; fault < RT_FAULT_COUNT; fault++) {
    if (!rt_has_fault(faults, fault)) continue;
    fprintf(file, "%s%s", before, rt_fault_name(fault));
    before = ",";
  }
}

static void print_chosen(FILE *file, int option, rt_chosen chosen) {
  if (chosen.is_given) fprintf(file, " %s %" PRIu32, options[option].name, chosen.value);
}

// The program by the name under which it was started, so that the line works where it was printed.
static void print_program(FILE *file) { fprintf(file, "%s simulate", program_invocation_name); }

void rt_simulation_print(FILE *file, const rt_simulation *simulation) {
  if (simulation->runs == 1) {
    const rt_world_options world = rt_simulation_world(simulation, 0);
    rt_world_print(file, &world);
    return;
  }
  print_program(file);
  fprintf(file, " --seed %" PRIu64 " --runs %" PRIu64, simulation->seed, simulation->runs);
  print_chosen(file, WIDGETS, simulation->widgets);
  print_chosen(file, MINUTES, simulation->minutes);
  print_chosen(file, HEALING, simulation->healing);
  print_chosen(file, HARSHNESS, simulation->harshness);
  print_chosen(file, DECLINED, simulation->declined);
  print_chosen(file, GEO, simulation->geo);
  fprintf(file, " --store %s", stores[simulation->store]);
  if (simulation->are_faults_given) print_faults(file, simulation->faults);
  fputc('\n', file);
}

void rt_world_print(FILE *file, const rt_world_options *world) {
  print_program(file);
  fprintf(file, " --seed %" PRIu64 " --widgets %" PRIu32 " --minutes %lld --healing %lld", world->seed, world->widgets,
          (long long)world->fault_phase.ms / 60000, (long long)world->healing_phase.ms / 60000);
  fprintf(file, " --harshness %" PRIu32 " --declined %" PRIu32 " --geo %" PRIu32 " --store %s",
          world->harshness_permille, world->declined_permille, world->geo_permille, stores[world->store]);
  print_faults(file, world->faults);
  fputc('\n', file);
}
