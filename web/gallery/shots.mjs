// shots.mjs: which pictures the gallery holds: every state, viewport, theme and direction, though not each with each, and
// the section in every width.
// Knows how a picture is asked for, not how it is taken.
// SPDX-License-Identifier: MIT
import { contents } from './contents.mjs';

// The viewports, in CSS pixels.
const watch = [240, 320];
const smallPhone = [320, 568];
const phone = [390, 844];
const landscape = [844, 390];
const tablet = [768, 1024];
const laptop = [1280, 800];
const desktop = [1920, 1080];
const wall = [3840, 2160];
const all = [watch, smallPhone, phone, landscape, tablet, laptop, desktop, wall];

const notchUpright = { top: 47, bottom: 34 };
const notchAside = { left: 47, right: 47, bottom: 21 };

// One picture. `content`: a name in contents.mjs. Further settings: `scheme` of the visitor's system, `accent` of the site,
// `fontPx` the visitor's default size of text, `zoom` of the browser (the viewport is what is left), `insets` of a screen
// with a notch, `isSection`: inside the page, not over it, `isForced` colours, `motion`, `isPrint`, `isAtEnd` scrolled down, `hover` or `focus` of an element
// and `at` a moment of the entrance in milliseconds.
const shot = (group, content, viewport, settings = {}) => ({ group, content, viewport, scheme: 'light', ...settings });
const dark = { scheme: 'dark' };
const inside = (content, viewport, settings) => shot('Section', content, viewport, { isSection: true, ...settings });

const shots = [
  ...all.map((viewport) => shot('Screens', 'five', viewport)),
  ...[smallPhone, phone, laptop, desktop].map((viewport) => shot('Screens', 'five', viewport, dark)),

  ...['one', 'two', 'three', 'five plain', 'twelve'].flatMap((content) => [shot('Number of cards', content, laptop), shot('Number of cards', content, phone)]),
  shot('Number of cards', 'one plain', laptop, dark),
  shot('Number of cards', 'one', wall),
  shot('Number of cards', 'one', watch),
  shot('Number of cards', 'two', landscape),
  shot('Number of cards', 'three', tablet),
  shot('Number of cards', 'twelve', wall, dark),
  shot('Number of cards', 'twelve', desktop),
  shot('Number of cards', 'twelve', phone, { isAtEnd: true }),
  shot('Number of cards', 'twelve', laptop, { isAtEnd: true, ...dark }),
  shot('Number of cards', 'twelve', watch, { isAtEnd: true }),

  ...['no pictures', 'broken pictures'].flatMap((content) => [shot('Pictures', content, laptop), shot('Pictures', content, laptop, dark), shot('Pictures', content, phone)]),

  ...[laptop, phone, watch, landscape].map((viewport) => shot('Long words', 'long words', viewport)),
  shot('Long words', 'long words', smallPhone, { isAtEnd: true, ...dark }),

  ...['Japanese', 'Chinese', 'Korean'].flatMap((content) => [shot('Chinese, Japanese, Korean', content, laptop), shot('Chinese, Japanese, Korean', content, phone)]),
  shot('Chinese, Japanese, Korean', 'Japanese', smallPhone, dark),

  ...[laptop, tablet, phone, smallPhone, landscape].map((viewport) => shot('From right to left', 'Arabic', viewport)),
  shot('From right to left', 'Arabic', phone, { isAtEnd: true, ...dark }),
  shot('From right to left', 'Hebrew', laptop, dark),
  shot('From right to left', 'Hebrew', phone),
  shot('From right to left', 'Hebrew', watch),

  shot('Emoji', 'emoji', laptop),
  shot('Emoji', 'emoji', phone, dark),

  ...[[laptop, 20], [laptop, 32], [phone, 32], [smallPhone, 24], [wall, 32]].map(([viewport, fontPx]) => shot('Larger text', 'five', viewport, { fontPx })),
  shot('Larger text', 'Arabic', laptop, { fontPx: 32, ...dark }),
  shot('Larger text', 'long words', phone, { fontPx: 32, isAtEnd: true }),

  shot('Zoom', 'five', [640, 400], { zoom: 2 }),
  shot('Zoom', 'five', [320, 256], { zoom: 4 }),
  shot('Zoom', 'five', [320, 256], { zoom: 4, isAtEnd: true }),
  shot('Zoom', 'Arabic', [320, 256], { zoom: 4, isAtEnd: true, ...dark }),
  shot('Zoom', 'long words', [320, 256], { zoom: 4, isAtEnd: true }),

  ...[[phone, notchUpright], [landscape, notchAside]].flatMap(([viewport, insets]) => [
    shot('Notch and home bar', 'five', viewport, { insets }),
    shot('Notch and home bar', 'five', viewport, { insets, isAtEnd: true, ...dark }),
  ]),
  shot('Notch and home bar', 'two', phone, { insets: notchUpright }),
  shot('Notch and home bar', 'Arabic', landscape, { insets: { left: 47, bottom: 21 } }),

  shot('Accent', 'three', laptop, { accent: '#ffd400' }),
  shot('Accent', 'three', laptop, { accent: '#ffd400', ...dark }),
  shot('Accent', 'three', phone, { accent: '#0b6e4f' }),
  shot('Accent', 'three', phone, { accent: '#111111', ...dark }),

  shot('Pointer and keyboard', 'three', laptop, { hover: 'li a' }),
  shot('Pointer and keyboard', 'three', laptop, { hover: 'li a', ...dark }),
  shot('Pointer and keyboard', 'three', laptop, { focus: 'li a' }),
  shot('Pointer and keyboard', 'three', laptop, { focus: 'li a', ...dark }),
  shot('Pointer and keyboard', 'five', laptop, { focus: 'button' }),
  shot('Pointer and keyboard', 'five', phone, { focus: 'section > a' }),
  shot('Pointer and keyboard', 'five', laptop, { hover: 'button' }),

  shot('Forced colours', 'three', laptop, { isForced: true }),
  shot('Forced colours', 'no pictures', laptop, { isForced: true, ...dark }),
  shot('Forced colours', 'five', phone, { isForced: true, ...dark, focus: 'li a' }),

  ...[0, 80, 160].map((at) => shot('Entrance', 'three', laptop, { motion: 'no-preference', at })),
  shot('Entrance', 'three', laptop, { motion: 'reduce', at: 0 }),

  shot('Paper', 'twelve', [718, 1000], { isPrint: true }),
  shot('Paper', 'Arabic', [718, 1000], { isPrint: true, ...dark }),

  ...[[352, 1200], [512, 1200], [800, 1200], [1232, 800]].flatMap((viewport) => [inside('five', viewport), inside('five', viewport, dark)]),
  ...[[352, 1200], [800, 1200], [1232, 800]].map((viewport) => inside('Arabic', viewport)),
  ...['one', 'two', 'no pictures', 'broken pictures', 'long words', 'Japanese'].map((content) => inside(content, [1232, 800])),
  ...['one', 'two', 'long words'].map((content) => inside(content, phone)),
  inside('long words', [272, 1600]),
  inside('Hebrew', phone, dark),
  inside('five', [800, 1200], { fontPx: 32 }),
  inside('three', [800, 1200], { accent: '#ffd400', ...dark }),
  inside('three', [1232, 800], { hover: 'li a' }),
  inside('three', [1232, 800], { focus: 'li a', ...dark }),
  inside('five', phone, { focus: 'section > a' }),
  inside('three', [1232, 800], { isForced: true }),
  inside('five', [718, 1000], { isPrint: true, ...dark }),
];

