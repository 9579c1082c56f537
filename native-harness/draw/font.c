// font.c: numbers of Noto Sans, as measureText of web/effects/text_metrics.mjs finds them; a browser test measures again.
// SPDX-License-Identifier: MIT
#include "draw/font.h"

// Of the font size, from its table hhea.
enum { ASCENT_PERMILLE = 1069, DESCENT_PERMILLE = 293 };

rt_bytes rt_font_widths(rt_font_weight weight) {
  static const rt_bytes normal = RT_BYTES_INIT(
      "260 269 408 646 572 831 732 225 300 300 551 572 268 322 268 372 572 572 572 572 572 572 572 572 572 572 268 268 "
      "572 572 572 434 899 639 650 632 730 556 519 728 741 339 273 619 524 907 760 781 605 781 622 549 556 731 600 930 "
      "586 566 572 329 372 329 572 444 281 561 615 480 615 564 344 615 618 258 258 534 258 935 618 605 615 615 413 479 "
      "361 618 508 786 529 510 470 380 551 380 572");
  static const rt_bytes bold = RT_BYTES_INIT(
      "260 286 472 646 572 901 750 266 339 339 545 572 285 322 285 413 572 572 572 572 572 572 572 572 572 572 285 285 "
      "572 572 572 477 897 690 672 637 740 560 549 724 765 389 331 664 565 943 813 796 628 796 660 551 579 756 650 967 "
      "667 624 579 331 413 331 572 411 362 604 633 514 633 591 387 633 657 305 305 620 305 982 657 619 633 633 454 497 "
      "434 657 569 856 578 569 488 394 551 394 572");
  return weight == RT_WEIGHT_BOLD ? bold : normal;
}

int32_t rt_font_baseline(int32_t font_px, int32_t leading_px) {
  const int32_t ascent = (font_px * ASCENT_PERMILLE + 500) / 1000;
  const int32_t descent = (font_px * DESCENT_PERMILLE + 500) / 1000;
  const int32_t around = leading_px - ascent - descent;
  return ascent + (around >= 0 ? around / 2 : -((1 - around) / 2));
}
