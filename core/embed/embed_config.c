// embed_config.c: what the script element says, checked once. Nothing is reported here: the embed says it at `started`.
// SPDX-License-Identifier: MIT
#include "base/check.h"
#include "codec/url.h"
#include "embed/embed_state.h"

rt_bytes rt_attribute_name(rt_attribute attribute) {
  static const char *const names[RT_ATTRIBUTE_COUNT] = {
#define RT_ATTRIBUTE(upper, attribute) [RT_ATTRIBUTE_##upper] = attribute,
#include "embed/kinds.def"
  };
  return rt_bytes_of(names[attribute]);
}

// A switch: present, and not "false".
static bool is_switched_on(rt_bytes value) {
  return value.data != NULL && !rt_bytes_equal_ignoring_case(value, RT_BYTES("false"));
}

// The first thing that is wrong is the one that is said.
static void refuse(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail) {
  if (embed->refusal != RT_DIAGNOSTIC_NONE) return;
  embed->refusal = diagnostic;
  embed->refusal_detail = detail;
}

// A copy without blanks at its ends. There is room for all of them: callers check lengths first.
static rt_bytes keep(rt_embed *embed, rt_bytes raw) {
  rt_bytes kept;
  RT_CHECK(rt_arena_copy(&embed->config_texts, rt_bytes_trimmed(raw), &kept) == RT_OK);
  return kept;
}

// Letters, digits, hyphens and underscores only: keys, codes and language tags are made of these.
static bool is_word(rt_bytes text, size_t shortest, size_t longest) {
  for (size_t i = 0; i < text.length; i++) {
    const char c = text.data[i], lower = (char)(c | 32);
    const bool is_good = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!is_good) return false;
  }
  return text.length >= shortest && text.length <= longest;
}

static rt_bytes read_api(rt_embed *embed, rt_bytes raw) {
  if (raw.data == NULL) return rt_bytes_of(embed->brand->api_base);
  rt_bytes base = rt_bytes_cut(rt_bytes_trimmed(raw), RT_MAX_API_BASE_LENGTH);
  const bool is_good =
      rt_url_is_web(base) && rt_bytes_find(base, '?') == base.length && rt_bytes_find(base, '#') == base.length;
  while (base.length > 0 && base.data[base.length - 1] == '/') base.length--;
  base = keep(embed, base);
  if (!is_good) refuse(embed, RT_DIAGNOSTIC_BAD_API, base);
  return base;
}

// The attributes that are a word each, in the order of the caller's words: how it begins, and its length in all.
static const struct {
  uint8_t attribute, shortest, longest;
  char prefix[5];
} rows[RT_CALLER_WORD_COUNT] = {
    {RT_ATTRIBUTE_PUB, 4, RT_MAX_KEY_LENGTH, "pk_"},
    {RT_ATTRIBUTE_WEBSITE, 5, RT_MAX_KEY_LENGTH, "web_"},
    {RT_ATTRIBUTE_DEV_COUNTRY, RT_MAX_COUNTRY_LENGTH, RT_MAX_COUNTRY_LENGTH, ""},
    {RT_ATTRIBUTE_DEV_REGION, 1, RT_MAX_REGION_LENGTH, ""},
    {RT_ATTRIBUTE_LANG, 2, RT_MAX_LANGUAGE_LENGTH, ""},
};

// Without a key nothing works; any other word need not be there, and one that is none is remembered as misunderstood.
static void read_words(rt_embed *embed, const rt_config *config, bool is_local) {
  for (size_t i = 0; i < RT_CALLER_WORD_COUNT; i++) {
    const rt_attribute attribute = rows[i].attribute;
    const rt_bytes word = rt_bytes_trimmed(config->attributes[attribute]);
    const bool is_key = attribute <= RT_ATTRIBUTE_WEBSITE;
    const bool is_good =
        rt_bytes_start_with(word, rt_bytes_of(rows[i].prefix)) && is_word(word, rows[i].shortest, rows[i].longest);
    if (rt_bytes_is_empty(word)) {
      if (is_key) refuse(embed, RT_DIAGNOSTIC_MISSING_KEYS, rt_attribute_name(attribute));
    } else if (!is_local && (attribute == RT_ATTRIBUTE_DEV_COUNTRY || attribute == RT_ATTRIBUTE_DEV_REGION)) {
      embed->not_here |= 1u << attribute;
    } else if (is_good) {
      embed->caller.words[i] = keep(embed, word);
    } else if (is_key) {
      refuse(embed, RT_DIAGNOSTIC_BAD_KEYS, rt_attribute_name(attribute));
    } else {
      embed->misunderstood |= 1u << attribute;
    }
  }
}

