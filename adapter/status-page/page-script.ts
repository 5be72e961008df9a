/**
 * Keeps the open page fresh: fetches its content (without style and script, which the page's policy would refuse) and
 * takes it over. What was unfolded, scrolled or focused stays so. Without JavaScript the page reloads itself once a
 * minute.
 */
export const pageScript = `
const pauseMs = 10_000;
const focusable = 'summary, [tabindex]';

async function refresh() {
  const answer = await fetch(location.origin + location.pathname + '?content', { cache: 'no-store' });
  if (!answer.ok) throw new Error('HTTP ' + answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const open = [...document.querySelectorAll('details[open]')].map(({ id }) => id);
  for (const id of open) fresh.getElementById(id)?.setAttribute('open', '');
  const scrolled = [...document.querySelectorAll('.scroll')]
    .map(({ parentElement, scrollLeft }) => [parentElement.id, scrollLeft]);
  const focused = placeOfFocus();
  document.title = fresh.title;
  for (const place of ['main', '#updated']) {
    document.querySelector(place).replaceChildren(...fresh.querySelector(place).childNodes);
  }
  for (const [id, left] of scrolled) document.getElementById(id)?.querySelector('.scroll')?.scrollTo({ left });
  const unfocused = focused && document.getElementById(focused.id)?.querySelectorAll(focusable)[focused.index];
  unfocused?.focus({ preventScroll: true });
}

function placeOfFocus() {
  const focus = document.querySelector('main :focus');
  const owner = focus?.closest('[id]');
  return owner && { id: owner.id, index: [...owner.querySelectorAll(focusable)].indexOf(focus) };
}

function isInUse() {
  const chosen = getSelection();
  return document.hidden || (chosen !== null && !chosen.isCollapsed);
}

setInterval(() => {
  if (isInUse()) return;
  refresh().then(
    () => document.body.classList.remove('stale'),
    () => document.body.classList.add('stale'),
  );
}, pauseMs);
`;
