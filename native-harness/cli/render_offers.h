// render_offers.h: what an overlay shows, out of a file: offers as an operator writes them, or the API's own answer.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_RENDER_OFFERS_H
#define RT_CLI_RENDER_OFFERS_H

#include "cli/json_file.h"
#include "draw/drawing.h"

// What was read off a file, and the memory of it.
typedef struct {
  rt_json_file file;
  void *answer;                   // memory of an answer of the API's
  rt_offer *found;                // all that can be shown, as in the file
  size_t found_count;             // the embed reads no more than RT_MAX_OFFERS of an answer
  rt_offer shown[RT_MAX_OFFERS];  // of these, in the order to show them
} rt_rendered_offers;

// Takes the offers of the file at `path` into `content`, at most `most` of them, in the order in which an embed shows them:
// premium first, equal brands apart, else as in the file, or by rankScore where the API gave one. An answer of
// GET /v1/offers brings its words, its direction and the site's contact, too; else these are left alone. Paused offers are
// left out. False: `why` says what is wrong, and there is nothing to close. `content` lives as long as `offers` is open.
bool rt_rendered_offers_open(const char *path, size_t most, rt_rendered_offers *offers, rt_offers_content *content,
                             rt_sentence *why);

void rt_rendered_offers_close(rt_rendered_offers *offers);

#endif
