/**
 * Refreshes the content without its style and script, which the policy would refuse. Without JavaScript the page
 * reloads once a minute.
 */
export const pageScript = `
const pauseMs = 10_000;
const focusable = 'summary, a, button, input, [tabindex]';

async function refresh() {
  const address = new URL(location.origin + location.pathname + location.search);
  address.searchParams.set('content', '');
  const answer = await fetch(address, { cache: 'no-store' });
  if (!answer.ok) throw new Error('HTTP ' + answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const open = [...document.querySelectorAll('details[open]')].map(({ id }) => id);
  for (const id of open) fresh.getElementById(id)?.setAttribute('open', '');
  const scrolled = [...document.querySelectorAll('.scroll')]
    .map((region) => [placeOf(region), region.scrollLeft, region.scrollTop]);
  const focused = placeOfFocus();
  document.title = fresh.title;
  for (const place of ['main', '#updated']) {
    document.querySelector(place).replaceChildren(...fresh.querySelector(place).childNodes);
  }
  for (const [place, left, top] of scrolled) regionAt(place)?.scrollTo({ left, top });
  const unfocused = focused && document.getElementById(focused.id)?.querySelectorAll(focusable)[focused.index];
  unfocused?.focus({ preventScroll: true });
}

const regions = '.scroll';

/** The nearest owner with an id, and which region of it. */
function placeOf(region) {
  const owner = region.parentElement.closest('[id]') ?? document.querySelector('main');
  return { id: owner.id, index: [...owner.querySelectorAll(regions)].indexOf(region) };
}

function regionAt({ id, index }) {
  const owner = id === '' ? document.querySelector('main') : document.getElementById(id);
  return owner?.querySelectorAll(regions)[index];
}

function placeOfFocus() {
  const focus = document.querySelector('main :focus');
  const owner = focus?.closest('[id]');
  return owner && { id: owner.id, index: [...owner.querySelectorAll(focusable)].indexOf(focus) };
}

function isInUse() {
  const chosen = getSelection();
  const isTyping = document.activeElement?.matches('input') ?? false;
  return document.hidden || isTyping || (chosen !== null && !chosen.isCollapsed);
}

setInterval(() => {
  if (isInUse()) return;
  refresh().then(
    () => document.body.classList.remove('stale'),
    () => document.body.classList.add('stale'),
  );
}, pauseMs);
`;
