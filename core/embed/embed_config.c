// embed_config.c: what the script element says, checked once. Nothing is reported here: the embed says it at `started`.
// SPDX-License-Identifier: MIT
#include "codec/url.h"
#include "embed/embed_state.h"

static rt_bytes name_of(rt_attribute attribute) {
  static const rt_bytes names[RT_ATTRIBUTE_COUNT] = {
#define RT_ATTRIBUTE(upper, attribute) [RT_ATTRIBUTE_##upper] = {attribute, sizeof(attribute) - 1},
#include "embed/kinds.def"
  };
  return names[attribute];
}

static bool is_present(const rt_config *config, rt_attribute attribute) {
  return config->attributes[attribute].data != NULL;
}

// A switch: present, and not "false".
static bool is_switched_on(const rt_config *config, rt_attribute attribute) {
  return is_present(config, attribute) &&
         !rt_bytes_equal_ignoring_case(config->attributes[attribute], RT_BYTES("false"));
}

// The first thing that is wrong is the one that is said.
static void refuse(rt_embed *embed, rt_diagnostic diagnostic, rt_bytes detail) {
  if (embed->has_refusal) return;
  embed->has_refusal = true;
  embed->refusal = diagnostic;
  embed->refusal_detail = detail;
}

static void warn(rt_embed *embed, rt_diagnostic diagnostic, rt_attribute attribute) {
  if (embed->warning_count == RT_MAX_WARNINGS) return;
  embed->warnings[embed->warning_count].diagnostic = diagnostic;
  embed->warnings[embed->warning_count++].detail = name_of(attribute);
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_key(rt_bytes key, rt_bytes prefix) {
  if (key.length > RT_MAX_KEY_LENGTH || key.length <= prefix.length || !rt_bytes_start_with(key, prefix)) return false;
  for (size_t i = prefix.length; i < key.length; i++) {
    const char c = key.data[i];
    if (!is_letter(c) && !is_digit(c) && c != '_' && c != '-') return false;
  }
  return true;
}

static rt_status read_key(rt_embed *embed, const rt_config *config, rt_attribute attribute, rt_bytes prefix,
                          rt_bytes *key) {
  const rt_bytes raw = rt_bytes_trimmed(config->attributes[attribute]);
  if (rt_bytes_is_empty(raw)) refuse(embed, RT_DIAGNOSTIC_MISSING_KEYS, name_of(attribute));
  if (!is_key(raw, prefix)) {
    refuse(embed, RT_DIAGNOSTIC_BAD_KEYS, name_of(attribute));
    return RT_OK;
  }
  return rt_arena_copy(&embed->config_texts, raw, key);
}

static rt_status read_api(rt_embed *embed, const rt_config *config) {
  if (!is_present(config, RT_ATTRIBUTE_API)) {
    embed->caller.api_base = rt_bytes_of(embed->brand->api_base);
    return RT_OK;
  }
  rt_bytes raw = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_API]);
  rt_url url;
  bool is_good = raw.length <= RT_MAX_API_BASE_LENGTH && rt_url_parse(raw, &url) == RT_OK;
  is_good = is_good && rt_bytes_find(raw, '?') == raw.length && rt_bytes_find(raw, '#') == raw.length;
  while (raw.length > 0 && raw.data[raw.length - 1] == '/') raw.length--;
  const rt_status status =
      rt_arena_copy(&embed->config_texts, rt_bytes_cut(raw, RT_MAX_API_BASE_LENGTH), &embed->caller.api_base);
  if (!is_good) refuse(embed, RT_DIAGNOSTIC_BAD_API, embed->caller.api_base);
  return status;
}

static bool is_code(rt_bytes code, size_t shortest, size_t longest, bool takes_digits) {
  if (code.length < shortest || code.length > longest) return false;
  for (size_t i = 0; i < code.length; i++) {
    if (!is_letter(code.data[i]) && !(takes_digits && is_digit(code.data[i]))) return false;
  }
  return true;
}

