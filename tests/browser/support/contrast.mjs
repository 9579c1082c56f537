// contrast.mjs: how well words and edges of the overlay stand out, by WCAG 2.2's formula on the colours that are computed.
// Runs in the page; knows no theme, so it holds in each.
// SPDX-License-Identifier: MIT

// Goes to the page as text, so it needs nothing from out here. Returns, for what `names` selects and has words of its own or
// is drawn by its colour, { name, contrast } of the words on what is behind them, and for the focused element, if any,
// `ring`: { width, contrast } of its outline on what is behind the element.
export function contrastsIn(root, names) {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = ([r, g, b, alpha = 1], opacity, below) => [r, g, b].map((value, i) => below[i] + (value - below[i]) * alpha * opacity);
  const behind = (element) => {
    if (!element) throw new Error('nothing opaque is behind it');
    const colour = numbers(getComputedStyle(element).backgroundColor);
    return (colour[3] ?? 1) === 1 ? colour : over(colour, 1, behind(element.parentElement));
  };
  const ratio = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const words = [...root.querySelectorAll(names)].filter((element) => !element.querySelector('img')).map((element) => {
    const { color, opacity } = getComputedStyle(element);
    const below = behind(element);
    return { name: element.localName, contrast: ratio(over(numbers(color), Number(opacity), below), below) };
  });
  const focused = root.activeElement;
  if (!focused || focused.localName === 'dialog') return { words, ring: null };
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(focused);
  const around = behind(focused.parentElement);
  const width = outlineStyle === 'none' ? 0 : parseFloat(outlineWidth);
  return { words, ring: { width, contrast: ratio(over(numbers(outlineColor), 1, around), around) } };
}
