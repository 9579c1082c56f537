// constants.c: tells the page the core's names and numbers, wasm-glue/constants.mjs, and its colours,
// web/effects/palette.css: writes the file, or prints it with --print. Native, part of the build only. Everything comes
// from the lists and enumerations the core itself is compiled from.
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "embed/embed.h"

// Positions of fields, and the two sets a kind carries as one mask: numbers below, texts from bit 16.
enum {
#define RT_EVENT_NUMBER(upper, lower) EVENT_NUMBER_##upper,
#include "embed/kinds.def"
  EVENT_NUMBER_COUNT
};
enum {
#define RT_EVENT_TEXT(upper, lower) EVENT_TEXT_##upper,
#include "embed/kinds.def"
  EVENT_TEXT_COUNT
};
enum {
#define RT_COMMAND_NUMBER(upper, lower) COMMAND_NUMBER_##upper,
#include "embed/kinds.def"
  COMMAND_NUMBER_COUNT
};
enum {
#define RT_COMMAND_TEXT(upper, lower) COMMAND_TEXT_##upper,
#include "embed/kinds.def"
  COMMAND_TEXT_COUNT
};

typedef struct {
  const char *name;
  unsigned fields;
} kind;

#define RT_HAS(upper) 1U << EVENT_NUMBER_##upper
#define RT_HAS_TEXT(upper) 1U << (16 + EVENT_TEXT_##upper)
#define RT_EVENT(upper, lower, fields) {#lower, fields},
static const kind events[] = {
#include "embed/kinds.def"
};
#define RT_EVENT(upper, lower, fields) | (fields)
_Static_assert((0
#include "embed/kinds.def"
                ) == (((1U << EVENT_TEXT_COUNT) - 1) << 16 | ((1U << EVENT_NUMBER_COUNT) - 1)),
               "kinds.def has a field of events that no event carries");
#undef RT_HAS
#undef RT_HAS_TEXT

#define RT_HAS(upper) 1U << COMMAND_NUMBER_##upper
#define RT_HAS_TEXT(upper) 1U << (16 + COMMAND_TEXT_##upper)
#define RT_COMMAND(upper, lower, fields) {#lower, fields},
static const kind commands[] = {
#include "embed/kinds.def"
};
#define RT_COMMAND(upper, lower, fields) | (fields)
_Static_assert((0
#include "embed/kinds.def"
                ) == (((1U << COMMAND_TEXT_COUNT) - 1) << 16 | ((1U << COMMAND_NUMBER_COUNT) - 1)),
               "kinds.def has a field of commands that no command carries");

