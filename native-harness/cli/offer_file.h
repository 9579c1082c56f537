// offer_file.h: offers as JSON, checked member by member.
// SPDX-License-Identifier: MIT
#ifndef RT_CLI_OFFER_FILE_H
#define RT_CLI_OFFER_FILE_H

#include "codec/json.h"
#include "server/admin.h"

// Reads one offer; its id, if it has one, is passed over. Slices of `offer` are the parsed text's, and offer->offer.rates
// points at offer->rates. False: `why` names the member that is wrong.
bool rt_offer_from_json(rt_json object, rt_new_offer *offer, rt_sentence *why);

#endif
