// embed_witness.c: the promises of web/docs/polling.md and of embed.h, as seen from the host's side.
// SPDX-License-Identifier: MIT
#include "embed_witness.h"

#include <string.h>

#include "codec/json.h"

enum {
  MOST_COMMANDS = 6,
  MOST_OF_SECTION = 8,
  CONTAINER_MS = 10000,
  SPACING_MS = 1800,
  SECOND_MS = 1000,
  LARGE_AREA_PX = 242500,
  MAX_JSON_DETAIL = 1 << 16
};

#define EXPECT(claim, promise)                                                                 \
  do {                                                                                         \
    if (!(claim) && witness->broken == NULL && !witness->is_misled) witness->broken = promise; \
  } while (0)

static bool is_awake(const embed_witness *witness) {
  return witness->page_state == RT_PAGE_VISIBLE && witness->is_online;
}

void embed_witness_begin(embed_witness *witness, const rt_embed *embed, rt_embed_kind kind) {
  *witness = (embed_witness){.kind = kind, .is_online = true};
  for (size_t card = 0; card < RT_MAX_OFFERS; card++) witness->seen_since[card] = RT_NEVER;
  witness->trigger_state = rt_embed_flow_state(embed, RT_FLOW_TRIGGER);
  witness->offers_state = rt_embed_flow_state(embed, RT_FLOW_OFFERS);
}

// ---------------------------------------------------------------- seconds in view

static void collect_seen(embed_witness *witness) {
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) {
    const rt_instant since = witness->seen_since[card];
    if (!rt_instant_is_never(since) && witness->now.ms - since.ms >= SECOND_MS) witness->seen |= 1u << card;
  }
}

static void run_seconds(embed_witness *witness) {
  for (uint32_t card = 0; card < RT_MAX_OFFERS; card++) {
    const bool runs =
        (witness->in_view >> card & 1u) != 0 && witness->page_state == RT_PAGE_VISIBLE && witness->is_open;
    if (!runs) {
      witness->seen_since[card] = RT_NEVER;
    } else if (rt_instant_is_never(witness->seen_since[card])) {
      witness->seen_since[card] = witness->now;
    }
  }
}

static void card_view(embed_witness *witness, const rt_event *event) {
  if (event->card < 0 || event->card >= RT_MAX_OFFERS || !witness->is_open) return;
  const uint32_t bit = 1u << (uint32_t)event->card;
  const int32_t enough = (witness->large & bit) != 0 ? 300 : 500;
  witness->in_view = event->ratio_permille >= enough ? witness->in_view | bit : witness->in_view & ~bit;
}

// ---------------------------------------------------------------- events

// What a decision says: the first one that can be read.
static void decide(embed_witness *witness, rt_bytes body) {
  static _Alignas(8) char memory[MAX_JSON_DETAIL];
  rt_arena arena = rt_arena_over(memory, sizeof memory);
  rt_json root;
  rt_bytes id = RT_BYTES_NONE;
  bool is_allowed = false;
  if (witness->is_decided || rt_json_parse(body, &arena, &root) != RT_OK) return;
  (void)rt_json_get_string(rt_json_member(root, "requestId"), &id);
  if (id.length == 0 || id.length > RT_MAX_ID_LENGTH) return;
  witness->is_decided = rt_json_get_boolean(rt_json_member(root, "allowed"), &is_allowed);
  witness->is_allowed = is_allowed;
}

// A request that was under way has ended; true for a success that counts as one by its status.
static void land(embed_witness *witness, const rt_event *event) {
  for (witness_call call = 0; call < WITNESS_CALLS; call++) {
    if (event->request == 0 || witness->under_way[call] != event->request) continue;
    witness->under_way[call] = 0;
    const bool is_good = event->kind == RT_EVENT_HTTP_DONE && event->status >= 200 && event->status < 300;
    if (call == WITNESS_DECISION && is_good) decide(witness, event->body);
    if (call == WITNESS_OFFERS && is_good) witness->are_offers_known = true;
    if (call == WITNESS_IMPRESSION && is_good) {
      witness->delivered_rendered |= witness->flying_rendered;
      witness->delivered_viewable |= witness->flying_viewable;
    }
  }
}

