// offer.h: an offer as a visitor's page knows it. What it pays stays with the server.
// SPDX-License-Identifier: MIT
#ifndef RT_DOMAIN_OFFER_H
#define RT_DOMAIN_OFFER_H

#include "base/bytes.h"

// Every slice is UTF-8 and borrowed from whoever decoded the offer.
enum { RT_OFFER_TEXT_COUNT = 7 };
typedef struct {
  union {
    struct {
      rt_bytes id;         // at most RT_MAX_ID_LENGTH
      rt_bytes vertical;   // may be empty
      rt_bytes brand;      // the advertiser's name, at most RT_MAX_BRAND_LENGTH
      rt_bytes headline;   // at most RT_MAX_HEADLINE_LENGTH
      rt_bytes cta;        // call to action, at most RT_MAX_CTA_LENGTH
      rt_bytes image;      // URL; empty: a placeholder is drawn from the brand
      rt_bytes click_url;  // absolute URL of the redirect
    };
    rt_bytes texts[RT_OFFER_TEXT_COUNT];  // the same, in this order
  };
  int64_t rank_score;  // opaque; larger stands earlier
  bool is_premium;
} rt_offer;

#endif
