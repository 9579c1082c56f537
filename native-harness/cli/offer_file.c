// offer_file.c: one offer of a file.
// SPDX-License-Identifier: MIT
#include "cli/offer_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "codec/url.h"
#include "domain/link_template.h"

// An id is what `offer list --json` prints; it is passed over, because an offer that is added gets one of its own.
static const char *const members[] = {"id",       "brand", "headline", "cta",    "image", "landing",
                                      "vertical", "model", "premium",  "paused", "rates"};

static bool refuse(rt_sentence *why, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(rt_sentence *why, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why->text, sizeof why->text, format, arguments);
  va_end(arguments);
  return false;
}

static bool are_members_known(rt_json object, rt_sentence *why) {
  for (rt_json at = rt_json_first(object); at.node != NULL; at = rt_json_next(at)) {
    bool is_known = false;
    const rt_bytes name = rt_json_name(at);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
      is_known = is_known || rt_bytes_equal(name, rt_bytes_of(members[i]));
    }
    if (!is_known) return refuse(why, "\"%.*s\" is no member of an offer.", (int)name.length, name.data);
  }
  return true;
}

static size_t character_count(rt_bytes text) {
  size_t count = 0;
  for (size_t i = 0; i < text.length; i++) count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
  return count;
}

typedef struct {
  const char *name;
  size_t characters;
  rt_bytes *text;
} text_member;

static bool read_text(rt_json object, const text_member *member, rt_sentence *why) {
  if (!rt_json_get_string(rt_json_member(object, member->name), member->text) || member->text->length == 0) {
    return refuse(why, "\"%s\" must be a text that is not empty.", member->name);
  }
  if (character_count(*member->text) > member->characters) {
    return refuse(why, "\"%s\" may have %zu characters and has %zu.", member->name, member->characters,
                  character_count(*member->text));
  }
  for (size_t i = 0; i < member->text->length; i++) {
    if ((unsigned char)member->text->data[i] < 0x20)
      return refuse(why, "\"%s\" has a control character.", member->name);
  }
  return true;
}

// https, or plain http on this machine, which only `serve --dev` serves.
static bool is_url_good(rt_bytes text) {
  rt_url url;
  return rt_url_parse(text, &url) == RT_OK && (url.is_https || rt_host_is_loopback(url.host));
}

static bool read_urls(rt_json object, rt_catalog_offer *offer, rt_sentence *why) {
  rt_bytes culprit;
  const rt_json image = rt_json_member(object, "image");
  const rt_json_kind kind = rt_json_kind_of(image);
  if (!rt_json_get_string(rt_json_member(object, "landing"), &offer->landing) || !is_url_good(offer->landing)) {
    return refuse(why, "\"landing\" must be an https URL (or http://localhost, which only `serve --dev` serves).");
  }
  const rt_status status = rt_link_template_check(offer->landing, &culprit);
  if (status == RT_TOO_LARGE) {
    return refuse(why, "\"landing\" may have %d bytes when its placeholders are filled in.", RT_MAX_URL_LENGTH);
  }
  if (status != RT_OK) {
    return refuse(
        why,
        "\"landing\" has \"%.*s\" in it; the placeholders are {clickId}, {websiteKey}, {country} and {region}, "
        "after the host.",
        (int)(culprit.length > 60 ? 60 : culprit.length), culprit.data);
  }
  if (kind == RT_JSON_ABSENT || kind == RT_JSON_NULL) return true;
  if (!rt_json_get_string(image, &offer->image) || !is_url_good(offer->image)) {
    return refuse(why, "\"image\" must be an https URL or null.");
  }
  return true;
}

