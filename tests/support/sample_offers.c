// sample_offers.c: the offers themselves.
// SPDX-License-Identifier: MIT
#include "sample_offers.h"

#include <string.h>

#include "server/languages.h"

// RT_BYTES is no constant expression in a table of static duration.
#define STATIC_BYTES(literal) \
  { literal, sizeof(literal) - 1 }

#define OFFER(name, words, call, premium)                                                    \
  {                                                                                          \
    .brand = STATIC_BYTES(name), .headline = STATIC_BYTES(words), .cta = STATIC_BYTES(call), \
    .click_url = STATIC_BYTES("https://api.example/v1/r?t=" name), .is_premium = premium     \
  }

static const rt_offer offers[RT_MAX_OFFERS] = {
    OFFER("Harbour Bank", "A current account with no monthly fee, opened in eight minutes", "Open an account", true),
    OFFER("Lumen Pay", "Send money abroad at the real exchange rate", "Try it free", true),
    OFFER("Tidewater", "Cash advances up to 500, no credit check", "See if you qualify", false),
    OFFER("Oak & Finch", "Prepaid card for everyday spending", "Order your card", false),
    OFFER("Meridian Sports", "Live scores and expert tips for every league this weekend", "Start watching", false),
    OFFER("Kestrel Crypto", "Buy your first coins with as little as 10", "Get started", false),
    OFFER("Velvet Stream", "Three months of films and series, then cancel or stay", "Watch now", false),
    OFFER("Parcel & Co", "20 % off your first order, delivered tomorrow", "Shop the sale", false),
    OFFER("Northwind Insurance", "Cover your phone, laptop and bike with a single monthly policy", "Get a quote",
          false),
    OFFER("Pocketwise", "The budgeting app that rounds up and saves for you", "Download", false),
    OFFER("Atlas eSIM", "Data in 140 countries without a contract", "Choose a plan", false),
    OFFER("Greenline Energy", "Switch to green power in five minutes", "Compare", false),
};

const rt_offer *rt_sample_offers(void) { return offers; }

#define TEN(text) text text text text text text text text text text
static const rt_offer without_spaces = OFFER(TEN("Bank"), TEN("Unbreaka") "blewords!!", TEN("Go") "Gooo", true);

const rt_offer *rt_sample_offer_without_spaces(void) { return &without_spaces; }

rt_offers_content rt_sample_content(size_t count) {
  return (rt_offers_content){
      .offers = offers, .offer_count = count, .texts = rt_texts_english, .theme = RT_THEME_LIGHT};
}

static void translate(rt_sample *sample, rt_bytes tag) {
  const rt_language *language = rt_language_lookup(tag);
  sample->content.texts = *language->texts;
  sample->content.is_right_to_left = strcmp(language->direction, "rtl") == 0;
}

static void make_arabic(rt_sample *sample) {
  translate(sample, RT_BYTES("ar"));
  for (size_t i = 0; i < RT_MAX_OFFERS; i++) {
    sample->offers[i].brand = RT_BYTES("بنك الميناء");
    sample->offers[i].headline = RT_BYTES("حساب جارٍ بلا رسوم شهرية يُفتح في ثماني دقائق");
    sample->offers[i].cta = RT_BYTES("افتح حسابك");
  }
}

void rt_sample_open(rt_sample *sample, size_t count) {
  memcpy(sample->offers, offers, sizeof offers);
  sample->content = rt_sample_content(count);
  sample->content.offers = sample->offers;
  sample->content.theme = RT_THEME_AUTO;
}

static uint32_t hexadecimal(rt_bytes text) {
  uint32_t number = 0;
  for (size_t i = 0; i < text.length; i++) {
    const char *digits = "0123456789abcdef";
    number = number << 4 | (uint32_t)rt_bytes_find(rt_bytes_of(digits), text.data[i]);
  }
  return number;
}

bool rt_sample_apply(rt_sample *sample, rt_bytes option) {
  rt_offers_content *content = &sample->content;
  if (rt_bytes_start_with(option, RT_BYTES("image="))) {
    for (size_t i = 0; i < RT_MAX_OFFERS; i++) sample->offers[i].image = rt_bytes_skip(option, 6);
  } else if (rt_bytes_start_with(option, RT_BYTES("accent="))) {
    content->has_accent = true;
    content->accent = hexadecimal(rt_bytes_skip(option, 7));
  } else if (rt_bytes_equal(option, RT_BYTES("rtl"))) {
    content->is_right_to_left = true;
  } else if (rt_bytes_equal(option, RT_BYTES("dark"))) {
    content->theme = RT_THEME_DARK;
  } else if (rt_bytes_equal(option, RT_BYTES("light"))) {
    content->theme = RT_THEME_LIGHT;
  } else if (rt_bytes_equal(option, RT_BYTES("support"))) {
    content->support_url = RT_BYTES("https://shop.example/help");
  } else if (rt_bytes_equal(option, RT_BYTES("long"))) {
    sample->offers[0] = without_spaces;
  } else if (rt_bytes_start_with(option, RT_BYTES("lang="))) {
    translate(sample, rt_bytes_skip(option, 5));
  } else if (rt_bytes_equal(option, RT_BYTES("arabic"))) {
    make_arabic(sample);
  } else if (rt_bytes_equal(option, RT_BYTES("plain"))) {
    for (size_t i = 0; i < RT_MAX_OFFERS; i++) sample->offers[i].is_premium = false;
  } else {
    return false;
  }
  return true;
}
