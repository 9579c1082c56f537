// world.h: widgets, visitors, publishers' servers, a network and the API itself in one virtual time: a world from a seed.
// The widgets are the real core, the API is the real service; everything around them is played by actors. The same
// options make the same world on every machine. A world is either left to chance (rt_world_run) or led by hand, which is
// how scenario pages are played.
// SPDX-License-Identifier: MIT
#ifndef RT_SIM_WORLD_H
#define RT_SIM_WORLD_H

#include "embed/embed.h"

typedef enum {
#define RT_FAULT(upper, lower, sentence) RT_FAULT_##upper,
#include "sim/faults.def"
  RT_FAULT_COUNT
} rt_world_fault;

// Bit n: fault n.
typedef struct {
  uint64_t bits;
} rt_faults;

#define RT_NO_FAULTS ((rt_faults){0})
#define RT_ALL_FAULTS ((rt_faults){(UINT64_C(1) << RT_FAULT_COUNT) - 1})

static inline rt_faults rt_only_fault(rt_world_fault fault) { return (rt_faults){UINT64_C(1) << fault}; }
static inline bool rt_has_fault(rt_faults set, rt_world_fault fault) { return (set.bits >> fault & 1u) != 0; }

// Name and sentence of a fault, and the fault of a name. Literals.
const char *rt_fault_name(rt_world_fault fault);
const char *rt_fault_sentence(rt_world_fault fault);
bool rt_fault_find(rt_bytes name, rt_world_fault *fault);

typedef enum {
#define RT_INVARIANT(upper, lower, claim) RT_INVARIANT_##upper,
#include "sim/invariants.def"
  RT_INVARIANT_COUNT
} rt_invariant;

const char *rt_invariant_name(rt_invariant invariant);
const char *rt_invariant_claim(rt_invariant invariant);

typedef enum { RT_STORE_MEMORY, RT_STORE_SQLITE } rt_store_kind;

// What makes a world. rt_world_options_of derives all of it from a seed; whoever reruns a world changes what he wants
// afterwards.
typedef struct {
  uint64_t seed;
  uint32_t widgets;         // pages of the first phase; a quarter as many again come when the faults are over
  rt_millis fault_phase;    // things go wrong this long; pages are opened during its first half
  rt_millis healing_phase;  // then nothing goes wrong this long; what is owed after it is not asked for
  rt_faults faults;
  uint32_t declined_permille;   // how many visitors are declined at all, without those that a fault declines wrongly
  uint32_t geo_permille;        // how many pages have a geo or section embed, as many of the one as of the other
  uint32_t harshness_permille;  // how often a fault of one request strikes
  rt_store_kind store;
  uint32_t taped_pages;  // of so many pages, the first ones, a tape is kept in memory and replayed at the end
  uint32_t also_taped;   // and of the page before this one; 0: of no other
} rt_world_options;

// The options that `seed` stands for: a swarm, in which each fault is there or not (Groce and others, Swarm Testing, 2012).
rt_world_options rt_world_options_of(uint64_t seed);

enum {
  RT_REPORT_TIMES = 120,    // columns of a count over time; see rt_world_minutes_a_column
  RT_REPORT_WAITS = 64,     // columns of a distribution of waits: upper bounds double every four columns from 8 ms
  RT_REPORT_REQUESTS = 64,  // columns of requests a session: 0..62 by tens, the last: more
  RT_REPORT_STATES = 16,    // of a flow, at most
  RT_TAIL_CAPACITY = 16384,
};

// A broken invariant.
typedef struct {
  bool is_there;
  rt_invariant invariant;
  uint32_t page;
  rt_instant at;                // world time
  char what[240];               // a sentence
  char tail[RT_TAIL_CAPACITY];  // the last lines of the page's tape
} rt_violation;

// What happened. Plain numbers: two of them add up.
typedef struct {
  uint64_t worlds, pages, pages_of[RT_EMBED_KIND_COUNT], sessions;
  uint64_t widget_ms;  // of running widgets, in page time
  uint64_t events[RT_EVENT_COUNT], commands[RT_COMMAND_COUNT];
  uint64_t faults[RT_FAULT_COUNT];  // how often each struck
  uint64_t faults_over_time[RT_REPORT_TIMES];
  uint64_t requests_over_time[RT_REPORT_TIMES];
  uint64_t visitors_served, visitors_blocked;  // as decisions say that geo and section embeds heard
  uint64_t triggers_accepted, triggers_refused, surfaces_shown[RT_EMBED_KIND_COUNT], crashes, replays;
  uint64_t waits[RT_REPORT_WAITS];                                    // from the accepted trigger to the shown surface
  uint64_t requests[RT_REPORT_REQUESTS];                              // of one page
  uint64_t checks[RT_INVARIANT_COUNT];                                // how often each was checked
  uint64_t states[RT_FLOW_COUNT][RT_REPORT_STATES];                   // how often a flow came to stand there
  uint64_t moves[RT_FLOW_COUNT][RT_REPORT_STATES][RT_REPORT_STATES];  // and from where
  uint64_t fingerprint;  // of every event and command; the same for the same options
} rt_world_counts;

void rt_world_counts_add(rt_world_counts *sum, const rt_world_counts *more);

// Upper bound of a column of `waits`, in milliseconds.
rt_millis rt_wait_column_bound(uint32_t column);

// How long a world lasts, and how much of it is one column of a count over time: a minute, unless the world is longer
// than there are columns.
rt_millis rt_world_length(const rt_world_options *options);
uint32_t rt_world_minutes_a_column(const rt_world_options *options);

enum { RT_NO_PAGE = UINT32_MAX };

// How a world ended. A violation ends it at once; so does trouble of this machine (no memory), which has nothing to do
// with the world: then `trouble` is a sentence, otherwise it is empty.
typedef struct {
  rt_world_counts counts;
  rt_violation violation;
  bool is_stopped;  // by the listener, before its end
  uint32_t page;    // whose embed took the last step, RT_NO_PAGE: none yet; for when that step crashed the program
  char trouble[160];
} rt_world_result;

// Who listens while a world passes. Either function may be NULL.
typedef struct {
  void *self;
  // Called often, with the share of the world that is over. False: the world is to stop where it is.
  bool (*tell)(void *self, uint32_t done_permille);
  // Called with every run of text of the tape of a taped page.
  void (*tape)(void *self, uint32_t page, rt_bytes text);
} rt_world_listener;

// Plays a whole world: the fault phase, then a healing phase in which nothing goes wrong and everything owed must
// happen. `listener` may be NULL. `result` is overwritten; it is large, so keep it off the stack.
void rt_world_run(const rt_world_options *options, const rt_world_listener *listener, rt_world_result *result);

#endif