static rt_theme read_theme(rt_embed *embed, const rt_config *config) {
  static const char *const words[] = {[RT_THEME_AUTO] = "auto", [RT_THEME_LIGHT] = "light", [RT_THEME_DARK] = "dark"};
  const rt_bytes word = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_THEME]);
  for (rt_theme theme = RT_THEME_AUTO; theme <= RT_THEME_DARK; theme++) {
    if (rt_bytes_equal_ignoring_case(word, rt_bytes_of(words[theme]))) return theme;
  }
  if (!rt_bytes_is_empty(word)) embed->misunderstood |= 1u << RT_ATTRIBUTE_THEME;
  return RT_THEME_AUTO;
}

// `#rgb` or `#rrggbb`.
static void read_accent(rt_embed *embed, const rt_config *config) {
  const rt_bytes text = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_ACCENT]);
  if (rt_bytes_is_empty(text)) return;
  bool is_good = (text.length == 4 || text.length == 7) && text.data[0] == '#';
  uint32_t colour = 0;
  for (size_t i = 1; i < text.length; i++) {
    const char c = text.data[i];
    const uint32_t digit = (uint32_t)(c <= '9' ? c - '0' : (c | 32) < 'a' ? 16 : (c | 32) - 'a' + 10);
    is_good = is_good && digit < 16;
    colour = text.length == 4 ? colour << 8 | digit * 17 : colour << 4 | digit;
  }
  embed->content.has_accent = is_good;
  embed->content.accent = colour;
  if (!is_good) embed->misunderstood |= 1u << RT_ATTRIBUTE_ACCENT;
}

// An id has no blanks; what has one, or is longer than any, is none.
static void read_container(rt_embed *embed, const rt_config *config) {
  const rt_bytes id = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_CONTAINER]);
  const bool is_good = id.length <= RT_MAX_CONTAINER_LENGTH && rt_bytes_find(id, ' ') == id.length;
  if (!is_good) embed->misunderstood |= 1u << RT_ATTRIBUTE_CONTAINER;
  const bool is_given = is_good && !rt_bytes_is_empty(id);
  embed->container = is_given ? keep(embed, id) : rt_bytes_of(rt_brand_container(config->brand));
}

// A number outside of 1..RT_MAX_OFFERS counts as the nearest inside, anything else as the default.
static void read_max_ads(rt_embed *embed, const rt_config *config) {
  const rt_bytes text = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_MAX_ADS]);
  const bool is_negative = rt_bytes_start_with(text, RT_BYTES("-"));
  uint64_t number = RT_DEFAULT_SECTION_CARDS;
  const bool is_number = rt_bytes_to_u64(rt_bytes_skip(text, is_negative), &number);
  const bool is_good = is_number && !is_negative && number >= 1 && number <= RT_MAX_OFFERS;
  if (!is_good) embed->bad_max_ads = keep(embed, rt_bytes_cut(text, RT_MAX_ID_LENGTH));
  if (is_number && (is_negative || number < 1)) number = 1;
  embed->most_ads = number > RT_MAX_OFFERS ? RT_MAX_OFFERS : (uint32_t)number;
}

void rt_embed_configure(rt_embed *embed, const rt_config *config) {
  const rt_bytes *attributes = config->attributes;
  const bool is_local = rt_host_is_loopback(config->page_host);
  embed->refusal = RT_DIAGNOSTIC_NONE;
  embed->is_muted = rt_bytes_equal_ignoring_case(attributes[RT_ATTRIBUTE_COMMENTS], RT_BYTES("false"));
  embed->is_verbose = is_switched_on(attributes[RT_ATTRIBUTE_DEBUG]) || is_local;
  read_words(embed, config, is_local || is_switched_on(attributes[RT_ATTRIBUTE_ALLOW_LOCALHOST]));
  rt_api_caller *caller = &embed->caller;
  caller->api_base = read_api(embed, attributes[RT_ATTRIBUTE_API]);
  const rt_bytes page = rt_bytes_trimmed(config->page_language);
  if (rt_bytes_is_empty(caller->language) && is_word(page, 2, RT_MAX_LANGUAGE_LENGTH))
    caller->language = keep(embed, page);
  if (rt_embed_is(embed, RT_EMBED_SECTION)) {
    read_container(embed, config);
    read_max_ads(embed, config);
  }
  embed->content.theme = read_theme(embed, config);
  read_accent(embed, config);
}