void embed_witness_event(embed_witness *witness, const rt_event *event) {
  EXPECT(event->now.ms >= witness->now.ms, "the host's clock never goes back");
  witness->was_awake = is_awake(witness);
  witness->now = event->now;
  witness->last_kind = event->kind;
  witness->commands = 0;
  collect_seen(witness);
  if (event->kind == RT_EVENT_STARTED) witness->is_started = true;
  if (event->kind == RT_EVENT_VISIBILITY) witness->page_state = (rt_page_state)event->state;
  if (event->kind == RT_EVENT_CONNECTIVITY) witness->is_online = event->state != 0;
  if (event->kind == RT_EVENT_HTTP_DONE || event->kind == RT_EVENT_HTTP_FAILED) land(witness, event);
  if (event->kind == RT_EVENT_CARD_VIEW) card_view(witness, event);
  if (event->kind == RT_EVENT_VIEWPORT && !witness->is_open) witness->reserved_px = event->height_px;
  if (event->kind == RT_EVENT_SURFACE_SHOWN && !witness->is_shown) witness->is_misled = true;
  run_seconds(witness);
}

void embed_witness_stepped(embed_witness *witness, rt_status status) {
  EXPECT(status == (witness->is_ended ? RT_FAILED : RT_OK), "a step succeeds until the embed has ended");
  if (witness->last_kind == RT_EVENT_ENDED) witness->is_ended = true;
}

// ---------------------------------------------------------------- requests

// What follows the API's address, which may be anything a developer wrote.
static rt_bytes route_of(rt_bytes url) {
  for (size_t at = url.length; at > 0; at--) {
    const rt_bytes rest = rt_bytes_skip(url, at - 1);
    if (rt_bytes_start_with(rest, RT_BYTES("/v1/"))) return rest;
  }
  return RT_BYTES_NONE;
}

static witness_call call_of(rt_bytes route) {
  static const char *const routes[WITNESS_CALLS] = {"/v1/widget-decline/session?",
                                                    "/v1/widget-decline/session/",
                                                    "/v1/decision?",
                                                    "/v1/offers?",
                                                    "/v1/events/impression",
                                                    "/v1/events/click",
                                                    "/v1/snippet-ping"};
  witness_call call = WITNESS_SESSION;
  while (call < WITNESS_CALLS && !rt_bytes_start_with(route, rt_bytes_of(routes[call]))) call++;
  return call;
}

static void check_json(embed_witness *witness, rt_bytes text, rt_json *root) {
  static _Alignas(8) char memory[MAX_JSON_DETAIL];
  rt_arena arena = rt_arena_over(memory, sizeof memory);
  EXPECT(rt_json_parse(text, &arena, root) == RT_OK && rt_json_kind_of(*root) == RT_JSON_OBJECT,
         "what is sent or told as JSON is a JSON object");
}

// Cards of an impression by how many ids it names: the first names all, in the order of the cards.
static uint32_t count_ids(rt_json root, const char *name) {
  return (uint32_t)rt_json_count(rt_json_member(root, name));
}

static uint32_t bits(uint32_t set) { return (uint32_t)__builtin_popcount(set); }

static void impression(embed_witness *witness, rt_json root) {
  const uint32_t rendered = count_ids(root, "offerIds"), viewable = count_ids(root, "viewableIds");
  EXPECT(rendered + viewable > 0, "no report is empty");
  EXPECT(rendered == 0 || rendered == witness->card_count, "all cards are rendered at once");
  EXPECT(rendered == 0 || witness->delivered_rendered == 0, "a card is reported once as rendered");
  EXPECT(viewable + bits(witness->delivered_viewable) <= bits(witness->seen),
         "a card is viewable once, after one continuous second in view");
  witness->flying_rendered = rendered > 0 ? (1u << rendered) - 1u : 0;
  witness->flying_viewable = 0;  // which ones does not matter for the count
  for (uint32_t card = 0; card < RT_MAX_OFFERS && bits(witness->flying_viewable) < viewable; card++) {
    const uint32_t bit = 1u << card;
    if ((witness->seen & ~witness->delivered_viewable & bit) != 0) witness->flying_viewable |= bit;
  }
}

static bool may_ask_while_away(const embed_witness *witness, witness_call call) {
  const bool is_flush = witness->last_kind == RT_EVENT_VISIBILITY && witness->was_awake && witness->is_online;
  if (call == WITNESS_SESSION) return witness->is_online || witness->last_request == 0;
  if (call == WITNESS_DECISION || call == WITNESS_OFFERS || call == WITNESS_PING) {
    // No browser takes a visited page back into prerendering.
    const bool is_visited = witness->page_state != RT_PAGE_PRERENDERED || witness->last_request > 0;
    return witness->kind != RT_EMBED_DECLINE && witness->is_online && is_visited;
  }
  if (call == WITNESS_IMPRESSION) return is_flush;
  return call == WITNESS_CLICK && witness->last_kind == RT_EVENT_ACTIVATED;
}

