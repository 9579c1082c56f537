// languages_test.c: every language has every word, written as its readers write, and the right one answers.
// SPDX-License-Identifier: MIT
#include "server/languages.h"

#include <string.h>

#include "sample_offers.h"
#include "surface/offers_view.h"
#include "surface/text_metrics.h"
#include "unit.h"

#define FOR_EACH_LANGUAGE(language)                                                         \
  for (const rt_language *language, *const *once_ = NULL; once_ == NULL; once_ = &language) \
    for (size_t i_ = 0; (language = rt_language_at(i_)) != NULL; i_++)

enum { TITLE, INTRO, WORDS = RT_TEXT_COUNT - 1 };  // the last is the language itself
static const char *const names[WORDS] = {"title", "intro", "sponsored", "close", "premium", "support"};

#define FAIL_AT(language, text, ...)                                                          \
  do {                                                                                        \
    print_error("%s, %s: \"%.*s\"\n", (language)->texts->language.data, names[text],          \
                (int)(language)->texts->all[text].length, (language)->texts->all[text].data); \
    fail_msg(__VA_ARGS__);                                                                    \
  } while (0)

// ---------------------------------------------------------------- which one answers

static void a_tag_is_answered_by_its_language_or_the_nearest(void **state) {
  (void)state;
  static const struct {
    const char *asked, *expected;
  } rows[] = {
      {"de", "de"},
      {"de-AT", "de"},
      {"de-CH-1996", "de"},
      {"de-Latn-AT-u-co-phonebk", "de"},
      {"DE-at", "de"},
      {"de_AT", "de"},
      {"en", "en"},
      {"en-GB", "en"},
      {"pt", "pt"},
      {"pt-BR", "pt"},
      {"pt-PT", "pt-PT"},
      {"pt-ao", "pt-PT"},
      {"PT-pt-x-office", "pt-PT"},
      {"es-419", "es"},
      {"es-MX", "es"},
      {"zh", "zh"},
      {"zh-CN", "zh"},
      {"zh-Hans-HK", "zh"},
      {"zh-SG", "zh"},
      {"zh-Hant", "zh-Hant"},
      {"zh-TW", "zh-Hant"},
      {"zh-hant-hk", "zh-Hant"},
      {"zh_HK", "zh-Hant"},
      {"no", "nb"},
      {"nn-NO", "nb"},
      {"nb", "nb"},
      {"iw", "he"},
      {"he-IL", "he"},
      {"in", "id"},
      {"ar-EG", "ar"},
      {"fa-AF", "fa"},
      {"ja-JP", "ja"},
      {"sv-FI", "sv"},
      // Nobody's, and what is no tag at all.
      {"", "en"},
      {"xx", "en"},
      {"tlh-Latn", "en"},
      {"x-klingon", "en"},
      {"i-navajo", "en"},
      {"*", "en"},
      {"-", "en"},
      {"--", "en"},
      {"-de", "en"},
      {"de-", "de"},
      {"de--", "de"},
      {"deu", "en"},
      {"d", "en"},
      {"iw he", "en"},
      {"pt-PT pt-AO", "pt"},
      {"zh-Hantx", "zh"},
      {" de", "en"},
      {"de\xff", "en"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const rt_language *language = rt_language_lookup(rt_bytes_of(rows[i].asked));
    if (!rt_bytes_equal(language->texts->language, rt_bytes_of(rows[i].expected))) {
      fail_msg("\"%s\" is answered by %s instead of %s", rows[i].asked, language->texts->language.data,
               rows[i].expected);
    }
  }
  assert_ptr_equal(rt_language_lookup(RT_BYTES_NONE)->texts, &rt_texts_english);
}

static void the_languages_that_are_promised_are_there(void **state) {
  (void)state;
  const char *promised[] = {"en", "de", "fr", "es", "it", "pt", "sv", "pl", "ar", "ja"};
  for (size_t i = 0; i < sizeof promised / sizeof promised[0]; i++) {
    assert_bytes_equal(rt_language_lookup(rt_bytes_of(promised[i]))->texts->language, promised[i]);
  }
}

// A tag of two rows would be answered by the first, and one with a space by none.
static void a_tag_belongs_to_one_language(void **state) {
  (void)state;
  FOR_EACH_LANGUAGE(language) {
    const rt_bytes own = language->texts->language;
    assert_ptr_equal(rt_language_lookup(own), language);
    assert_int_equal(rt_bytes_find(own, ' '), own.length);
    for (rt_bytes rest = language->others; rest.length > 0;) {
      const size_t end = rt_bytes_find(rest, ' ');
      const rt_bytes tag = rt_bytes_take(rest, end);
      assert_in_range(tag.length, 2, RT_MAX_LANGUAGE_LENGTH);
      assert_ptr_equal(rt_language_lookup(tag), language);
      rest = rt_bytes_skip(rest, end < rest.length ? end + 1 : end);
    }
  }
}

// ---------------------------------------------------------------- how the words are written

typedef enum { LATIN, GREEK, CYRILLIC, HEBREW, ARABIC, HAN, KANA, HANGUL, PUNCTUATION, STRANGE } script;

static const struct {
  uint32_t first, last;
  script script;
} blocks[] = {
    {'A', 'Z', LATIN},
    {'a', 'z', LATIN},
    {0xC0, 0xD6, LATIN},
    {0xD8, 0xF6, LATIN},
    {0xF8, 0x24F, LATIN},
    {0x386, 0x386, GREEK},
    {0x388, 0x3FF, GREEK},
    {0x400, 0x4FF, CYRILLIC},
    {0x5D0, 0x5EA, HEBREW},
    {0x620, 0x655, ARABIC},
    {0x671, 0x6D3, ARABIC},
    {0x3041, 0x3096, KANA},
    {0x30A1, 0x30FC, KANA},
    {0x4E00, 0x9FFF, HAN},
    {0xAC00, 0xD7A3, HANGUL},
    // Space, comma, hyphen, full stop, semicolon; Greek's semicolon, an apostrophe; Arabic comma and semicolon, the
    // non-joiner inside of Persian words; the marks of Chinese and Japanese.
    {' ', ' ', PUNCTUATION},
    {',', '.', PUNCTUATION},
    {';', ';', PUNCTUATION},
    {0xB7, 0xB7, PUNCTUATION},
    {0x2019, 0x2019, PUNCTUATION},
    {0x60C, 0x60C, PUNCTUATION},
    {0x61B, 0x61B, PUNCTUATION},
    {0x200C, 0x200C, PUNCTUATION},
    {0x3001, 0x3002, PUNCTUATION},
    {0xFF0C, 0xFF0C, PUNCTUATION},
};

static script script_of(uint32_t code_point) {
  for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
    if (code_point >= blocks[i].first && code_point <= blocks[i].last) return blocks[i].script;
  }
  return STRANGE;
}

