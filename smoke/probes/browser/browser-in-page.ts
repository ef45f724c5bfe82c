// What runs within the page: as text, since it is the page's world and knows nothing of this one.

/** Elements that are no part of what a page shows, and that selectors find all the same. */
export const neverShown: string = 'script, style, meta, input[type=hidden]';

/**
 * The page as it is shown: what is not displayed, invisible, without opacity, size or place, or a comment is left out, and
 * fields hold what stands in them now. `unshown` is the rest, with the texts of elements that no page ever shows (scripts,
 * hidden inputs). It is made on a copy in a document without scripts, so the page notices nothing.
 */
export const shownPage: string = String.raw`(() => {
  const inert = document.implementation.createHTMLDocument('');
  const root = inert.importNode(document.documentElement, true);
  const originals = [document.documentElement, ...document.documentElement.querySelectorAll('*')];
  const copies = [root, ...root.querySelectorAll('*')];
  const never = '${neverShown}';
  const kept = 'html, head, head *, option, optgroup, source, track, area, ' + never;
  const unshown = [];
  const boxed = (element) => {
    if (element === null || element.checkVisibility()) return true;
    // Has no box of its own, and its children may.
    return getComputedStyle(element).display === 'contents' && boxed(element.parentElement);
  };
  const opaque = (element) =>
    element === null || (getComputedStyle(element).opacity !== '0' && opaque(element.parentElement));
  const isShown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
    (getComputedStyle(element).visibility === 'visible' && boxed(element) && opaque(element));
  // As of a text for screen readers alone: with all that is in it.
  const isAway = (element) => {
    const { position, clip, clipPath, left, top } = getComputedStyle(element);
    if (/^inset\((?:[5-9]\d|100)%\)$/.test(clipPath)) return true;
    if (position !== 'absolute' && position !== 'fixed') return false;
    const [up, right, down, first] = (clip.match(/-?[\d.]+(?=px)/g) ?? []).map(Number);
    if (first !== undefined && (right <= first || down <= up)) return true;
    if (!(parseFloat(left) <= -999 || parseFloat(top) <= -999)) return false;
    const box = element.getBoundingClientRect();
    return box.right + scrollX <= 0 || box.bottom + scrollY <= 0;
  };
  // The element may have a picture, or texts that say their own size.
  const hasNoText = (element) => {
    const { fontSize, textIndent } = getComputedStyle(element);
    return fontSize === '0px' || parseFloat(textIndent) <= -999;
  };
  const noteField = (field, copy) => {
    if (copy.localName === 'textarea') copy.textContent = field.value;
    else if (copy.localName === 'option') copy.toggleAttribute('selected', field.selected);
    else if (copy.localName === 'input' && /^(?:checkbox|radio)$/.test(field.type)) copy.toggleAttribute('checked', field.checked);
    else if (copy.localName === 'input' && !/^(?:hidden|password|file)$/.test(field.type)) {
      if (field.value !== '' || copy.hasAttribute('value')) copy.setAttribute('value', field.value);
    }
  };
  const holding = new Set();
  // Children before their parents.
  for (let at = copies.length - 1; at >= 0; at -= 1) {
    const copy = copies[at];
    const element = originals[at];
    noteField(element, copy);
    if (copy.matches(never)) unshown.push(copy.localName === 'meta' || copy.localName === 'input' ? copy.outerHTML : copy.textContent);
    if (copy.matches(kept)) continue;
    const shown = isShown(element);
    if ((!shown && !holding.has(copy)) || isAway(element)) {
      unshown.push(copy.outerHTML);
      copy.remove();
      continue;
    }
    if (copy.parentElement !== null) holding.add(copy.parentElement);
    // Invisible itself, with something visible in it.
    if (shown && !hasNoText(element)) continue;
    for (const text of [...copy.childNodes]) {
      if (text.nodeType !== 3) continue;
      unshown.push(text.data);
      text.remove();
    }
  }
  const comments = inert.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (comments.nextNode()) found.push(comments.currentNode);
  for (const comment of found) {
    unshown.push(comment.data);
    comment.remove();
  }
  return { html: '<!DOCTYPE html>' + root.outerHTML, unshown: unshown.join('\n') };
})()`;

/**
 * Scrolls from `from` to the end of the page, screen by screen, and back to where it was. Resolves to how far the
 * page was shown, in pixels; to `from` where there is nothing below it.
 */
export function scrollFrom(from: number): string {
  return `(async () => {
    const page = document.scrollingElement ?? document.documentElement;
    // One frame to come into view, and one to be out of it again behind what was put before it.
    const frames = () => new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      setTimeout(resolve, 250);
    });
    const start = [scrollX, scrollY];
    let shown = Math.max(${from}, scrollY + innerHeight);
    if (page.scrollHeight <= shown + 1) return ${from};
    const step = Math.max(innerHeight, (page.scrollHeight - shown) / ${mostScreens});
    for (let screens = 0; screens <= ${mostScreens} && shown < page.scrollHeight - 1; screens += 1) {
      shown = Math.min(shown + step, page.scrollHeight);
      scrollTo({ left: start[0], top: shown - innerHeight, behavior: 'instant' });
      await frames();
    }
    scrollTo({ left: start[0], top: start[1], behavior: 'instant' });
    await frames();
    return shown;
  })()`;
}

/** In one go: of a longer page a screen is left out here and there. */
const mostScreens = 40;

/**
 * Runs in each page before its own scripts, and notes the timers that may fetch what the page shows. What the page calls
 * stays the browser's own. Shorter timers are over before a page counts as at rest, and a longer one waits for a person.
 * One that is set by another of them is not noted: a clock would tick for ever.
 */
export const noteTimers: string = `(() => {
  const due = new Map();
  let within = false;
  const around = (name, apply) => { globalThis[name] = new Proxy(globalThis[name], { apply }); };
  around('setTimeout', (native, self, given) => {
    const [work, wait, ...rest] = given;
    if (within || typeof work !== 'function' || !(wait >= 300 && wait <= 10_000)) return Reflect.apply(native, self, given);
    const noted = function (...args) {
      due.delete(id);
      within = true;
      try {
        return Reflect.apply(work, this, args);
      } finally {
        within = false;
      }
    };
    const id = Reflect.apply(native, self, [noted, wait, ...rest]);
    due.set(id, performance.now() + Number(wait));
    return id;
  });
  for (const name of ['clearTimeout', 'clearInterval'])
    around(name, (native, self, given) => {
      due.delete(given[0]);
      return Reflect.apply(native, self, given);
    });
  const untilNext = () => (due.size === 0 ? null : Math.max(1, Math.min(...due.values()) - performance.now()));
  Object.defineProperty(globalThis, Symbol.for('smoketrail.timers'), { value: untilNext });
})()`;

/** Milliseconds until the next timer that was noted; null where there is none. */
export const untilNextTimer = "globalThis[Symbol.for('smoketrail.timers')]?.() ?? null";
