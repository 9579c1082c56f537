// sample_offers.h: offers and texts that look like life, and some that are as bad as the API lets them be.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SAMPLE_OFFERS_H
#define RT_TESTS_SAMPLE_OFFERS_H

#include "surface/offers_view.h"

// The square font of the layout tests: every letter half as wide as high.
#define RT_SQUARE_METRICS RT_BYTES("500")

// RT_MAX_OFFERS offers, the first two premium; static.
const rt_offer *rt_sample_offers(void);

// One offer whose texts are as long as limits.h allows and hold no space at all; static.
const rt_offer *rt_sample_offer_without_spaces(void);

// `count` of rt_sample_offers in English, light, without accent and support contact.
rt_offers_content rt_sample_content(size_t count);

// What a test asks to be shown, changed word by word.
typedef struct {
  rt_offer offers[RT_MAX_OFFERS];
  rt_offers_content content;  // `offers` in it are those above
} rt_sample;

// `count` sample offers, theme auto.
void rt_sample_open(rt_sample *sample, size_t count);

// Changes the sample as `option` says: rtl, dark, light, support (a contact), lang=TAG (our words), arabic (all words),
// long (the first offer without a space), plain (no premium), image=URL, accent=RRGGBB. False for anything else. `option`
// must outlive the sample.
bool rt_sample_apply(rt_sample *sample, rt_bytes option);

#endif
