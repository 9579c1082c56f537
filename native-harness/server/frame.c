// frame.c: the page that a website puts into an iframe where it may put no script, and the calls of that page.
// Such a page is of our own origin, which says nothing of whose visitor it shows offers to. So it may stand on the website's
// pages only, which the browser sees to, and calls under a path with a token that this server wrote into it. What is in
// the page does the rest: the same embed as everywhere, and frame.js, which tells the page around it how high to be.
// SPDX-License-Identifier: MIT
#include <string.h>

#include "codec/url.h"
#include "server/call.h"

// ---------------------------------------------------------------- the calls of the page

void rt_call_take_frame_token(rt_call *call) {
  const rt_bytes start = RT_BYTES(RT_API_FRAME "/");
  if (!rt_bytes_start_with(call->path, start)) return;
  const rt_bytes rest = rt_bytes_skip(call->path, start.length);
  const size_t slash = rt_bytes_find(rest, '/');
  call->frame_token = rt_bytes_take(rest, slash);
  call->path = rt_bytes_skip(rest, slash);
}

// Whether this is the origin by which browsers reach this server.
static bool is_own_origin(const rt_call *call, rt_bytes origin) {
  rt_url ours, theirs;
  return rt_url_parse(call->service->config.public_url, &ours) == RT_OK && rt_url_parse(origin, &theirs) == RT_OK &&
         theirs.rest.length == 0 && ours.is_https == theirs.is_https && ours.port == theirs.port &&
         rt_bytes_equal_ignoring_case(ours.host, theirs.host);
}

bool rt_call_classify_origin(rt_call *call, const rt_website *website) {
  const rt_http_request *request = call->request;
  rt_frame frame;
  call->origin = rt_origin_classify(website, request->origin);
  if (call->frame_token.data == NULL) return true;
  if (!rt_frame_token_read(call->frame_token, &call->service->keys, &website->website_key, &frame)) {
    rt_call_refuse(call, 403, RT_CODE_ORIGIN_NOT_ALLOWED,
                   RT_BYTES("The frame token in this address is not this website's, or was changed; load " RT_API_EMBED
                            " for one."));
    return false;
  }
  // A token from the future is one from before the clock was set right; it, too, is good for so long only.
  const int64_t age = request->wall.ms - frame.issued_at.ms;
  if (age >= RT_FRAME_LIFE.ms || age < -RT_FRAME_LIFE.ms) {
    rt_call_refuse(call, 403, RT_CODE_ORIGIN_NOT_ALLOWED,
                   RT_BYTES("The frame token has expired, two hours after the frame was loaded; load the page around "
                            "the frame again."));
    return false;
  }
  const bool is_own = call->origin == RT_ORIGIN_ABSENT || is_own_origin(call, request->origin);
  if (is_own) call->origin = frame.is_development ? RT_ORIGIN_DEVELOPMENT : RT_ORIGIN_REGISTERED;
  return true;
}

// ---------------------------------------------------------------- the page

// Parameters that become attributes of the script element. What they mean is the embed's to judge, as on any page.
static const struct {
  const char *name, *attribute;
  bool is_for_section, is_for_development;
} settings[] = {
    {RT_NAME_LANG, "data-lang", false, false},
    {"theme", "data-theme", false, false},
    {"accent", "data-accent", false, false},
    {"comments", "data-comments", false, false},
    {"debug", "data-debug", false, false},
    {"max-ads", "data-max-ads", true, false},
    {RT_NAME_DEV_COUNTRY, "data-dev-country", false, true},
    {RT_NAME_DEV_REGION, "data-dev-region", false, true},
};
enum { LANG, THEME, ACCENT, SETTINGS = sizeof settings / sizeof settings[0] };

// What the address asks for.
typedef struct {
  const char *brand;  // slug
  bool is_section, is_fixed, is_development;
  rt_bytes parents;             // origins of the pages that it may stand on
  rt_bytes settings[SETTINGS];  // empty: not given
} embed_page;

