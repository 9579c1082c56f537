// processes.mjs: programs that print their address first, started and stopped for certain.
// Used by the demo, the browser tests and the bench; knows nothing of what the programs do.
// SPDX-License-Identifier: MIT

import { spawn } from 'node:child_process';
import { once } from 'node:events';

// What runs ends with us, also when nobody is left to stop it.
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const startLimitMillis = 15_000; // A debug build under sanitizers starts in about a second.
const stopLimitMillis = 5_000; // Then it is killed.

// Starts `command` and waits for a line on its standard output that holds a base URL. Options: `env`, and `onOutput(text)`,
// which hears what the program prints after that line and all that it prints to standard error.
// Returns { url, output(), stop() }. Throws a sentence with what the program said if it ends or stays silent.
export async function startProgram(name, command, options = {}) {
  const { env = process.env, onOutput } = options;
  const child = spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const heard = [];
  let isStarted = false;
  const firstUrl = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} printed no address within ${startLimitMillis / 1000} s`)), startLimitMillis);
    const settle = (action, value) => {
      clearTimeout(timer);
      action(value);
    };
    child.stdout.on('data', (chunk) => {
      if (isStarted) return onOutput?.(chunk.toString('utf8'));
      heard.push(chunk);
      const match = /https?:\/\/\S+/.exec(Buffer.concat(heard).toString('utf8').split('\n').slice(0, -1).join('\n'));
      if (!match) return;
      isStarted = true;
      settle(resolve, match[0].replace(/[/.,]+$/, ''));
    });
    child.stderr.on('data', (chunk) => {
      heard.push(chunk);
      onOutput?.(chunk.toString('utf8'));
    });
    child.once('error', (error) => settle(reject, new Error(`${name} cannot be started: ${error.message}`)));
    child.once('close', (code, signal) => settle(reject, new Error(`${name} ended (${signal ?? code})`)));
  });
  const output = () => Buffer.concat(heard).toString('utf8').trim();
  const stop = () => stopChild(child);
  try {
    return { url: await firstUrl, output, stop, child };
  } catch (error) {
    await stop();
    throw new Error(output() ? `${name}: ${output()}` : error.message);
  }
}

async function stopChild(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMillis);
  await ended;
  clearTimeout(timer);
}

// Runs `command` to its end and returns its standard output. Throws a sentence with its standard error otherwise.
export async function runProgram(name, command, options = {}) {
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env: options.env ?? process.env });
  const output = [];
  const errors = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => errors.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${name} cannot be started: ${error.message}`)));
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${name} failed (${code}): ${Buffer.concat([...errors, ...output]).toString('utf8').trim()}`);
  return Buffer.concat(output).toString('utf8');
}

// A stack of things to undo: stopAll() runs them last in, first out, all of them even if one throws.
export function createCleanup() {
  const steps = [];
  return {
    add(step) {
      steps.push(step);
    },
    async stopAll() {
      const failures = [];
      while (steps.length > 0) {
        try {
          await steps.pop()();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
