// webkit_session.mjs: one running WebKit: a screen of its own (Xvfb), a driver (WebKitWebDriver) and the MiniBrowser that
// the driver starts; a driver has one session at a time. Speaks plain WebDriver; knows no page.
// SPDX-License-Identifier: MIT

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../web/demo/eventually.mjs';

const startLimitMillis = 60_000; // All of it takes a second on a machine that has nothing else to do.
const scriptLimitMillis = 120_000; // Whatever a page is asked; a test has limits of its own.
const browser = findBrowser();

function findBrowser() {
  const places = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`);
  return places.find(existsSync) ?? 'MiniBrowser';
}

// The pointer of a screen rests in its middle, and without a window manager a window has the keyboard while the pointer is
// over it. So a window's first pixel stands there, where nothing of a page reacts.
const screen = { width: 1280, height: 800 };
export const place = { x: screen.width / 2, y: screen.height / 2 };

// The controls of the browser's window must not set a least width to the page in it.
const narrowControls = '* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px }';

// ---------------------------------------------------------------- processes that end with us

// Ends with this process, however that ends: the kernel sees to it (setpriv is part of every Debian).
const mortal = (...command) => ['--pdeathsig', 'KILL', '--', ...command];

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function start(packageName, command, environment, stdio) {
  const child = spawn('setpriv', mortal(...command), { env: environment, stdio });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const failed = new Promise((_, reject) => {
    child.once('error', (error) => reject(new Error(`setpriv (util-linux) cannot be started: ${error.message}`)));
    child.once('exit', (code) => reject(new Error(code === 127 ? `there is no ${command[0]}; install ${packageName}` : `${command[0]} ended with ${code}`)));
  });
  failed.catch(() => {}); // It is looked at while something starts; later it is our own doing.
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { child, failed, stop };
}

// The free display that Xvfb chose.
async function startScreen() {
  const command = ['Xvfb', '-displayfd', '3', '-screen', '0', `${screen.width}x${screen.height}x24`, '-nolisten', 'tcp'];
  const xvfb = start('xvfb', command, process.env, ['ignore', 'ignore', 'ignore', 'pipe']);
  const [number] = await Promise.race([once(xvfb.child.stdio[3], 'data'), xvfb.failed]);
  return { ...xvfb, display: `:${String(number).trim()}` };
}

// The port on 127.0.0.1 that process `pid` listens on, or undefined. The driver finds a free one and does not say which.
function portOf(pid) {
  const directory = `/proc/${pid}/fd`;
  const sockets = new Set();
  for (const name of readdirSync(directory)) {
    try {
      sockets.add(/^socket:\[(\d+)\]$/.exec(readlinkSync(`${directory}/${name}`))?.[1]);
    } catch {} // Closed in this moment.
  }
  for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === '0A' && local.startsWith('0100007F:') && sockets.has(inode)) return parseInt(local.slice(9), 16);
  }
  return undefined;
}

async function startDriver(environment) {
  const driver = start('webkit2gtk-driver', ['WebKitWebDriver', '--port=0'], environment, ['ignore', 'ignore', 'ignore']);
  const port = await Promise.race([eventually(() => portOf(driver.child.pid), 'WebKitWebDriver listens nowhere'), driver.failed]);
  return { ...driver, port };
}

// ---------------------------------------------------------------- the session

export class WebDriverError extends Error {
  constructor({ error, message }, path) {
    super(`${path.split('/').slice(3).join('/')}: ${message || error}`);
    this.code = error;
  }
}

function openLine(port) {
  const agent = new Agent({ keepAlive: true });
  const send = (method, path, body) =>
    new Promise((resolve, reject) => {
      const bytes = body === undefined ? '' : Buffer.from(JSON.stringify(body));
      const outgoing = request({ host: '127.0.0.1', port, method, path, agent, headers: { 'content-type': 'application/json', 'content-length': bytes.length } }, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => {
          const { value } = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
          if (answer.statusCode >= 400) reject(new WebDriverError(value ?? { error: `status ${answer.statusCode}` }, path));
          else resolve(value);
        });
        answer.on('error', reject);
      });
      outgoing.on('error', reject);
      outgoing.end(bytes);
    });
  return { send, close: () => agent.destroy() };
}

// What the desktop tells pages, as GTK keeps it. `settings`: { scheme: 'dark', motion: 'reduce', scrollBars: true }, each optional.
function writeSettings(directory, { motion, scrollBars }) {
  mkdirSync(join(directory, 'gtk-3.0'));
  const lines = [`gtk-enable-animations=${motion !== 'reduce'}`, `gtk-overlay-scrolling=${!scrollBars}`];
  writeFileSync(join(directory, 'gtk-3.0/settings.ini'), `[Settings]\n${lines.join('\n')}\n`);
  writeFileSync(join(directory, 'gtk-3.0/gtk.css'), narrowControls);
}

// Starts one. Its pages reach the network through the proxy on `proxyPort` only.
// Returns { command(method, path, body), opened(url?), handles(), use(handle), stop() }.
export async function startSession(settings, proxyPort) {
  const own = [];
  const stop = async () => {
    while (own.length > 0) await own.pop()();
  };
  try {
    const directory = mkdtempSync(join(tmpdir(), 'retarget-webkit-'));
    own.push(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })); // Its last helper may end after it.
    writeSettings(directory, settings);
    const xvfb = await startScreen();
    own.push(xvfb.stop);
    const environment = {
      ...process.env, DISPLAY: xvfb.display, GDK_BACKEND: 'x11', XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory, XDG_CACHE_HOME: directory,
      NO_AT_BRIDGE: '1', LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1', MESA_SHADER_CACHE_DISABLE: 'true', LC_ALL: 'C.UTF-8',
    };
    const driver = await startDriver(environment);
    own.push(driver.stop);
    const line = openLine(driver.port);
    own.push(line.close);
    const args = mortal(browser, '--automation', '--javascript-can-open-windows-automatically=true', ...(settings.scheme === 'dark' ? ['--dark-mode'] : []));
    const alwaysMatch = {
      browserName: 'MiniBrowser',
      timeouts: { script: scriptLimitMillis, pageLoad: scriptLimitMillis },
      'webkitgtk:browserOptions': { binary: '/usr/bin/setpriv', args },
      proxy: { proxyType: 'manual', httpProxy: `127.0.0.1:${proxyPort}` },
    };
    const timer = setTimeout(driver.stop, startLimitMillis);
    const { sessionId } = await Promise.race([line.send('POST', '/session', { capabilities: { alwaysMatch } }), driver.failed]).finally(() => clearTimeout(timer));
    const command = (method, path, body) => line.send(method, `/session/${sessionId}${path}`, body);
    own.push(() => command('DELETE', '').catch(() => {})); // Lets the browser end by itself; what is left is killed.
    return { command, stop };
  } catch (error) {
    await stop();
    throw new Error(`WebKit does not start (packages webkit2gtk-driver and xvfb): ${error.message}`);
  }
}