// A parameter that is one of two words; the usual one when it is missing. False: refused.
typedef struct {
  const char *name, *usual, *other;
} choice;
static bool read_choice(rt_call *call, const choice *words, bool *is_other) {
  rt_bytes value;
  char sentence[96];
  rt_writer detail = rt_writer_over(sentence, sizeof sentence);
  if (!rt_call_parameter(call, words->name, &value)) return false;
  *is_other = rt_bytes_equal(value, rt_bytes_of(words->other));
  if (*is_other || value.data == NULL || rt_bytes_equal(value, rt_bytes_of(words->usual))) return true;
  for (int i = 0; i < 3; i++) {
    rt_write_text(&detail, (const char *[]){"\"", "\" is \"", "\" or \""}[i]);
    rt_write_text(&detail, (const char *[]){words->name, words->usual, words->other}[i]);
  }
  rt_write_text(&detail, "\" or left out.");
  rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST, rt_written(&detail));
  return false;
}

static bool read_brand(rt_call *call, const char **slug) {
  rt_bytes name;
  rt_brand_id id = call->service->config.brand;
  if (!rt_call_parameter(call, "brand", &name)) return false;
  if (name.data != NULL && !rt_brand_find(name, &id)) {
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST,
                   RT_BYTES("\"brand\" is \"retarget\" or \"affilfinder\" or left out."));
    return false;
  }
  *slug = rt_brand_of(id)->slug;
  return true;
}

// Whether the page may be shown where it was asked for. Who does not say where that is cannot be a page under development,
// whose visits must not be billed: the browser keeps it from all but the registered domain.
static bool read_surroundings(rt_call *call, bool *is_development) {
  const rt_origin_class around = rt_referer_classify(call->website, call->request->referer);
  *is_development = around == RT_ORIGIN_DEVELOPMENT;
  if (rt_bytes_equal(call->request->destination, RT_BYTES("document"))) {
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST,
                   RT_BYTES("This address is for the src of an <iframe> on a page of the website; opened by itself it "
                            "shows nothing."));
    return false;
  }
  if (around != RT_ORIGIN_FOREIGN) return true;
  rt_call_refuse(call, 403, RT_CODE_ORIGIN_NOT_ALLOWED,
                 RT_BYTES("The page around this frame is not of the website's registered domain over https. For "
                          "development, register its origin with `retarget site set --dev-origin`."));
  return false;
}

// The origins of a website's pages, as both Content-Security-Policy and frame.js read them.
static rt_bytes parents_of(rt_call *call, bool is_development) {
  const rt_website *website = call->website;
  rt_writer list = rt_call_begin(call);
  rt_write_text(&list, "https://");
  rt_write_bytes(&list, website->domain);
  rt_write_text(&list, website->are_subdomains_allowed ? " https://*." : " https://www.");
  rt_write_bytes(&list, website->domain);
  for (size_t i = 0; is_development && i < website->dev_origin_count; i++) {
    rt_write_char(&list, ' ');
    rt_write_bytes(&list, website->dev_origins[i]);
  }
  return rt_arena_keep(call->arena, &list);
}

// False: refused.
static bool read_page(rt_call *call, embed_page *page) {
  const choice mode = {RT_NAME_MODE, "overlay", "section"}, height = {"height", "auto", "fixed"};
  *page = (embed_page){0};
  if (!read_choice(call, &mode, &page->is_section) || !read_choice(call, &height, &page->is_fixed) ||
      !read_brand(call, &page->brand) || !read_surroundings(call, &page->is_development)) {
    return false;
  }
  for (size_t i = 0; i < SETTINGS; i++) {
    if (settings[i].is_for_section && !page->is_section) continue;
    if (settings[i].is_for_development && !page->is_development) continue;
    if (!rt_call_parameter(call, settings[i].name, &page->settings[i])) return false;
  }
  page->parents = parents_of(call, page->is_development);
  return true;
}

static void write_attribute(rt_writer *body, const char *name, rt_bytes value) {
  if (rt_bytes_is_empty(value)) return;
  rt_write_char(body, ' ');
  rt_write_text(body, name);
  rt_write_text(body, "=\"");
  // In an address '#' has another meaning, so it may be left out of a colour.
  if (strcmp(name, settings[ACCENT].attribute) == 0 && value.data[0] != '#') rt_write_char(body, '#');
  rt_write_html(body, value);
  rt_write_char(body, '"');
}

