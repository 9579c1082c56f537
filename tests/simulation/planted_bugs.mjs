// planted_bugs.mjs: bugs that the simulator must catch: an exact piece of a source file, what a tired programmer might
// have written instead, and the promise that breaks.
// `words` are options without which it is not to be seen. planted.test.mjs builds each into a program of its own. A row
// whose source text has gone is out of date: plant the bug anew where its code is now.
// SPDX-License-Identifier: MIT

const flow = 'core/flow/trigger_flow.c';
const impressions = 'core/flow/impressions.c';
const embed = 'core/embed/embed.c';
const http = 'core/embed/embed_http.c';
const surface = 'core/embed/embed_surface.c';
const rule = 'core/domain/geo_rule.c';
const sessions = 'native-harness/server/sessions.c';

export const plantedBugs = [
  {
    bug: 'a healthy answer does not reset the back-off',
    file: flow,
    edits: [['  flow->failures.count = 0;\n  return flow->is_last_call', '  return flow->is_last_call']],
    breaks: 'pace',
  },
  {
    bug: 'Retry-After is read and not obeyed',
    file: 'core/flow/answer.c',
    edits: [['trouble->has_retry_after ? rt_backoff_asked(policy, trouble->retry_after, draw)', 'false ? rt_backoff_asked(policy, trouble->retry_after, draw)']],
    breaks: 'pace',
  },
  {
    bug: 'a page that comes back polls at once, however short its absence',
    file: flow,
    edits: [['  if (flow->has_polled)\n', '  if (flow->has_polled && flow->state != RT_TRIGGER_PAUSED)\n']],
    breaks: 'pace',
  },
  {
    bug: 'a request is out of time and nobody gives it up',
    file: http,
    edits: [['request.number == 0 || !rt_instant_reached(now, request.deadline)', 'now.ms > 0 || request.number == 0']],
    breaks: 'calm',
  },
  {
    bug: 'an impression counts after 0.9 s',
    file: impressions,
    edits: [['#define SEEN_AFTER (rt_ms(1000))', '#define SEEN_AFTER (rt_ms(900))']],
    breaks: 'seen-for-a-second',
  },
  {
    bug: 'a second in view goes on while the tab is hidden',
    file: impressions,
    edits: [[' && impressions->presence.is_visible &&\n         !impressions->is_over;', ' && !impressions->is_over;']],
    breaks: 'seen-for-a-second',
  },
  {
    bug: 'a card that was seen for a second is seen again for the next one',
    file: impressions,
    edits: [['has(impressions->in_view, card) && !has(impressions->viewable, card) &&', 'has(impressions->in_view, card) &&']],
    breaks: 'impression-once',
  },
  {
    bug: 'an embed forgets that it was destroyed',
    file: embed,
    edits: [['  embed->life = RT_LIFE_ENDED;\n', '']],
    breaks: 'silent-after-end',
  },
  {
    bug: 'an expired session is asked after when the page comes back',
    file: flow,
    edits: [['enter(flow, RT_TRIGGER_EXPIRED, RT_NEVER);', 'enter(flow, RT_TRIGGER_PAUSED, RT_NEVER);']],
    breaks: 'silent-after-end',
  },
  {
    bug: 'a poll that is due is sent from a hidden page',
    file: flow,
    edits: [['flow->state == RT_TRIGGER_POLL_WAITING && !is_awake', 'flow->state == RT_TRIGGER_POLL_WAITING && !presence.is_online']],
    breaks: 'silent-while-away',
  },
  {
    bug: 'a surface that is being taken down is measured, and so drawn again',
    file: embed,
    edits: [
      ['  rt_command_queue_add(&embed->queue, RT_COMMAND_HIDE_SURFACE);\n  if (was_open)', '  rt_command_queue_add(&embed->queue, RT_COMMAND_HIDE_SURFACE);\n  rt_command_queue_add(&embed->queue, RT_COMMAND_MEASURE_VIEWPORT);\n  if (was_open)'],
      ['if (embed->offers_flow.state == RT_OFFERS_SHOWING || embed->offers_flow.state == RT_OFFERS_OPEN) {', 'if (embed->offers_flow.state >= RT_OFFERS_SHOWING) {'],
    ],
    breaks: 'one-surface',
  },
  {
    bug: 'a click is reported when it happens and when it is told to the page',
    file: embed,
    edits: [['  rt_embed_send_click(embed, (uint32_t)card);\n', '  rt_embed_send_click(embed, (uint32_t)card);\n  rt_embed_send_click(embed, (uint32_t)card);\n']],
    breaks: 'click-per-activation',
  },
  {
    bug: 'whatever is not expired is taken for ready',
    file: http,
    edits: [['  if (answer->status == RT_POLL_PENDING) return rt_trigger_flow_pending(&embed->trigger, now);\n', '  (void)now;\n']],
    breaks: 'nothing-before-ready',
  },
  {
    bug: 'a poll names the request instead of the session',
    file: http,
    edits: [['call == RT_CALL_POLL ? &embed->session_id', 'call == RT_CALL_SESSION ? &embed->session_id']],
    breaks: 'no-crosstalk',
  },
  {
    bug: 'the end of an embed’s memory is cleared generously',
    file: embed,
    edits: [['memset(embed, 0, sizeof *embed);', 'memset(embed, 0, RT_EMBED_MEMORY + 1);']],
    breaks: 'memory',
  },
  {
    bug: 'all embeds of a program share one stream of chance',
    file: 'core/flow/answer.c',
    edits: [['  const rt_draw draw = rt_prng_next(chance);\n', '  static rt_prng shared = {1, 1};\n  const rt_draw draw = rt_prng_next(&shared);\n  (void)chance;\n']],
    breaks: 'pure',
  },
  {
    bug: 'a session is given out before it is durable',
    file: sessions,
    edits: [['  rt_api_write_session(&body, &answer);\n  rt_call_respond_json(call, &body);\n  rt_call_hold(call, batch);\n', '  rt_api_write_session(&body, &answer);\n  rt_call_respond_json(call, &body);\n']],
    breaks: 'durable-session',
  },
  {
    bug: 'a trigger is acknowledged before it is durable',
    file: sessions,
    edits: [['  rt_api_write_triggered(&body, false);\n  rt_call_respond_json(call, &body);\n  rt_call_hold(call, batch);\n', '  rt_api_write_triggered(&body, false);\n  rt_call_respond_json(call, &body);\n']],
    breaks: 'durable-trigger',
  },
  {
    bug: 'a poll sees a trigger before it is durable',
    file: sessions,
    edits: [['const bool is_hidden = is_durable_only && entry->trigger_batch > service->durable;', 'const bool is_hidden = is_durable_only && false;']],
    breaks: 'own-secret',
  },
  {
    bug: 'any website’s secret triggers any website’s session',
    file: sessions,
    edits: [['entry != NULL && entry->kept.website == website->number &&', 'entry != NULL &&']],
    breaks: 'own-secret',
  },
  {
    bug: 'a poll that waits is not told of the trigger',
    file: sessions,
    edits: [['  (void)rt_service_note_ready(service, &entry->kept.id, batch);', '  (void)service;']],
    breaks: 'trigger-shows',
  },
  {
    bug: 'a page that comes back does not ask for its offers again',
    file: 'core/flow/offers_flow.c',
    edits: [['if (is_awake && flow->state == RT_OFFERS_PAUSED) return begin_awake(flow, now);', '(void)begin_awake;']],
    words: ['--geo', '0'],
    breaks: 'trigger-shows',
  },
  {
    bug: 'a blocklist is read as an allowlist',
    file: rule,
    edits: [['const bool is_block = rule->mode == RT_GEO_BLOCK;', 'const bool is_block = false;']],
    breaks: 'decided-by-rule',
  },
  {
    bug: 'a country in a list does not stand for its regions',
    file: rule,
    edits: [['if (whole.number == place.number) rule->listed', 'if (part.number == place.number) rule->listed']],
    breaks: 'decided-by-rule',
  },
  {
    bug: 'offers are asked for whatever the decision is',
    file: http,
    edits: [['!rt_embed_is(embed, RT_EMBED_DECLINE) && answer->is_allowed;', 'false;']],
    breaks: 'served-in-peace',
  },
  {
    bug: 'nobody hears that the snippet is there',
    file: embed,
    edits: [['  rt_embed_send_ping(embed);\n', '']],
    breaks: 'served-in-peace',
  },
  {
    bug: 'a decision that came at the second try leads to nothing',
    file: 'core/flow/offers_flow.c',
    edits: [['  flow->failures.count = 0;\n  flow->has_request_id = true;\n', '  if (flow->failures.count > 0) enter(flow, RT_OFFERS_SHOWING, RT_NEVER);\n  if (flow->failures.count > 0) return RT_NO_INTENTS;\n  flow->has_request_id = true;\n']],
    words: ['--geo', '1000'],
    breaks: 'blocked-sees',
  },
  {
    bug: 'a decline widget reports that it is there',
    file: embed,
    edits: [['  warn(embed, RT_DIAGNOSTIC_BAD_ATTRIBUTE, embed->misunderstood);\n', '  rt_embed_send_ping(embed);\n']],
    words: ['--geo', '0', '--faults', 'none'],
    breaks: 'own-questions',
  },
  {
    bug: 'a decision is asked for twice at once',
    file: embed,
    edits: [['if (rt_wants(intents, RT_DECIDE)) rt_embed_ask(embed, RT_CALL_DECISION, now);', 'if (rt_wants(intents, RT_DECIDE)) rt_embed_ask(embed, RT_CALL_DECISION, now), rt_embed_ask(embed, RT_CALL_DECISION, now);']],
    breaks: 'one-decision',
  },
  {
    bug: 'nobody looks at the height that a page reserves',
    file: surface,
    edits: [['.height_px = is_first ? event->height_px : 0,', '.height_px = is_first ? 0 : 0,']],
    breaks: 'section-fits',
  },
  {
    bug: 'a section has other cards in every width',
    file: surface,
    edits: [['  embed->content.offer_count = count;\n', '  (void)count;\n']],
    breaks: 'section-fits',
  },
  {
    bug: 'a container is given up after nine seconds',
    file: surface,
    edits: [['#define CONTAINER_PATIENCE (rt_seconds(10))', '#define CONTAINER_PATIENCE (rt_seconds(9))']],
    words: ['--geo', '1000'],
    breaks: 'container-patience',
  },
  {
    bug: 'a container that comes again is not drawn into',
    file: embed,
    edits: [['if (embed->offers_flow.state == RT_OFFERS_SHOWING || embed->offers_flow.state == RT_OFFERS_OPEN) {', 'if (embed->offers_flow.state == RT_OFFERS_SHOWING) {']],
    breaks: 'container-patience',
  },
  {
    bug: 'the reason of the first trigger is not kept',
    file: sessions,
    edits: [['.barred = rt_reason_bars(reason),', '.barred = {0},']],
    breaks: 'responsible',
  },
  {
    bug: 'a commit is not synced',
    file: 'native-harness/server/database.c',
    edits: [['PRAGMA synchronous = FULL', 'PRAGMA synchronous = NORMAL']],
    words: ['--store', 'sqlite', '--declined', '0'],
    breaks: 'durable-session',
  },
  {
    bug: 'clicks are kept with offers that were never served, and nothing refuses them',
    file: 'native-harness/server/store_sqlite_write.c',
    edits: [
      ['  *writer = (rt_sql_writer){.database = database};\n', '  *writer = (rt_sql_writer){.database = database};\n  rt_sql_execute(database, "PRAGMA foreign_keys = OFF");\n'],
      ['rt_sql_bind_number(click, 3, change->as.pair.position);', 'rt_sql_bind_number(click, 3, change->as.pair.position + RT_MAX_OFFERS);'],
    ],
    words: ['--store', 'sqlite'],
    breaks: 'sound-database',
  },
];
