// sample_offers.h: offers and texts that look like life, and some that are as bad as the API lets them be.
// SPDX-License-Identifier: MIT
#ifndef RT_TESTS_SAMPLE_OFFERS_H
#define RT_TESTS_SAMPLE_OFFERS_H

#include "surface/offers_view.h"

// The square font of the layout tests: every character half as wide as high, ideographs and emoji included.
#define RT_SQUARE_METRICS RT_BYTES("1 1000 500")

// RT_MAX_OFFERS offers, the first two premium; static.
const rt_offer *rt_sample_offers(void);

// One offer whose texts are as long as limits.h allows and hold no space at all; static.
const rt_offer *rt_sample_offer_without_spaces(void);

// `count` of rt_sample_offers in English, light, without accent and support contact.
rt_offers_content rt_sample_content(size_t count);

// Makes the content Arabic, right to left: its texts, and the words of the offers in `offers` (RT_MAX_OFFERS of them).
void rt_sample_make_arabic(rt_offers_content *content, rt_offer *offers);

#endif