// The address under which the page calls us; false: longer than an embed takes one.
static bool write_api(rt_writer *api, const rt_call *call, const embed_page *page) {
  const rt_frame frame = {call->request->wall, page->is_development};
  rt_write_bytes(api, call->service->config.public_url);
  rt_write_text(api, RT_API_FRAME "/");
  rt_write_frame_token(api, &call->service->keys, &call->website->website_key, &frame);
  return !api->is_overflowed;
}

static void write_page(rt_writer *body, const rt_call *call, const embed_page *page, rt_bytes api) {
  const rt_website *website = call->website;
  const rt_id_text public_key = rt_id_to_text(RT_ID_PUBLIC_KEY, &website->public_key);
  const rt_id_text website_key = rt_id_to_text(RT_ID_WEBSITE_KEY, &website->website_key);
  rt_write_text(body, "<!doctype html>\n<html");
  write_attribute(body, "lang", page->settings[LANG]);
  rt_write_text(body, ">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
  rt_write_text(body, "<title>Sponsored offers</title>\n<body>\n");
  if (page->is_section) rt_write_text(body, "<div id=\"offers\"></div>\n");
  // By relative addresses: they are our own origin's, whatever that is called.
  rt_write_text(body, "<script src=\"");
  rt_write_text(body, page->brand);
  rt_write_text(body, "/frame.js\"");
  write_attribute(body, "data-brand", rt_bytes_of(page->brand));
  write_attribute(body, "data-height", page->is_fixed ? RT_BYTES("fixed") : RT_BYTES_NONE);
  write_attribute(body, "data-parents", page->parents);
  write_attribute(body, settings[THEME].attribute, page->settings[THEME]);
  rt_write_text(body, "></script>\n<script src=\"");
  rt_write_text(body, page->brand);
  rt_write_text(body, page->is_section ? "/widget-section.js\"" : "/widget.js\"");
  write_attribute(body, "data-pub", rt_bytes_of(public_key.text));
  write_attribute(body, "data-website", rt_bytes_of(website_key.text));
  write_attribute(body, "data-api", api);
  write_attribute(body, "data-container", page->is_section ? RT_BYTES("offers") : RT_BYTES_NONE);
  // On a tunnel's host, too: what the server believes is in the token.
  write_attribute(body, "data-allow-localhost", page->is_development ? RT_BYTES("true") : RT_BYTES_NONE);
  for (size_t i = 0; i < SETTINGS; i++) write_attribute(body, settings[i].attribute, page->settings[i]);
  rt_write_text(body, "></script>\n</body>\n</html>\n");
}

// What the page may do: run our scripts, call us, show pictures, and stand on the website's pages. We are also called by
// name, for a sandbox whose page has no 'self': there, too, the embed can say why it is refused.
static const char *policy_of(rt_call *call, const embed_page *page) {
  rt_writer policy = rt_call_begin(call);
  rt_bytes origin = call->service->config.public_url;
  rt_url url;
  if (rt_url_parse(origin, &url) == RT_OK) origin = rt_bytes_take(origin, origin.length - url.rest.length);
  rt_write_text(&policy, "default-src 'none'; script-src 'self' ");
  rt_write_bytes(&policy, origin);
  rt_write_text(&policy, " 'wasm-unsafe-eval'; connect-src 'self' ");
  rt_write_bytes(&policy, origin);
  rt_write_text(&policy, call->service->config.is_development ? "; img-src https: http:" : "; img-src https:");
  rt_write_text(&policy, "; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types ");
  rt_write_text(&policy, "'none'; frame-ancestors ");
  rt_write_bytes(&policy, page->parents);
  rt_write_char(&policy, '\0');
  return rt_arena_keep(call->arena, &policy).data;
}

void rt_call_embed(rt_call *call) {
  embed_page page;
  char room[RT_MAX_API_BASE_LENGTH];
  rt_writer api = rt_writer_over(room, sizeof room);
  if (!rt_call_admit(call, RT_ADMIT_WITHOUT_ORIGIN) || !read_page(call, &page)) return;
  if (!write_api(&api, call, &page)) {
    rt_call_refuse(call, 500, RT_CODE_INTERNAL, RT_BYTES("The server's --public-url is too long for frames."));
    return;
  }
  const char *policy = policy_of(call, &page);
  rt_writer body = rt_call_begin(call);
  write_page(&body, call, &page, rt_written(&api));
  rt_call_respond_page(call, &body, policy);
  rt_call_header(call, "Referrer-Policy", "strict-origin");
}
