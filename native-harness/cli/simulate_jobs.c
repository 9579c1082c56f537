// simulate_jobs.c: plays worlds in processes of their own, several at once.
// Each process plays one world into memory that it shares with this one, so that what was reached is known also of a
// world that was stopped or that crashed its process. Knows nothing of what the counts mean.
// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/simulate.h"
#include "cli/simulate_tapes.h"

enum { EXIT_OVER = 0, TAIL_LINES = 20, STOP_WITHIN_MS = 10000 };

// Shared with the process that plays.
typedef struct {
  rt_world_result result;
  _Atomic uint32_t done_permille;
  _Atomic bool is_to_stop;
  // The end of the tape of the page that was asked for, for the case that the process does not live to copy it. Text is
  // added at the end; when it is full, its second half becomes the first.
  size_t tail_length;
  char tail[2 * RT_TAIL_CAPACITY];
} job_stage;

typedef struct {
  job_stage *stage;
  pid_t process;  // 0: nobody
  uint64_t run;
  rt_world_options options;
} job_slot;

struct rt_jobs {
  job_slot *all;
  uint32_t count, busy;
  const char *tapes;
  sigset_t signals, before;
};

// ---------------------------------------------------------------- in the process of a world

typedef struct {
  job_stage *stage;
  uint32_t tail_of;  // page before; 0: none
  rt_tape_files *tapes;
} actor;

static bool tell(void *self, uint32_t done_permille) {
  const actor *who = self;
  who->stage->done_permille = done_permille;
  return !who->stage->is_to_stop;
}

static void keep_tail(job_stage *stage, rt_bytes text) {
  if (stage->tail_length + text.length > sizeof stage->tail) {
    const size_t kept = stage->tail_length < RT_TAIL_CAPACITY ? stage->tail_length : RT_TAIL_CAPACITY;
    memmove(stage->tail, stage->tail + stage->tail_length - kept, kept);
    stage->tail_length = kept;
  }
  const rt_bytes last = text.length > RT_TAIL_CAPACITY ? rt_bytes_skip(text, text.length - RT_TAIL_CAPACITY) : text;
  memcpy(stage->tail + stage->tail_length, last.data, last.length);
  stage->tail_length += last.length;
}

static void take_tape(void *self, uint32_t page, rt_bytes text) {
  const actor *who = self;
  if (page + 1 == who->tail_of) keep_tail(who->stage, text);
  if (who->tapes != NULL) rt_tape_files_write(who->tapes, page, text);
}

static _Noreturn void play(const rt_jobs *jobs, const job_slot *job) {
  job_stage *stage = job->stage;
  rt_tape_files *tapes = NULL;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (jobs->tapes != NULL) {
    tapes = rt_tape_files_open(jobs->tapes, job->options.seed);
    if (tapes == NULL) abort();  // not even a few bytes are left
  }
  actor who = {.stage = stage, .tail_of = job->options.also_taped, .tapes = tapes};
  rt_world_run(&job->options, &(rt_world_listener){.self = &who, .tell = tell, .tape = take_tape}, &stage->result);
  if (tapes != NULL) rt_tape_files_close(tapes, stage->result.trouble, sizeof stage->result.trouble);
  _exit(EXIT_OVER);
}

// ---------------------------------------------------------------- in this process

