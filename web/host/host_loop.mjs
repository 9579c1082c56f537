// host_loop.mjs: take an event, step, carry out each command, sleep until wake_at. Nothing else.
// Decides nothing: what an event means is the core's business, how a command is carried out that of the effects.
// native-harness/host/host_loop.c has the same shape, line for line.
// SPDX-License-Identifier: MIT

// `core`: see wasm-glue/core_client.mjs. `clock`: {now(), sleepUntil(at)}, which feeds {kind: 'woke'} when the time has
// come. `perform`: a function for each kind of command, called with the command and the core. `onEnd(error)` is called
// once, when the embed is over: without an error after the event `ended`, with one after a trap of the core or an effect
// that threw. From then on events change nothing.
export function createHostLoop(core, clock, perform, onEnd) {
  const queue = []; // events that arrived while another was being carried out, oldest first
  let isRunning = false;
  let isOver = false;

  function takeOne(event) {
    core.step(event, clock.now());
    for (let command; (command = core.nextCommand()); ) perform[command.kind](command, core);
    if (event.kind === 'ended') end();
  }

  function end(error) {
    isOver = true;
    onEnd(error);
  }

  // Feeds an event. May be called from anywhere, also by an effect that has its answer at once: that event waits until
  // the commands before it are carried out.
  return function feed(event) {
    queue.push(event);
    if (isRunning) return;
    isRunning = true;
    try {
      while (!isOver && queue.length > 0) takeOne(queue.shift());
      if (!isOver) clock.sleepUntil(core.wakeAt());
    } catch (error) {
      end(error);
    }
    queue.length = 0;
    isRunning = false;
  };
}
