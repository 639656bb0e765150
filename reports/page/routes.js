// @ts-check
// The part of the address behind "#": which counterexample, at which step. `#ce=ID&step=4`.

/**
 * @typedef {{story: string | null, step: number | null}} Route `step` counts from 1
 */

/**
 * Whatever cannot be understood is as if it were not there.
 * @param {string} hash
 * @returns {Route}
 */
export function parseRoute(hash) {
  /** @type {Route} */
  const route = {story: null, step: null};
  for (const part of hash.replace(/^#/, '').split('&')) {
    const [key, value = ''] = part.split('=');
    if (key === 'ce') {
      try {
        route.story = decodeURIComponent(value);
      } catch {
        // A "%" that begins no code.
      }
    }
    if (key === 'step' && /^[1-9][0-9]{0,3}$/.test(value)) route.step = Number(value);
  }
  return route;
}

/**
 * @param {Route} route
 */
export function formatRoute({story, step}) {
  if (story === null) return '#';
  return `#ce=${encodeURIComponent(story)}` + (step === null ? '' : `&step=${step}`);
}