// A decline widget's requests follow its session, the others' their decision.
static void check_order(embed_witness *witness, witness_call call) {
  if (witness->kind == RT_EMBED_DECLINE) {
    EXPECT((call == WITNESS_SESSION) != witness->is_announced, "one session is created, and all else follows it");
    EXPECT(call != WITNESS_PING, "a decline widget has its session, and no ping");
    return;
  }
  EXPECT(call != WITNESS_SESSION && call != WITNESS_POLL, "only a decline widget has a session");
  EXPECT((call == WITNESS_DECISION) != witness->is_decided, "one decision is made, and all else follows it");
  EXPECT((call == WITNESS_PING) == witness->is_allowed || call == WITNESS_DECISION, "who is served is offered nothing");
  if (call != WITNESS_PING) return;
  EXPECT(witness->is_told_allowed && witness->pings++ == 0, "the page hears it first, and the API once");
}

static void request_sent(embed_witness *witness, const rt_command *command) {
  const rt_bytes route = route_of(command->url);
  const witness_call call = call_of(route);
  EXPECT(call < WITNESS_CALLS, "a request goes to a route of the API");
  if (call >= WITNESS_CALLS) return;
  EXPECT(command->request == witness->last_request + 1, "requests are numbered in order");
  EXPECT(witness->is_started && !witness->is_ended, "nothing is asked before the start or after the end");
  EXPECT(witness->last_kind != RT_EVENT_ENDED, "an embed that is taken away asks nothing");
  EXPECT(!witness->is_over || call == WITNESS_PING, "nothing is asked once it is over");
  EXPECT(is_awake(witness) || may_ask_while_away(witness, call), "nothing is asked while hidden or offline");
  EXPECT(!witness->is_closed || witness->last_kind == RT_EVENT_DISMISSED, "nothing is asked once it was closed");
  const bool is_last_word = call == WITNESS_IMPRESSION && witness->last_kind == RT_EVENT_DISMISSED;  // now or never
  EXPECT(witness->under_way[call] == 0 || is_last_word, "of each kind one request is under way");
  check_order(witness, call);
  EXPECT(call != WITNESS_CLICK || witness->is_open, "only what is open is followed");
  EXPECT(command->is_keepalive == (call >= WITNESS_IMPRESSION), "events, and only they, outlive the page");
  for (size_t i = 0; i < route.length; i++) {
    EXPECT(route.data[i] > ' ' && route.data[i] < 0x7F, "what is in an address is encoded");
  }
  if (command->method == RT_HTTP_POST) {
    rt_json root = {NULL};
    check_json(witness, command->body, &root);
    if (call == WITNESS_IMPRESSION) impression(witness, root);
  } else {
    EXPECT(command->body.length == 0, "a GET has no body");
  }
  if (call == WITNESS_POLL) {
    EXPECT(!witness->has_polled || witness->now.ms - witness->polled_at.ms >= SPACING_MS,
           "two polls never start less than 1.8 s apart");
    witness->has_polled = true;
    witness->polled_at = witness->now;
  }
  witness->last_request = command->request;
  if (call < WITNESS_CLICK) witness->under_way[call] = command->request;
}

static void request_cancelled(embed_witness *witness, int32_t number) {
  bool was_under_way = false;
  for (witness_call call = 0; call < WITNESS_CALLS; call++) {
    if (witness->under_way[call] != number) continue;
    witness->under_way[call] = 0;
    was_under_way = true;
  }
  EXPECT(was_under_way, "only a request under way is aborted");
}

// ---------------------------------------------------------------- the surface

static bool is_inside(const rt_node *inner, const rt_node *outer) {
  return inner->x >= outer->x && inner->y >= outer->y && inner->x + inner->width <= outer->x + outer->width &&
         inner->y + inner->height <= outer->y + outer->height;
}

// Words that a surface has whatever the API says or whatever fits.
static bool has_own_words(int32_t role) {
  return role == RT_ROLE_CLOSE || role == RT_ROLE_TITLE || role == RT_ROLE_INTRO || role == RT_ROLE_SPONSORED ||
         role == RT_ROLE_PREMIUM;
}