// What each language is written in, Latin unless it says otherwise, and what it is not: letters that look right in a
// list of words and are a neighbour's.
static const struct {
  const char *tag;
  script script;
  const char *foreign;
} scripts[] = {
    {"ar", ARABIC, "یکگپچژ"},
    {"fa", ARABIC, "يكةى"},
    {"he", HEBREW, ""},
    {"el", GREEK, ""},
    {"ru", CYRILLIC, "іїєґ"},
    {"uk", CYRILLIC, "ыэъё"},
    {"ja", KANA, "您还還"},
    {"ko", HANGUL, ""},
    {"zh", HAN, "還選擇廣關閉級聯絡項後點啟頁"},
    {"zh-Hant", HAN, "还选择广关闭级联络项后点启页"},
    {"ro", LATIN, "şţãõ"},
    {"tr", LATIN, "țșãõ"},
    {"pt", LATIN, "ñßø"},
    {"es", LATIN, "ãõß"},
    {"sv", LATIN, "øæü"},
    {"nb", LATIN, "öäü"},
    {"da", LATIN, "öäü"},
    {"hu", LATIN, "õûã"},
};

// Takes the first character off `text`.
static uint32_t take(rt_bytes *text) {
  const unsigned char first = (unsigned char)text->data[0];
  const size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  uint32_t code_point = length == 1 ? first : first & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) code_point = code_point << 6 | ((unsigned char)text->data[i] & 0x3Fu);
  *text = rt_bytes_skip(*text, length);
  return code_point;
}

static size_t characters_of(rt_bytes text) {
  size_t count = 0;
  for (; text.length > 0; count++) take(&text);
  return count;
}

static bool has(const char *letters, uint32_t code_point) {
  for (rt_bytes rest = rt_bytes_of(letters); rest.length > 0;) {
    if (take(&rest) == code_point) return true;
  }
  return false;
}

static script script_of_language(const rt_language *language, const char **foreign) {
  *foreign = "";
  for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
    if (!rt_bytes_equal(language->texts->language, rt_bytes_of(scripts[i].tag))) continue;
    *foreign = scripts[i].foreign;
    return scripts[i].script;
  }
  return LATIN;
}

static void every_text_is_there_and_short_enough_to_be_read(void **state) {
  (void)state;
  const size_t most[WORDS] = {26, 140, 16, 10, 12, 27};
  FOR_EACH_LANGUAGE(language) {
    for (size_t text = 0; text < WORDS; text++) {
      const rt_bytes words = language->texts->all[text];
      if (words.length == 0 || !rt_bytes_are_utf8(words)) FAIL_AT(language, text, "empty, or not UTF-8");
      if (characters_of(words) > most[text]) FAIL_AT(language, text, "more than %zu characters", most[text]);
      // What the embed's reader would cut.
      if (words.length > (text <= INTRO ? RT_MAX_TEXT_LENGTH : RT_MAX_CTA_LENGTH)) FAIL_AT(language, text, "too long");
    }
  }
}

