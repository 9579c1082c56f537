// start_embed.mjs: puts one embed on a page: its script element, its core, the effects around it, and the loop.
// Knows which parts there are; what they do is theirs. Whatever goes wrong in here, the page does not notice.
// SPDX-License-Identifier: MIT
import {
  CLOSE_API,
  DIAGNOSTIC_DUPLICATE_SCRIPT,
  DIAGNOSTIC_INTERNAL_ERROR,
  DIAGNOSTIC_TRACE_UNAVAILABLE,
  DIAGNOSTIC_WASM_UNAVAILABLE,
  LOG_ERROR,
  openCore,
  version,
} from '../../wasm-glue/core_client.mjs';
import { createClock } from '../effects/clock.mjs';
import { createHttp } from '../effects/http.mjs';
import { createLog } from '../effects/log.mjs';
import { createPageContract, isDuplicate } from '../effects/page_contract.mjs';
import { createPageState } from '../effects/page_state.mjs';
import { claimScriptTag } from '../effects/script_tag.mjs';
import { createHostLoop } from './host_loop.mjs';

// The bytes that build.mjs put into a string. Browsers since 2025 do it by themselves, by way of base64; one by one these
// are more than a tenth of all script before a session is asked for.
const bytesOf = (text) => Uint8Array.fromBase64?.(btoa(text)) ?? Uint8Array.from(text, (character) => character.charCodeAt());

// `page`: the window. `brand`: its row of `brandRows`. `embed`: its file's name without ".js". `kind`: its number in the core.
// `binary`: core.wasm, a string with one character per byte. `javascript`: the file beside the script that holds the same
// core as JavaScript. `createSurfaceEffect`: draws what this kind of embed shows.
export function startEmbed({ page, brand, embed, kind, binary, javascript, createSurfaceEffect }) {
  const [number, slug, sessionGlobal, scriptObject, rootId] = brand;
  const names = { sessionGlobal, scriptObject };
  const { document } = page;
  const script = claimScriptTag(document, embed);
  const attribute = (name) => (script ? script.getAttribute(name) : null);
  const log = createLog(page, slug).perform.log;

  // What the core cannot say, because it is not there: not yet, or no more.
  function say([code, level, sentence], detail) {
    const message = sentence.replace('{}', () => detail);
    if (attribute('data-comments') !== 'false') log({ level, code, message });
    if (level === LOG_ERROR) page.dispatchEvent(new page.CustomEvent(`${slug}:error`, { __proto__: null, detail: { code, message } }));
  }

  // The core trapped, or an effect met a page it cannot work with.
  function stop(error) {
    say(DIAGNOSTIC_INTERNAL_ERROR, error);
  }

  // `border`: of a fresh core. `engine`: what runs it. `tape`: records what crosses the border; undefined without
  // data-debug.
  function run(border, engine, tape) {
    const { performance, crypto, location, navigator } = page;
    const config = {
      brand: number,
      kind,
      seed: crypto.getRandomValues(new Uint32Array(2)),
      pageHost: location.hostname,
      pageLanguage: document.documentElement.lang || navigator.language || '',
      attribute,
    };
    const core = openCore(tape ? tape.watch(border) : border, config);
    const instance = {
      version,
      engine,
      embed,
      script,
      sessionId: null,
      instances: null,
      get state() {
        return core.state();
      },
      close: () => feed({ kind: 'dismissed', reason: CLOSE_API }),
      destroy() {
        feed({ kind: 'ended' });
        contract.destroy();
      },
    };
    if (tape) tape.join(instance, say);
    if (isDuplicate(page, names, instance)) {
      return say(DIAGNOSTIC_DUPLICATE_SCRIPT, embed);
    }

    let loop;
    const feed = (event) => loop(event);
    const clock = createClock(page, feed);
    const http = createHttp(page, feed);
    const pageState = createPageState(page, feed);
    const surface = createSurfaceEffect(page, rootId, feed);
    const contract = createPageContract(page, names, instance);
    const perform = { log, ...http.perform, ...surface.perform, ...contract.perform };
    loop = createHostLoop(core, clock, perform, (error) => {
      for (const effect of [clock, http, pageState, surface]) effect.destroy();
      if (!error) return contract.destroy();
      stop(error);
    });
    pageState.start();
    feed({ kind: 'started' });
  }

  // Loads a file that stands beside this one: `file` is './' and its name. A script of another origin may not know its own
  // address, and fails without asking for anything. Then it is the element's, which a <base> behind it does not bend: it
  // names its origin.
  const load = (file) => import(file).catch(() => import(new page.URL(file, script.src)));

  // Compiling at once lets a synchronous tag ask for its session before the page is parsed. It throws without WebAssembly
  // (old devices, a browser's lockdown), where the page's policy forbids it, and in Chromium before 114, which compiles no
  // more than 4 kB like that. One try only: the browser reports a refused one as a violation of the policy, and tells a
  // script in no other way, so a page that wants none says data-engine="javascript".
  async function start(tape) {
    let border;
    let engine = 'javascript';
    try {
      if (attribute('data-engine') !== engine) {
        border = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(binary))).exports;
        engine = 'wasm';
      }
    } catch {}
    try {
      border ||= (await load(`./${javascript}`)).default();
    } catch (error) {
      return say(DIAGNOSTIC_WASM_UNAVAILABLE, `${javascript} (${error})`);
    }
    try {
      run(border, engine, tape);
    } catch (error) {
      stop(error);
    }
  }

  // The recorder of tapes is a file of its own, which only pages with data-debug load. The embed waits for it: what came
  // before would be missing on every tape.
  const loadTrace = async () => (await load('./trace.js')).default(version);
  const doWithout = (error) => {
    say(DIAGNOSTIC_TRACE_UNAVAILABLE, error);
    start();
  };
  if (/^false$/i.test(attribute('data-debug') ?? 'false')) start();
  else loadTrace().then(start, doWithout);
}