// A section has nothing around its cards, as many of them as before, and no more than fit where a row does.
static void check_section(embed_witness *witness, const rt_view *view, uint32_t count_before) {
  static const rt_role others[] = {RT_ROLE_OVERLAY, RT_ROLE_CLOSE, RT_ROLE_TITLE, RT_ROLE_INTRO};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    EXPECT(rt_view_find(view, others[i], 0) == NULL, "a section has no frame, no title and nothing to close it with");
  }
  EXPECT(view->nodes[0].role == RT_ROLE_PANEL, "a section is a panel");
  EXPECT(!witness->is_open || witness->card_count == count_before, "a section keeps its cards");
  const rt_node *first = rt_view_find(view, RT_ROLE_CARD, 0);
  const rt_node *last = rt_view_find(view, RT_ROLE_CARD, witness->card_count - 1);
  if (witness->is_open || witness->reserved_px <= 0 || first == NULL || last == NULL) return;
  const int32_t height = view->nodes[0].height, row = first->y + first->height + height - last->y - last->height;
  EXPECT(height <= witness->reserved_px || row > witness->reserved_px, "a section fits into what is reserved for it");
}

static void surface_shown(embed_witness *witness, const rt_view *view) {
  EXPECT(view != NULL && view->count > 0 && view->count <= RT_MAX_NODES, "show_surface comes with nodes");
  EXPECT(witness->last_kind == RT_EVENT_VIEWPORT, "a surface is laid out in a viewport");
  EXPECT(witness->measured == 1 && witness->are_offers_known, "nothing is shown before offers came and a measure");
  EXPECT(!witness->is_hidden && !witness->is_over, "closed stays closed");
  witness->is_shown = true;
  const uint32_t count_before = witness->card_count;
  witness->card_count = witness->large = 0;
  uint32_t links = 0;
  for (size_t i = 0; view != NULL && i < view->count; i++) {
    const rt_node *node = &view->nodes[i];
    EXPECT(i == 0 ? node->parent == -1 : node->parent >= 0 && (size_t)node->parent < i, "parents stand first");
    EXPECT(node->width > 0 && node->height > 0, "no box is empty");
    EXPECT(i == 0 || is_inside(node, &view->nodes[node->parent]), "a box lies inside its parent's");
    EXPECT(node->role >= 0 && node->role < RT_ROLE_COUNT && node->lines >= 1, "a node is what its role says");
    EXPECT(!has_own_words(node->role) || node->text.length > 0, "heading, label and buttons have words");
    if (node->role != RT_ROLE_CARD) continue;
    EXPECT(node->card == (int32_t)witness->card_count, "cards are numbered in order");
    if ((int64_t)node->width * node->height >= LARGE_AREA_PX) witness->large |= 1u << witness->card_count;
    witness->card_count++;
    links += node->href.length > 0;
  }
  EXPECT(witness->card_count >= 1 && witness->card_count <= RT_MAX_OFFERS, "a surface has cards");
  EXPECT(links == witness->card_count, "each card is a link");
  if (witness->kind == RT_EMBED_SECTION && view != NULL) check_section(witness, view, count_before);
}

static void surface_hidden(embed_witness *witness) {
  const bool is_asked = witness->last_kind == RT_EVENT_DISMISSED || witness->last_kind == RT_EVENT_ENDED;
  const bool has_no_place = witness->kind == RT_EMBED_SECTION && witness->measured > 0 && !witness->is_shown &&
                            witness->now.ms - witness->measured_at.ms >= CONTAINER_MS;
  EXPECT((is_asked || has_no_place) && !witness->is_hidden, "a surface is taken down once, when it is closed");
  witness->is_hidden = true;
  witness->is_open = false;
}

// ---------------------------------------------------------------- words

static void page_told(embed_witness *witness, const rt_command *command) {
  rt_json root = {NULL};
  check_json(witness, command->detail, &root);
  const rt_bytes name = rt_bytes_skip(command->name, rt_bytes_find(command->name, ':'));
  EXPECT(name.length > 1, "an event of the page has the brand in its name");
  if (rt_bytes_equal(name, RT_BYTES(":open"))) {
    EXPECT(witness->last_kind == RT_EVENT_SURFACE_SHOWN && !witness->is_open && !witness->is_hidden, "it opens once");
    witness->is_open = true;
  } else if (rt_bytes_equal(name, RT_BYTES(":close"))) {
    EXPECT(witness->is_hidden && !witness->is_closed, "it closes once, after it was open");
    witness->is_closed = true;
  } else if (rt_bytes_equal(name, RT_BYTES(":click"))) {
    EXPECT(witness->last_kind == RT_EVENT_ACTIVATED && witness->is_open, "a click is an activation");
  } else {
    witness->is_told_allowed = rt_bytes_equal(name, RT_BYTES(":allowed"));
    EXPECT(witness->is_allowed || !witness->is_told_allowed, "the page hears what was decided");
    EXPECT(!witness->is_over && !witness->is_open, "it ends once, and not while it is open");
    witness->is_over = true;
  }
}