#define RT_EVENT_NUMBER(upper, lower) #lower,
static const char *const event_numbers[] = {
#include "embed/kinds.def"
};
#define RT_EVENT_TEXT(upper, lower) #lower,
static const char *const event_texts[] = {
#include "embed/kinds.def"
};
#define RT_COMMAND_NUMBER(upper, lower) #lower,
static const char *const command_numbers[] = {
#include "embed/kinds.def"
};
#define RT_COMMAND_TEXT(upper, lower) #lower,
static const char *const command_texts[] = {
#include "embed/kinds.def"
};
#define RT_NODE_NUMBER(upper, lower) #lower,
static const char *const node_numbers[] = {
#include "embed/kinds.def"
};
#define RT_NODE_TEXT(upper, lower) #lower,
static const char *const node_texts[] = {
#include "embed/kinds.def"
};
#define RT_ATTRIBUTE(upper, attribute) attribute,
static const char *const attributes[] = {
#include "embed/kinds.def"
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

// Prints `name` as JavaScript spells it: width_px is widthPx. What has no underscore stays: data-pub.
static void print_name(FILE *out, const char *name) {
  for (; *name; name++) {
    if (*name == '_' && name[1]) {
      fputc(*++name - 'a' + 'A', out);
    } else {
      fputc(*name, out);
    }
  }
}

static void print_names(FILE *out, const char *list, const char *const *names, size_t count) {
  fprintf(out, "export const %s = [", list);
  for (size_t i = 0; i < count; i++) {
    fputs(i == 0 ? "'" : ", '", out);
    print_name(out, names[i]);
    fputs("'", out);
  }
  fputs("];\n", out);
}

static void print_kinds(FILE *out, const char *list, const kind *kinds, size_t count) {
  fprintf(out, "export const %s = [\n", list);
  for (size_t i = 0; i < count; i++) {
    fputs("  ['", out);
    print_name(out, kinds[i].name);
    fprintf(out, "', %u, %u],\n", kinds[i].fields & 0xFFFF, kinds[i].fields >> 16);
  }
  fputs("];\n", out);
}

// Constants one by one, so that a bundler can put the number where the name is used.
#define PRINT_CONSTANT(name) fprintf(out, "export const %s = %d;\n", #name, (int)RT_##name)
static void print_values(FILE *out) {
  PRINT_CONSTANT(MAX_BODY_LENGTH);
  PRINT_CONSTANT(MAX_GIVEN_LENGTH);
#define RT_EMBED_KIND(upper, name) PRINT_CONSTANT(EMBED_##upper);
#include "embed/kinds.def"
  PRINT_CONSTANT(PAGE_VISIBLE);
  PRINT_CONSTANT(PAGE_HIDDEN);
  PRINT_CONSTANT(PAGE_PRERENDERED);
  PRINT_CONSTANT(CLOSE_BUTTON);
  PRINT_CONSTANT(CLOSE_ESCAPE);
  PRINT_CONSTANT(CLOSE_BACKDROP);
  PRINT_CONSTANT(CLOSE_API);
  PRINT_CONSTANT(REFUSAL_BUSY);
  PRINT_CONSTANT(REFUSAL_FAILED);
  PRINT_CONSTANT(HTTP_GET);
  PRINT_CONSTANT(HTTP_POST);
  PRINT_CONSTANT(LOG_DEBUG);
  PRINT_CONSTANT(LOG_WARNING);
  PRINT_CONSTANT(LOG_ERROR);
#define RT_ROLE(upper, lower) PRINT_CONSTANT(ROLE_##upper);
#include "surface/roles.def"
#undef RT_ROLE
#define RT_LOOK_NUMBER(upper, lower) PRINT_CONSTANT(LOOK_##upper);
#include "surface/look.def"
#undef RT_LOOK_NUMBER
  PRINT_CONSTANT(LOOK_COUNT);
}

// What the page says by itself. Each a name of its own, so that a bundle holds those it uses.
static void print_diagnostics(FILE *out) {
#define RT_PAGE_DIAGNOSTIC(upper, code, level, sentence, ...) \
  fprintf(out, "export const DIAGNOSTIC_%s = ['%s', %d, \"%s\"];\n", #upper, code, RT_LOG_##level, sentence);
#include "embed/diagnostics.def"
}

static void print_brands(FILE *out) {
  fputs(
      "// Of each brand: its number, its slug, and its names for the session's global, the script object and the "
      "root.\n",
      out);
  fputs("export const brandRows = [\n", out);
  for (rt_brand_id i = 0; i < RT_BRAND_COUNT; i++) {
    const rt_brand_page *page = rt_brand_page_of(i);
    fprintf(out, "  [%d, '%s', '%s', '%s', '%s'],\n", (int)i, rt_brand_of(i)->slug, page->session_global,
            page->script_object, page->root_id);
  }
  fputs("];\n", out);
}

static void print_constants_mjs(FILE *out) {
  fputs(
      "// constants.mjs: the core's names and numbers; generated by: build/dev/bin/constants\n"
      "// A name's place in its list is its number at the border.\n// SPDX-License-Identifier: MIT\n\n",
      out);
  fprintf(out, "export const version = '%s';\n", rt_version());
  const char *slugs[RT_BRAND_COUNT];
  for (rt_brand_id i = 0; i < RT_BRAND_COUNT; i++) slugs[i] = rt_brand_of(i)->slug;
  print_names(out, "brands", slugs, RT_BRAND_COUNT);
  print_brands(out);
  print_names(out, "attributes", attributes, COUNT(attributes));
  fputs("\n// Kinds: name, which of the numbers it carries, which of the texts (one bit each, the first is bit 0).\n",
        out);
  print_names(out, "eventNumbers", event_numbers, COUNT(event_numbers));
  print_names(out, "eventTexts", event_texts, COUNT(event_texts));
  print_kinds(out, "events", events, COUNT(events));
  print_names(out, "commandNumbers", command_numbers, COUNT(command_numbers));
  print_names(out, "commandTexts", command_texts, COUNT(command_texts));
  print_kinds(out, "commands", commands, COUNT(commands));
  fputs("\n// Nodes of a surface.\n", out);
  print_names(out, "nodeNumbers", node_numbers, COUNT(node_numbers));
  print_names(out, "nodeTexts", node_texts, COUNT(node_texts));
  fputs("\n// Values of fields, and limits.\n", out);
  print_values(out);
  fputs("\n// Diagnostics of the page itself: code, level, sentence with a place for the detail.\n", out);
  print_diagnostics(out);
}

// ---------------------------------------------------------------- colours

typedef struct {
  const char *name;
  unsigned light, dark;
} colour;
#define RT_COLOUR(upper, lower, light, dark) {#lower, light, dark},
static const colour colours[] = {
#include "surface/palette.def"
};

// #14171c, and what has every digit twice as #fff.
static void print_colour(FILE *out, unsigned rgb) {
  const unsigned short_form = (rgb >> 16 & 15) << 8 | (rgb >> 8 & 15) << 4 | (rgb & 15);
  const unsigned doubled = (short_form >> 8) * 0x110000 | (short_form >> 4 & 15) * 0x1100 | (short_form & 15) * 0x11;
  if (rgb == doubled) {
    fprintf(out, "#%03x", short_form);
  } else {
    fprintf(out, "#%06x", rgb);
  }
}

// The properties inside a rule; of the dark ones those that differ.
static void print_theme(FILE *out, const char *indent, bool is_dark) {
  for (size_t i = 0; i < COUNT(colours); i++) {
    if (is_dark && colours[i].dark == colours[i].light) continue;
    fprintf(out, "%s--", indent);
    for (const char *at = colours[i].name; *at; at++) fputc(*at == '_' ? '-' : *at, out);
    fputs(": ", out);
    print_colour(out, is_dark ? colours[i].dark : colours[i].light);
    fputs(";\n", out);
  }
}

// The dark theme stands there twice; compressed, the second time costs a few bytes, and no browser is too old for it.
static void print_palette_css(FILE *out) {
  fputs(
      "/* palette.css: the colours of core/surface/palette.def; generated by: build/dev/bin/constants palette */\n"
      "/* theme0 follows the visitor's preference, theme1 is light, theme2 dark (rt_theme); on paper all are light.\n"
      "   SPDX-License-Identifier: MIT */\n"
      "[dir] {\n  color-scheme: light;\n",
      out);
  print_theme(out, "  ", false);
  fputs("}\n@media screen {\n  .theme2 {\n    color-scheme: dark;\n", out);
  print_theme(out, "    ", true);
  fputs("  }\n}\n@media screen and (prefers-color-scheme: dark) {\n  .theme0 {\n    color-scheme: dark;\n", out);
  print_theme(out, "    ", true);
  fputs("  }\n}\n", out);
#define RT_BACKDROP(colour, alpha) fprintf(out, "::backdrop {\n  background: #%06x%02x;\n}\n", colour, alpha);
#include "surface/palette.def"
}

// ---------------------------------------------------------------- files

int main(int count, char **arguments) {
  const bool is_palette = count > 1 && strcmp(arguments[1], "palette") == 0;
  const char *file = is_palette ? RT_SOURCE_DIR "/web/effects/palette.css" : RT_SOURCE_DIR "/wasm-glue/constants.mjs";
  void (*print)(FILE *) = is_palette ? print_palette_css : print_constants_mjs;
  const int rest = is_palette ? 2 : 1;
  if (count == rest + 1 && strcmp(arguments[rest], "--print") == 0) {
    print(stdout);
    return fflush(stdout) == 0 ? 0 : 1;
  }
  FILE *out = count == rest ? fopen(file, "w") : NULL;
  if (out == NULL) {
    fprintf(stderr, "constants: cannot write %s (usage: constants [palette] [--print])\n", file);
    return 1;
  }
  print(out);
  return fclose(out) == 0 ? 0 : 1;
}
