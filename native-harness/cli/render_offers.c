// render_offers.c: two kinds of files, one order.
// SPDX-License-Identifier: MIT
#include "cli/render_offers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/offer_file.h"
#include "codec/api_client.h"
#include "codec/api_names.h"
#include "domain/rank.h"

static bool refuse(rt_rendered_offers *offers, rt_sentence *why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool refuse(rt_rendered_offers *offers, rt_sentence *why, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why->text, sizeof why->text, format, arguments);
  va_end(arguments);
  rt_rendered_offers_close(offers);
  return false;
}

// As an embed reads them: what the answer lacks stays.
static rt_status read_answer(rt_rendered_offers *offers, rt_offers_content *content) {
  rt_api_answer answer;
  offers->answer = malloc(RT_SCRATCH_MEMORY);
  offers->found = calloc(RT_MAX_OFFERS, sizeof *offers->found);
  if (offers->answer == NULL || offers->found == NULL) return RT_NO_SPACE;
  rt_arena arena = rt_arena_over(offers->answer, RT_SCRATCH_MEMORY);
  const rt_status status = rt_api_read_answer(offers->file.text, RT_CALL_OFFERS, &arena, &answer);
  if (status != RT_OK) return status;
  offers->found_count = answer.offer_count;
  for (size_t i = 0; i < answer.offer_count; i++) offers->found[i] = answer.offers[i];
  if (answer.texts.title.length > 0) content->texts.language = RT_BYTES_NONE;
  for (size_t i = 0; i < RT_TEXT_COUNT; i++) {
    if (answer.texts.all[i].length > 0) content->texts.all[i] = answer.texts.all[i];
  }
  content->is_right_to_left = answer.is_right_to_left;
  content->support_label = answer.support_label;
  content->support_url = answer.support_url;
  return RT_OK;
}

// The offer as a visitor's page gets it. A file has no scores: the place in it is one.
static rt_offer offer_of(const rt_catalog_offer *offer, size_t place) {
  return (rt_offer){.brand = offer->brand,
                    .headline = offer->headline,
                    .cta = offer->cta,
                    .image = offer->image,
                    .click_url = offer->landing,
                    .rank_score = -(int64_t)place,
                    .is_premium = offer->is_premium};
}

static bool read_list(rt_rendered_offers *offers, const char *path, rt_sentence *why) {
  const rt_json root = offers->file.root;
  const bool is_array = rt_json_kind_of(root) == RT_JSON_ARRAY;
  const size_t count = is_array ? rt_json_count(root) : 1;
  rt_new_offer *offer = malloc(sizeof *offer);
  offers->found = calloc(count + 1, sizeof *offers->found);
  bool is_good = offer != NULL && offers->found != NULL;
  if (!is_good) snprintf(why->text, sizeof why->text, "There is no memory left.");
  rt_json at = is_array ? rt_json_first(root) : root;
  for (size_t i = 0; i < count && is_good; i++, at = rt_json_next(at)) {
    rt_sentence culprit;
    is_good = rt_offer_from_json(at, offer, &culprit);
    if (!is_good) snprintf(why->text, sizeof why->text, "%.100s, offer %zu: %.350s", path, i + 1, culprit.text);
    if (is_good && offer->offer.is_live) offers->found[offers->found_count++] = offer_of(&offer->offer, i);
  }
  free(offer);
  return is_good;
}

static bool order(rt_rendered_offers *offers, size_t most, rt_offers_content *content) {
  rt_rank_entry *entries = calloc(offers->found_count, sizeof *entries);
  if (entries == NULL) return false;
  for (size_t i = 0; i < offers->found_count; i++) {
    const rt_offer *offer = &offers->found[i];
    entries[i] = (rt_rank_entry){offer->id, offer->brand, offer->rank_score, offer->is_premium, (uint32_t)i};
  }
  rt_rank_order(entries, offers->found_count, most);
  content->offer_count = offers->found_count < most ? offers->found_count : most;
  for (size_t i = 0; i < content->offer_count; i++) offers->shown[i] = offers->found[entries[i].index];
  content->offers = offers->shown;
  free(entries);
  return true;
}

bool rt_rendered_offers_open(const char *path, size_t most, rt_rendered_offers *offers, rt_offers_content *content,
                             rt_sentence *why) {
  *offers = (rt_rendered_offers){0};
  if (!rt_json_file_open(path, &offers->file, why)) return false;
  if (rt_json_member(offers->file.root, RT_NAME_OFFERS).node != NULL) {
    const rt_status status = read_answer(offers, content);
    if (status != RT_OK) return refuse(offers, why, "%.200s: %s.", path, rt_status_sentence(status));
  } else if (!read_list(offers, path, why)) {
    rt_rendered_offers_close(offers);
    return false;
  }
  if (offers->found_count == 0) {
    return refuse(offers, why, "%.200s has no offer to show; an overlay has one at least.", path);
  }
  return order(offers, most, content) || refuse(offers, why, "There is no memory left.");
}

void rt_rendered_offers_close(rt_rendered_offers *offers) {
  rt_json_file_close(&offers->file);
  free(offers->answer);
  free(offers->found);
  *offers = (rt_rendered_offers){0};
}