void embed_witness_command(embed_witness *witness, const rt_command *command, const rt_view *view) {
  EXPECT(!witness->is_ended || witness->last_kind == RT_EVENT_ENDED, "an embed that has ended wants nothing");
  const uint32_t most = witness->kind == RT_EMBED_SECTION ? MOST_OF_SECTION : MOST_COMMANDS;
  EXPECT(++witness->commands <= most, "no step asks for more than six things, a section's for eight");
  switch (command->kind) {
    case RT_COMMAND_SEND_HTTP:
      request_sent(witness, command);
      break;
    case RT_COMMAND_CANCEL_HTTP:
      request_cancelled(witness, command->request);
      break;
    case RT_COMMAND_ANNOUNCE_SESSION:
      EXPECT(!witness->is_announced && command->session_id.length > 0, "a session is announced once");
      witness->is_announced = true;
      break;
    case RT_COMMAND_MEASURE_VIEWPORT:
    case RT_COMMAND_FIND_CONTAINER:
      EXPECT(witness->measured++ == 0 && witness->are_offers_known, "a viewport is measured once, for offers");
      EXPECT((command->kind == RT_COMMAND_FIND_CONTAINER) == (witness->kind == RT_EMBED_SECTION),
             "a section asks for its container, and nothing else does");
      EXPECT(command->kind != RT_COMMAND_FIND_CONTAINER || command->container.length > 0, "a container has a name");
      witness->measured_at = witness->now;
      break;
    case RT_COMMAND_SHOW_SURFACE:
      surface_shown(witness, view);
      break;
    case RT_COMMAND_HIDE_SURFACE:
      surface_hidden(witness);
      break;
    case RT_COMMAND_NOTIFY_PAGE:
      page_told(witness, command);
      break;
    case RT_COMMAND_LOG:
      EXPECT(command->code.length > 0 && command->message.length > 0, "a log line says what and why");
      EXPECT(command->level >= RT_LOG_DEBUG && command->level <= RT_LOG_ERROR, "a log line has a level");
      break;
    case RT_COMMAND_COUNT:
      EXPECT(false, "a command has a kind");
  }
}

// ---------------------------------------------------------------- states

static bool is_listed(const char *flow, const char *from, const char *to) {
  static const struct {
    const char *flow, *from, *to;
  } rows[] = {
#define RT_TRANSITION(flow_, from_, to_) {#flow_, #from_, #to_},
#include "sim/transitions.def"
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (strcmp(rows[i].flow, flow) == 0 && strcmp(rows[i].from, from) == 0 && strcmp(rows[i].to, to) == 0) return true;
  }
  return false;
}

static void changed(embed_witness *witness, rt_flow flow, uint32_t *state, uint32_t now) {
  if (*state == now) return;
  EXPECT(is_listed(rt_flow_name(flow), rt_flow_state_name(flow, *state), rt_flow_state_name(flow, now)),
         "a flow changes its state as core/flow/README.md says");
  *state = now;
}

void embed_witness_drained(embed_witness *witness, const rt_embed *embed) {
  changed(witness, RT_FLOW_TRIGGER, &witness->trigger_state, rt_embed_flow_state(embed, RT_FLOW_TRIGGER));
  changed(witness, RT_FLOW_OFFERS, &witness->offers_state, rt_embed_flow_state(embed, RT_FLOW_OFFERS));
  const rt_instant wake_at = rt_embed_wake_at(embed);
  const bool is_quiet = witness->is_ended || !witness->is_started ||
                        ((witness->is_over || witness->is_hidden) && witness->under_way[WITNESS_IMPRESSION] == 0);
  EXPECT(!is_quiet || rt_instant_is_never(wake_at), "an embed that is over wants no timer");
  EXPECT(wake_at.ms > witness->now.ms, "an embed never asks to be woken at once");
  EXPECT(rt_embed_state(embed) != NULL && rt_embed_state(embed)[0] != '\0', "a state has a word");
  const bool says_open = strcmp(rt_embed_state(embed), "open") == 0;
  EXPECT(witness->is_ended || witness->is_open == says_open, "what is open says so, and nothing else does");
}