static rt_status read_dev_location(rt_embed *embed, const rt_config *config) {
  const rt_bytes country = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_DEV_COUNTRY]);
  const rt_bytes region = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_DEV_REGION]);
  if (rt_bytes_is_empty(country) && rt_bytes_is_empty(region)) return RT_OK;
  const rt_attribute first = rt_bytes_is_empty(country) ? RT_ATTRIBUTE_DEV_REGION : RT_ATTRIBUTE_DEV_COUNTRY;
  if (!rt_host_is_loopback(config->page_host) && !is_switched_on(config, RT_ATTRIBUTE_ALLOW_LOCALHOST)) {
    warn(embed, RT_DIAGNOSTIC_DEV_IGNORED, first);
    return RT_OK;
  }
  if (!is_code(country, RT_MAX_COUNTRY_LENGTH, RT_MAX_COUNTRY_LENGTH, false)) {
    warn(embed, RT_DIAGNOSTIC_BAD_ATTRIBUTE, RT_ATTRIBUTE_DEV_COUNTRY);
    return RT_OK;
  }
  if (!is_code(region, 0, RT_MAX_REGION_LENGTH, true)) {
    warn(embed, RT_DIAGNOSTIC_BAD_ATTRIBUTE, RT_ATTRIBUTE_DEV_REGION);
    return rt_arena_copy(&embed->config_texts, country, &embed->caller.dev_country);
  }
  const rt_status status = rt_arena_copy(&embed->config_texts, country, &embed->caller.dev_country);
  return status != RT_OK ? status : rt_arena_copy(&embed->config_texts, region, &embed->caller.dev_region);
}

static rt_status read_language(rt_embed *embed, const rt_config *config) {
  rt_bytes tag = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_LANG]);
  if (rt_bytes_is_empty(tag)) tag = rt_bytes_trimmed(config->page_language);
  if (tag.length > RT_MAX_LANGUAGE_LENGTH) tag = RT_BYTES_NONE;
  return rt_arena_copy(&embed->config_texts, tag, &embed->caller.language);
}

static void read_theme(rt_embed *embed, const rt_config *config) {
  const rt_bytes word = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_THEME]);
  if (rt_bytes_equal_ignoring_case(word, RT_BYTES("light"))) {
    embed->content.theme = RT_THEME_LIGHT;
  } else if (rt_bytes_equal_ignoring_case(word, RT_BYTES("dark"))) {
    embed->content.theme = RT_THEME_DARK;
  } else if (!rt_bytes_is_empty(word) && !rt_bytes_equal_ignoring_case(word, RT_BYTES("auto"))) {
    warn(embed, RT_DIAGNOSTIC_BAD_ATTRIBUTE, RT_ATTRIBUTE_THEME);
  }
}

static bool hex_digit(char c, uint32_t *value) {
  if (is_digit(c)) {
    *value = (uint32_t)(c - '0');
    return true;
  }
  const char lower = (char)(c | 32);
  *value = (uint32_t)(lower - 'a') + 10;
  return lower >= 'a' && lower <= 'f';
}

// `#rgb` or `#rrggbb`.
static void read_accent(rt_embed *embed, const rt_config *config) {
  const rt_bytes text = rt_bytes_trimmed(config->attributes[RT_ATTRIBUTE_ACCENT]);
  if (rt_bytes_is_empty(text)) return;
  bool is_good = (text.length == 4 || text.length == 7) && text.data[0] == '#';
  uint32_t colour = 0;
  for (size_t i = 1; i < text.length && is_good; i++) {
    uint32_t digit = 0;
    is_good = hex_digit(text.data[i], &digit);
    colour = text.length == 4 ? colour << 8 | digit * 17 : colour << 4 | digit;
  }
  if (!is_good) {
    warn(embed, RT_DIAGNOSTIC_BAD_ATTRIBUTE, RT_ATTRIBUTE_ACCENT);
    return;
  }
  embed->content.has_accent = true;
  embed->content.accent = colour;
}

rt_status rt_embed_configure(rt_embed *embed, const rt_config *config) {
  const bool is_local = rt_host_is_loopback(config->page_host);
  embed->is_muted = rt_bytes_equal_ignoring_case(config->attributes[RT_ATTRIBUTE_COMMENTS], RT_BYTES("false"));
  embed->is_verbose = is_switched_on(config, RT_ATTRIBUTE_DEBUG) || is_local;
  const rt_bytes host = rt_bytes_cut(config->page_host, RT_MAX_API_BASE_LENGTH);
  rt_status status = rt_arena_copy(&embed->config_texts, host, &embed->page_host);
  if (status == RT_OK) status = read_key(embed, config, RT_ATTRIBUTE_PUB, RT_BYTES("pk_"), &embed->caller.public_key);
  if (status == RT_OK)
    status = read_key(embed, config, RT_ATTRIBUTE_WEBSITE, RT_BYTES("web_"), &embed->caller.website_key);
  if (status == RT_OK) status = read_api(embed, config);
  if (status == RT_OK) status = read_dev_location(embed, config);
  if (status == RT_OK) status = read_language(embed, config);
  read_theme(embed, config);
  read_accent(embed, config);
  return status;
}