const directionOf = ({ language }) => (language === 'ar' || language === 'he' ? 'right to left' : 'left to right');

function captionOf({ content, viewport, scheme, ...settings }) {
  const words = [content, viewport.join('×'), scheme];
  if (settings.isSection) words.push('section');
  if (settings.zoom) words.push(`zoom ${settings.zoom * 100} %`);
  if (settings.fontPx) words.push(`text ${(settings.fontPx / 16) * 100} %`);
  if (settings.accent) words.push(`accent ${settings.accent}`);
  if (settings.insets) words.push(`insets ${Object.entries(settings.insets).map(([side, length]) => `${side} ${length}`).join(', ')}`);
  if (settings.hover) words.push(`pointer on ${settings.hover}`);
  if (settings.focus) words.push(`focus on ${settings.focus}`);
  if (settings.isForced) words.push('forced colours');
  if (settings.motion) words.push(settings.motion === 'reduce' ? 'reduced motion' : 'motion');
  if (settings.at !== undefined) words.push(`after ${settings.at} ms`);
  if (settings.isPrint) words.push('print');
  if (settings.isAtEnd) words.push('scrolled to the end');
  return words.join(' · ');
}

// All of them in the order to show them: what `shot` makes, with `name` of its file, `caption` and `direction`.
export const allShots = shots.map((one) => {
  const caption = captionOf(one);
  const name = caption.toLowerCase().replace(/×/g, 'x').replace(/[^a-z0-9]+/g, '-').replace(/-$/, '');
  return { ...one, caption, name, direction: directionOf(contents[one.content]) };
});