// No straight quote, three dots, exclamation mark, combining or invisible character can get in either: they are STRANGE.
static void every_letter_is_of_the_languages_own_script(void **state) {
  (void)state;
  FOR_EACH_LANGUAGE(language) {
    const char *foreign;
    const script own = script_of_language(language, &foreign);
    for (size_t text = 0; text < WORDS; text++) {
      if (rt_bytes_equal(language->texts->all[text], RT_BYTES("Premium"))) continue;  // a word of many languages
      for (rt_bytes rest = language->texts->all[text]; rest.length > 0;) {
        const uint32_t code_point = take(&rest);
        const script found = script_of(code_point);
        const bool is_own = found == own || found == PUNCTUATION || (own == KANA && found == HAN);
        if (!is_own || has(foreign, code_point)) FAIL_AT(language, text, "U+%04X does not belong there", code_point);
      }
    }
  }
}

static void right_to_left_is_what_is_written_so(void **state) {
  (void)state;
  FOR_EACH_LANGUAGE(language) {
    const char *foreign;
    const script own = script_of_language(language, &foreign);
    assert_string_equal(language->direction, own == ARABIC || own == HEBREW ? "rtl" : "ltr");
  }
}

static void spaces_are_single_and_only_sentences_end_in_a_stop(void **state) {
  (void)state;
  FOR_EACH_LANGUAGE(language) {
    for (size_t text = 0; text < WORDS; text++) {
      const rt_bytes words = language->texts->all[text];
      const bool is_ended = rt_bytes_end_with(words, RT_BYTES(".")) || rt_bytes_end_with(words, RT_BYTES("。"));
      if (is_ended != (text == INTRO)) FAIL_AT(language, text, "ends in a stop, or an intro without one");
      if (rt_bytes_trimmed(words).length != words.length) FAIL_AT(language, text, "a blank at an end");
      if (strstr(words.data, "  ") != NULL) FAIL_AT(language, text, "two spaces");
    }
  }
}

static void no_two_languages_have_the_same_title_and_intro(void **state) {
  (void)state;
  FOR_EACH_LANGUAGE(language) {
    const rt_language *other;
    for (size_t i = 0; (other = rt_language_at(i)) != language; i++) {
      for (size_t text = TITLE; text <= INTRO; text++) {
        if (rt_bytes_equal(language->texts->all[text], other->texts->all[text])) {
          FAIL_AT(language, text, "the same as in %s", other->texts->language.data);
        }
      }
    }
  }
}

// ---------------------------------------------------------------- where they stand

// As the layout measures: the intro is of regular weight, and so narrower than the table of widths.
static int32_t lines_needed(const rt_node *node) {
  const rt_text_metrics metrics = rt_text_metrics_read(RT_BYTES_NONE);
  const int32_t font_px = node->font_px - (node->role == RT_ROLE_INTRO);
  return rt_text_measure(&metrics, font_px, node->text, node->width).lines;
}

// An ellipsis is for the advertisers' words.
static void our_own_words_are_never_cut(void **state) {
  (void)state;
  const rt_viewport viewports[] = {{280, 653, RT_BYTES_NONE}, {320, 640, RT_BYTES_NONE}, {1280, 800, RT_BYTES_NONE}};
  static rt_view view;
  FOR_EACH_LANGUAGE(language) {
    for (size_t i = 0; i < 3; i++) {
      rt_offers_content content = rt_sample_content(3);
      content.texts = *language->texts;
      content.is_right_to_left = strcmp(language->direction, "rtl") == 0;
      content.support_url = RT_BYTES("https://shop.example/help");
      rt_offers_view_build(&content, &viewports[i], &view);
      for (size_t n = 0; n < view.count; n++) {
        const rt_node *node = &view.nodes[n];
        for (size_t text = 0; text < WORDS; text++) {
          if (node->role == RT_ROLE_CLOSE || node->text.data != language->texts->all[text].data) continue;
          if (lines_needed(node) > node->lines) {
            FAIL_AT(language, text, "cut at %dx%d", viewports[i].width_px, viewports[i].height_px);
          }
          if (text == TITLE && i == 1 && node->lines > 2) FAIL_AT(language, text, "three lines on a small phone");
        }
      }
    }
  }
}

RUN_TESTS(cmocka_unit_test(a_tag_is_answered_by_its_language_or_the_nearest),
          cmocka_unit_test(the_languages_that_are_promised_are_there), cmocka_unit_test(a_tag_belongs_to_one_language),
          cmocka_unit_test(every_text_is_there_and_short_enough_to_be_read),
          cmocka_unit_test(every_letter_is_of_the_languages_own_script),
          cmocka_unit_test(right_to_left_is_what_is_written_so),
          cmocka_unit_test(spaces_are_single_and_only_sentences_end_in_a_stop),
          cmocka_unit_test(no_two_languages_have_the_same_title_and_intro),
          cmocka_unit_test(our_own_words_are_never_cut))
