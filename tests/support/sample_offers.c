// sample_offers.c: the offers themselves.
// SPDX-License-Identifier: MIT
#include "sample_offers.h"

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
      .offers = offers, .offer_count = count, .texts = rt_texts_english(), .theme = RT_THEME_LIGHT};
}

void rt_sample_make_arabic(rt_offers_content *content, rt_offer *offers_to_change) {
  content->is_right_to_left = true;
  content->texts = (rt_texts){
      .title = RT_BYTES("لا تزال لديك خيارات"),
      .intro = RT_BYTES("نأسف لأن الأمر لم ينجح. قد يناسبك أحد مقدمي الخدمة هؤلاء، ويفتح كل عرض في علامة تبويب جديدة."),
      .sponsored = RT_BYTES("إعلان ممول"),
      .close = RT_BYTES("إغلاق"),
      .premium = RT_BYTES("مميز"),
      .support = RT_BYTES("تواصل مع الدعم"),
  };
  for (size_t i = 0; i < RT_MAX_OFFERS; i++) {
    offers_to_change[i].brand = RT_BYTES("بنك الميناء");
    offers_to_change[i].headline = RT_BYTES("حساب جارٍ بلا رسوم شهرية يُفتح في ثماني دقائق");
    offers_to_change[i].cta = RT_BYTES("افتح حسابك");
  }
}
