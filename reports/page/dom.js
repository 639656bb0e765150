// @ts-check
// Elements made by name. Whatever comes from a scenario or a history becomes a text node or an attribute's
// value, never markup.

/**
 * @typedef {string | number | Node | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes
 */

const svgSpace = 'http://www.w3.org/2000/svg';

/**
 * @template {Element} T
 * @param {T} element
 * @param {Attributes} attributes `onclick` and its like take functions; null, undefined and false are left out
 * @param {Child[]} children
 * @returns {T}
 */
function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === 'number' ? String(child) : child);
  }
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 */
export function html(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(/** @type {SVGElementTagNameMap[T]} */ (document.createElementNS(svgSpace, tag)),
      attributes, children);
}

/**
 * A name that somebody chose: its writing direction stays its own, and a long one breaks after "_" and "/".
 * @param {string} text
 * @param {string} [kind] a class beside
 */
export function name(text, kind = '') {
  const parts = text.split(/(?<=[_/])/).flatMap((part, i) => (i === 0 ? [part] : [html('wbr'), part]));
  return html('bdi', {class: `name ${kind}`.trim()}, ...parts);
}
