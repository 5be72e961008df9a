/**
 * Keeps the open page fresh: fetches it again and takes over its content. What was unfolded stays so. Without JavaScript
 * the page reloads itself once a minute.
 */
export const pageScript = `
const pauseMs = 10_000;

async function refresh() {
  const answer = await fetch(location.pathname, { cache: 'no-store' });
  if (!answer.ok) throw new Error('HTTP ' + answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const open = [...document.querySelectorAll('details[open]')].map(({ id }) => id);
  for (const id of open) fresh.getElementById(id)?.setAttribute('open', '');
  document.title = fresh.title;
  for (const place of ['main', '#updated']) document.querySelector(place).replaceChildren(...fresh.querySelector(place).childNodes);
}

function isInUse() {
  const chosen = getSelection();
  return document.hidden || (chosen !== null && !chosen.isCollapsed) || document.querySelector('main :focus') !== null;
}

setInterval(() => {
  if (isInUse()) return;
  refresh().then(
    () => document.body.classList.remove('stale'),
    () => document.body.classList.add('stale'),
  );
}, pauseMs);
`;
