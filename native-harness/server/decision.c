// decision.c: is this visitor served the product or offers?
// The geo rule decides, by where the visitor is; every page view gets a request of its own, allowed or not.
// SPDX-License-Identifier: MIT
#include "server/call.h"

void rt_call_decision(rt_call *call) {
  const rt_http_request *request = call->request;
  rt_location location;
  rt_bytes mode;
  if (!rt_call_admit(call, RT_ADMIT_WITHOUT_ORIGIN)) return;
  if (!rt_call_parameter(call, RT_NAME_MODE, &mode) || !rt_call_location(call, &location)) return;
  if (mode.data != NULL && !rt_bytes_equal(mode, RT_BYTES("section"))) {
    rt_call_refuse(call, 400, RT_CODE_BAD_REQUEST, RT_BYTES("\"mode\" is \"section\" or left out."));
    return;
  }
  const rt_geo_verdict verdict = rt_geo_rule_decide(&call->website->geo_rule, &location);
  const rt_request wanted = {.website = call->website->number,
                             .created_at = request->wall,
                             .location = location,
                             .is_allowed = verdict.is_allowed,
                             .is_test = rt_call_is_development(call)};
  rt_request_entry *made = rt_service_new_request(call->service, &wanted, request->now);
  if (made == NULL) {
    rt_call_refuse(call, 503, RT_CODE_UNAVAILABLE, RT_BYTES("No room for another request; try again in two seconds."));
    return;
  }
  const rt_change change = {.kind = RT_CHANGE_REQUEST, .at = request->wall, .as.request = made->kept};
  if (!rt_call_keep(call, &change, 1, &made->batch)) {
    rt_table_remove(call->service->requests, &change.as.request.id);
    return;
  }
  const rt_id_text id = rt_id_to_text(RT_ID_REQUEST, &made->kept.id);
  const rt_api_decision answer = {
      .is_allowed = verdict.is_allowed,
      .request_id = rt_bytes_of(id.text),
      .location = &location,
      .support = {call->website->support_label, call->website->support_url},
  };
  rt_writer body = rt_call_begin(call);
  rt_api_write_decision(&body, &answer);
  rt_call_respond_json(call, &body);
  rt_call_hold(call, made->batch);
}