static bool read_kind(rt_json object, rt_catalog_offer *offer, rt_sentence *why) {
  rt_bytes vertical, model;
  const rt_json premium = rt_json_member(object, "premium"), paused = rt_json_member(object, "paused");
  bool is_paused = false;
  if (!rt_json_get_string(rt_json_member(object, "vertical"), &vertical) ||
      !rt_vertical_find(vertical, &offer->vertical)) {
    return refuse(why, "\"vertical\" must be igaming, finance, sports, crypto, ecommerce or streaming.");
  }
  if (!rt_json_get_string(rt_json_member(object, "model"), &model) || !rt_model_find(model, &offer->model)) {
    return refuse(why, "\"model\" must be \"cpc\" or \"cpa\".");
  }
  if (premium.node != NULL && !rt_json_get_boolean(premium, &offer->is_premium)) {
    return refuse(why, "\"premium\" must be true or false.");
  }
  if (paused.node != NULL && !rt_json_get_boolean(paused, &is_paused)) {
    return refuse(why, "\"paused\" must be true or false.");
  }
  offer->is_live = !is_paused;
  if (offer->is_premium && offer->model == RT_MODEL_CPA) {
    return refuse(why, "\"premium\" is for offers paid by click; this one is paid by action.");
  }
  return true;
}

// A whole number is micros of a US dollar, a text is dollars.
static bool read_amount(rt_json value, rt_micros *amount) {
  rt_bytes text;
  if (rt_json_get_string(value, &text)) return rt_micros_from_dollars(text, amount) == RT_OK;
  return rt_json_get_integer(value, &amount->value);
}

static bool read_rate(rt_json member, rt_model model, rt_rate *rate, rt_sentence *why) {
  const rt_bytes country = rt_json_name(member);
  rt_location location;
  if (rt_bytes_equal(country, RT_BYTES("*"))) {
    memcpy(rate->country, "*", 2);
  } else if (rt_location_set_country(&location, country)) {
    memcpy(rate->country, location.country, sizeof rate->country);
  } else {
    return refuse(why, "\"rates\" has \"%.*s\"; a key is a country code of two letters or *.",
                  (int)(country.length > 40 ? 40 : country.length), country.data);
  }
  if (!read_amount(member, &rate->amount)) {
    return refuse(why, "\"rates\".\"%s\" must be whole micros of a US dollar (450000) or dollars as a text (\"0.45\").",
                  rate->country);
  }
  const rt_micros least = rt_rate_minimum(model), most = rt_rate_maximum(model);
  if (rate->amount.value < least.value || rate->amount.value > most.value) {
    return refuse(why, "\"rates\".\"%s\" must be from %lld to %lld micros for %s.", rate->country,
                  (long long)least.value, (long long)most.value, rt_model_name(model));
  }
  return true;
}

static bool read_rates(rt_json object, rt_new_offer *offer, rt_sentence *why) {
  const rt_json rates = rt_json_member(object, "rates");
  const size_t count = rt_json_count(rates);
  if (rt_json_kind_of(rates) != RT_JSON_OBJECT || count == 0 || count > RT_MAX_RATES) {
    return refuse(why, "\"rates\" must map at least one country, or *, to what it pays.");
  }
  for (rt_json at = rt_json_first(rates); at.node != NULL; at = rt_json_next(at)) {
    rt_rate *rate = &offer->rates[offer->offer.rate_count];
    if (!read_rate(at, offer->offer.model, rate, why)) return false;
    for (size_t i = 0; i < offer->offer.rate_count; i++) {
      if (strcmp(offer->rates[i].country, rate->country) == 0) {
        return refuse(why, "\"rates\" has \"%s\" twice.", rate->country);
      }
    }
    offer->offer.rate_count++;
  }
  offer->offer.rates = offer->rates;
  return true;
}

bool rt_offer_from_json(rt_json object, rt_new_offer *offer, rt_sentence *why) {
  memset(offer, 0, sizeof *offer);
  if (rt_json_kind_of(object) != RT_JSON_OBJECT) return refuse(why, "An offer is a JSON object.");
  const text_member texts[] = {
      {"brand", RT_BRAND_CHARACTERS, &offer->offer.brand},
      {"headline", RT_HEADLINE_CHARACTERS, &offer->offer.headline},
      {"cta", RT_CTA_CHARACTERS, &offer->offer.cta},
  };
  if (!are_members_known(object, why)) return false;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    if (!read_text(object, &texts[i], why)) return false;
  }
  return read_urls(object, &offer->offer, why) && read_kind(object, &offer->offer, why) &&
         read_rates(object, offer, why);
}