rt_jobs *rt_jobs_open(uint32_t count, const char *tapes) {
  rt_jobs *jobs = calloc(1, sizeof *jobs);
  if (jobs == NULL) return NULL;
  *jobs = (rt_jobs){.count = count, .tapes = tapes, .all = calloc(count, sizeof *jobs->all)};
  for (uint32_t i = 0; jobs->all != NULL && i < count; i++) {
    void *room = mmap(NULL, sizeof(job_stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) break;
    jobs->all[i].stage = room;
  }
  // Taken by sigtimedwait alone, in the order of things: a process's end is not missed, and no call is interrupted.
  sigemptyset(&jobs->signals);
  sigaddset(&jobs->signals, SIGCHLD);
  sigaddset(&jobs->signals, SIGINT);
  sigaddset(&jobs->signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &jobs->signals, &jobs->before);
  if (jobs->all != NULL && jobs->all[count - 1].stage != NULL) return jobs;
  rt_jobs_close(jobs);
  return NULL;
}

static void end(rt_jobs *jobs, job_slot *job) {
  if (job->process == 0) return;
  kill(job->process, SIGKILL);
  waitpid(job->process, NULL, 0);
  job->process = 0;
  jobs->busy--;
}

void rt_jobs_close(rt_jobs *jobs) {
  for (uint32_t i = 0; jobs->all != NULL && i < jobs->count; i++) {
    end(jobs, &jobs->all[i]);
    if (jobs->all[i].stage != NULL) munmap(jobs->all[i].stage, sizeof(job_stage));
  }
  sigprocmask(SIG_SETMASK, &jobs->before, NULL);
  free(jobs->all);
  free(jobs);
}

bool rt_jobs_is_full(const rt_jobs *jobs) { return jobs->busy == jobs->count; }
bool rt_jobs_is_idle(const rt_jobs *jobs) { return jobs->busy == 0; }

bool rt_jobs_begin(rt_jobs *jobs, uint64_t run, const rt_world_options *options) {
  job_slot *job = jobs->all;
  while (job->process != 0) job++;
  job->run = run;
  job->options = *options;
  memset(job->stage, 0, sizeof *job->stage);
  fflush(NULL);  // so that nothing is printed twice
  const pid_t process = fork();
  if (process < 0) return false;
  if (process == 0) play(jobs, job);
  job->process = process;
  jobs->busy++;
  return true;
}

// The last lines of what was kept of a tape, whole ones.
static void take_tail(const job_stage *stage, rt_violation *violation) {
  const size_t capacity = sizeof violation->tail - 1;
  size_t start = stage->tail_length, lines = 0;
  while (start > 0 && stage->tail_length - start < capacity) {
    if (stage->tail[start - 1] == '\n' && start < stage->tail_length && ++lines == TAIL_LINES) break;
    start--;
  }
  memcpy(violation->tail, stage->tail + start, stage->tail_length - start);
  violation->tail[stage->tail_length - start] = '\0';
}

static void take_result(const job_slot *job, int status, rt_played *played) {
  played->run = job->run;
  played->options = job->options;
  memcpy(&played->result, &job->stage->result, sizeof played->result);
  played->is_crash = !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_OVER;
  played->death[0] = '\0';
  if (!played->is_crash) return;
  rt_violation *violation = &played->result.violation;
  violation->page = played->result.page;
  take_tail(job->stage, violation);
  if (WIFSIGNALED(status)) {
    snprintf(played->death, sizeof played->death, "was ended by signal %d (%s)", WTERMSIG(status),
             strsignal(WTERMSIG(status)));
  } else {
    snprintf(played->death, sizeof played->death, "gave up with exit code %d", WEXITSTATUS(status));
  }
}

// One that is over, if any is.
static bool collect(rt_jobs *jobs, rt_played *played) {
  for (uint32_t i = 0; i < jobs->count; i++) {
    job_slot *job = &jobs->all[i];
    int status;
    if (job->process == 0 || waitpid(job->process, &status, WNOHANG) != job->process) continue;
    job->process = 0;
    jobs->busy--;
    take_result(job, status, played);
    return true;
  }
  return false;
}

bool rt_jobs_wait(rt_jobs *jobs, rt_millis patience, rt_played *played, int *interrupted) {
  const struct timespec time = {.tv_sec = patience.ms / 1000, .tv_nsec = patience.ms % 1000 * 1000000};
  if (collect(jobs, played)) return true;
  const int received = sigtimedwait(&jobs->signals, NULL, &time);
  if (received == SIGINT || received == SIGTERM) *interrupted = received;
  return collect(jobs, played);
}

void rt_jobs_stop(rt_jobs *jobs) {
  for (uint32_t i = 0; i < jobs->count; i++) jobs->all[i].stage->is_to_stop = true;
}

void rt_jobs_drop_after(rt_jobs *jobs, uint64_t run) {
  for (uint32_t i = 0; i < jobs->count; i++) {
    if (jobs->all[i].run > run) end(jobs, &jobs->all[i]);
  }
}

rt_under_way rt_jobs_under_way(const rt_jobs *jobs) {
  rt_under_way sum = {0};
  for (uint32_t i = 0; i < jobs->count; i++) {
    const job_slot *job = &jobs->all[i];
    if (job->process == 0) continue;
    sum.permilles += job->stage->done_permille;
    for (uint32_t kind = 0; kind < RT_EVENT_COUNT; kind++) sum.events += job->stage->result.counts.events[kind];
  }
  return sum;
}

void rt_jobs_name_busy(const rt_jobs *jobs, FILE *file) {
  for (uint32_t i = 0; i < jobs->count; i++) {
    if (jobs->all[i].process != 0) fprintf(file, " %" PRIu64, jobs->all[i].options.seed);
  }
}

static bool play_alone(rt_jobs *jobs, const rt_world_options *options, rt_played *played, int *interrupted) {
  if (!rt_jobs_begin(jobs, 0, options)) return false;
  while (!rt_jobs_wait(jobs, rt_seconds(1), played, interrupted)) {
    if (*interrupted != 0) rt_jobs_stop(jobs);
  }
  return true;
}

bool rt_jobs_play_one(rt_jobs *jobs, const rt_world_options *options, rt_played *played, int *interrupted) {
  jobs->tapes = NULL;
  if (!play_alone(jobs, options, played, interrupted)) return false;
  if (!played->is_crash || played->result.page == RT_NO_PAGE || played->result.violation.tail[0] != '\0') return true;
  rt_world_options again = *options;
  again.also_taped = played->result.page + 1;
  if (!play_alone(jobs, &again, played, interrupted)) return false;
  played->options = *options;
  return true;
}
