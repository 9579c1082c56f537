// plan.c: the offers that are laid out and ranked.
// SPDX-License-Identifier: MIT
#include "plan.h"

#include "domain/rank.h"
#include "surface/offers_view.h"

enum { RANKED = 1000, ID_LENGTH = 8 };

// RT_BYTES is no constant expression in a table of static duration.
#define STATIC_BYTES(literal) \
  { literal, sizeof(literal) - 1 }

#define OFFER(name, words, call, premium)                                                    \
  {                                                                                          \
    .brand = STATIC_BYTES(name), .headline = STATIC_BYTES(words), .cta = STATIC_BYTES(call), \
    .click_url = STATIC_BYTES("https://api.example/v1/r?t=0"), .is_premium = premium,        \
    .image = STATIC_BYTES("https://images.example/0.webp")                                   \
  }

// Headlines of 40 to 63 characters: what advertisers write.
static const rt_offer offers[RT_MAX_OFFERS] = {
    OFFER("Harbour Bank", "A current account with no monthly fee, opened in eight minutes", "Open an account", true),
    OFFER("Lumen Pay", "Send money abroad at the real exchange rate", "Try it free", true),
    OFFER("Tidewater", "Cash advances up to 500, without a credit check", "See if you qualify", false),
    OFFER("Oak & Finch", "Prepaid card for everyday spending, ready tomorrow", "Order your card", false),
    OFFER("Meridian Sports", "Live scores and expert tips for every league this weekend", "Start watching", false),
    OFFER("Kestrel Crypto", "Buy your first coins with as little as 10", "Get started", false),
    OFFER("Velvet Stream", "Three months of films and series, then cancel or stay", "Watch now", false),
    OFFER("Parcel & Co", "20 % off your first order, delivered tomorrow", "Shop the sale", false),
    OFFER("Northwind Insurance", "Cover your phone, laptop and bike with one monthly policy", "Get a quote", false),
    OFFER("Pocketwise", "The budgeting app that rounds up and saves for you", "Download", false),
    OFFER("Atlas eSIM", "Data in 140 countries without a contract", "Choose a plan", false),
    OFFER("Greenline Energy", "Switch to green power in five minutes", "Compare", false),
};

// A bold sans serif as a page measures it, in permille of its size.
#define METRICS                                                                                                      \
  "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 " \
  "584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 " \
  "667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 " \
  "333 611 556 778 556 556 500 389 280 389 584"

uint32_t bench_plan(uint32_t times) {
  static rt_view view;
  const rt_offers_content content = {.offers = offers, .offer_count = RT_MAX_OFFERS, .texts = rt_texts_english};
  uint32_t sum = 0;
  for (uint32_t i = 0; i < times; i++) {
    const rt_viewport viewport = {.width_px = 1280 + (int32_t)(i % 16), .height_px = 800, .metrics = RT_BYTES(METRICS)};
    rt_offers_view_build(&content, &viewport, &view);
    for (size_t n = 0; n < view.count; n++) sum = sum * 31 + (uint32_t)view.nodes[n].y;
  }
  return sum;
}

// A thousand offers of two hundred brands, an eighth of them premium, many scores twice.
static void shuffle(rt_rank_entry *entries, uint32_t seed) {
  static char ids[RANKED][ID_LENGTH];
  for (uint32_t i = 0; i < RANKED; i++) {
    seed = seed * 1664525 + 1013904223;  // Numerical Recipes' generator: enough to put them out of order
    for (uint32_t digit = 0; digit < ID_LENGTH; digit++) ids[i][digit] = (char)('a' + ((i >> 4 * digit) & 15));
    entries[i] = (rt_rank_entry){.id = {ids[i], ID_LENGTH},
                                 .brand = {ids[i % 200], ID_LENGTH},
                                 .score = seed >> 23,
                                 .is_premium = (seed >> 20) % 8 == 0,
                                 .index = i};
  }
}

static uint32_t rank(uint32_t times, size_t count) {
  static rt_rank_entry entries[RANKED];
  uint32_t sum = 0;
  for (uint32_t i = 0; i < times; i++) {
    shuffle(entries, i);
    rt_rank_order(entries, count, RT_MAX_OFFERS);
    for (size_t n = 0; n < RT_MAX_OFFERS; n++) sum = sum * 31 + entries[n].index;
  }
  return sum;
}

uint32_t bench_rank(uint32_t times) { return rank(times, RANKED); }

uint32_t bench_shuffle(uint32_t times) { return rank(times, 0); }
