/**
 * Each function is sent to the browser alone, so it uses nothing from outside. Roles and aria attributes rarely change,
 * unlike class names.
 */

interface PageElement {
  readonly textContent: string | null;
  readonly innerHTML: string;
  readonly outerHTML: string;
  readonly children: ArrayLike<PageElement>;
  readonly parentElement: PageElement | null;
  readonly clientHeight: number;
  readonly scrollHeight: number;
  scrollTop: number;
  readonly attributes: ArrayLike<{ readonly name: string }>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): ArrayLike<PageElement>;
  contains(other: PageElement): boolean;
  cloneNode(deep: boolean): PageElement;
  remove(): void;
}

declare const document: {
  readonly documentElement: PageElement & { readonly lang: string };
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): ArrayLike<PageElement>;
  createTreeWalker(root: PageElement, what: number): { nextNode(): { nodeValue: string | null } | null };
};
declare const location: { readonly pathname: string };

export interface RenderedList {
  readonly found: boolean;
  readonly language: string;
  readonly total: number | undefined;
  readonly options: readonly { readonly position: number; readonly label: string }[];
  /** Such as "Inbox 12". */
  readonly folderLabel: string;
}

export function readList(): RenderedList {
  const list = document.querySelector('[role="listbox"], [role="grid"]');
  const options = list ? Array.from(list.querySelectorAll('[role="option"], [role="row"]')) : [];
  const number = (text: string | null) => (text === null || Number.isNaN(Number(text)) ? undefined : Number(text));
  return {
    found: list !== null,
    language: document.documentElement.lang || 'en-US',
    total: options
      .map((option) => number(option.getAttribute('aria-setsize')))
      .find((size) => size !== undefined && size >= 0),
    options: options.map((option, index) => ({
      position: number(option.getAttribute('aria-posinset')) ?? index + 1,
      label: option.getAttribute('aria-label') ?? option.textContent ?? '',
    })),
    folderLabel: document.querySelector('[role="treeitem"][aria-selected="true"]')?.getAttribute('aria-label') ?? '',
  };
}

/** -1: back. False at the end. Without a list role, scrolls the longest scrollable element. */
export function scrollList(direction: number): boolean {
  const scrolls = (box: PageElement) => box.clientHeight > 0 && box.scrollHeight > box.clientHeight + 1;
  const list = document.querySelector('[role="listbox"], [role="grid"]');
  let box: PageElement | null = list;
  while (box && !scrolls(box)) box = box.parentElement;
  if (!list) {
    for (const element of Array.from(document.querySelectorAll('body *'))) {
      if (scrolls(element) && (!box || element.scrollHeight > box.scrollHeight)) box = element;
    }
  }
  if (!box) return false;
  const before = box.scrollTop;
  box.scrollTop = before + direction * Math.max(40, Math.floor(box.clientHeight * 0.8));
  return box.scrollTop !== before;
}

export interface RenderedMessage {
  readonly path: string;
  readonly language: string;
  readonly subject: string;
  /** Labels such as "To". */
  readonly lines: readonly { readonly label: string; readonly people: readonly string[] }[];
  /** Short header texts, including the date; no subject or names. */
  readonly texts: readonly string[];
  readonly html: string;
  readonly attachments: readonly string[];
}

export function readPane(): RenderedMessage | undefined {
  const pane = document.querySelector('[role="main"]');
  const body = pane?.querySelector('[role="document"]');
  if (!pane || !body) return undefined;
  const labelled = (selector: string, inside: PageElement) =>
    Array.from(inside.querySelectorAll(selector))
      .filter((element) => !body.contains(element))
      .map((element) => ({ element, label: element.getAttribute('aria-label') ?? '' }));
  const texts: string[] = [];
  // A subject or a name may look like a time.
  const named = Array.from(pane.querySelectorAll('[role="heading"], [role="group"] [role="button"]'));
  for (const element of Array.from(pane.querySelectorAll('*'))) {
    if (body.contains(element) || named.some((other) => other.contains(element))) continue;
    const own = element.children.length === 0 ? (element.textContent ?? '').trim() : '';
    for (const text of [element.getAttribute('datetime'), element.getAttribute('title'), own])
      if (text && text.length < 80) texts.push(text);
  }
  return {
    path: location.pathname,
    language: document.documentElement.lang || 'en-US',
    subject: (pane.querySelector('[role="heading"]')?.textContent ?? '').trim(),
    lines: labelled('[role="group"]', pane).map(({ element, label }) => ({
      label,
      people: labelled('[role="button"], [role="listitem"]', element).map((person) => person.label),
    })),
    texts,
    html: body.innerHTML,
    attachments: labelled('[role="list"] [role="listitem"], [role="listbox"] [role="option"]', pane).map(
      ({ label }) => label,
    ),
  };
}

export function asksToSignIn(): boolean {
  return (
    document.querySelector(
      'input[type="password"], input[name="loginfmt"], input[name="passwd"], input[name="otc"]',
    ) !== null
  );
}

/** No private text: letters become x, digits 0; addresses, styles and scripts go. */
export function structureOnly(): string {
  const kept = [
    'role',
    'class',
    'type',
    'lang',
    'dir',
    'tabindex',
    'aria-selected',
    'aria-expanded',
    'aria-setsize',
    'aria-posinset',
    'aria-level',
    'aria-hidden',
    'aria-checked',
  ];
  const masked = (text: string) => text.replace(/\p{L}/gu, 'x').replace(/\p{N}/gu, '0').slice(0, 200);
  const copy = document.documentElement.cloneNode(true);
  for (const element of Array.from(copy.querySelectorAll('script, style, noscript, link, meta'))) element.remove();
  for (const element of [copy, ...Array.from(copy.querySelectorAll('*'))]) {
    for (const { name } of Array.from(element.attributes)) {
      if (kept.includes(name)) continue;
      if (name.startsWith('aria-') || name.startsWith('data-'))
        element.setAttribute(name, masked(element.getAttribute(name) ?? ''));
      else element.removeAttribute(name);
    }
  }
  const texts = document.createTreeWalker(copy, 4 | 128);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) node.nodeValue = masked(node.nodeValue ?? '');
  return copy.outerHTML;
}
