/** Opened mail is marked as read. */

type Language = 'en-US' | 'el-GR';

export interface Variant {
  /** `opaque`: unreadable form; `renamed`: other field names. */
  json: 'plain' | 'opaque' | 'renamed';
  /** `changed`: unknown roles and aria attributes. */
  layout: 'usual' | 'changed';
  language: Language;
  /** Lists and opens conversations instead of messages. */
  conversations: boolean;
  prefetch: boolean;
}

interface Words {
  readonly unread: string;
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
  readonly list: string;
  readonly pane: string;
  readonly body: string;
  readonly attachments: string;
  readonly search: string;
  readonly folders: Readonly<Record<string, string>>;
}

const words: Readonly<Record<Language, Words>> = {
  'en-US': {
    unread: 'Unread',
    from: 'From',
    to: 'To',
    cc: 'Cc',
    bcc: 'Bcc',
    list: 'Message list',
    pane: 'Reading Pane',
    body: 'Message body',
    attachments: 'Attachments',
    search: 'Search',
    folders: { inbox: 'Inbox', sentitems: 'Sent Items', archive: 'Archive' },
  },
  'el-GR': {
    unread: 'Μη αναγνωσμένο',
    from: 'Από',
    to: 'Προς',
    cc: 'Κοιν.',
    bcc: 'Κρυφή κοιν.',
    list: 'Λίστα μηνυμάτων',
    pane: 'Παράθυρο ανάγνωσης',
    body: 'Σώμα μηνύματος',
    attachments: 'Συνημμένα',
    search: 'Αναζήτηση',
    folders: { inbox: 'Εισερχόμενα', sentitems: 'Απεσταλμένα', archive: 'Αρχειοθήκη' },
  },
};

const style = `
body { margin: 0; display: flex; height: 100vh }
nav { width: 160px }
.x1 { width: 360px; height: 400px; overflow-y: auto; position: relative }
.x2 { position: absolute; height: 40px; left: 0; right: 0; overflow: hidden }
main, .m { flex: 1 }
`;

export function mailPage(variant: Variant): string {
  const boot = JSON.stringify({ variant, words: words[variant.language] });
  return `<!doctype html><html lang="${variant.language}"><head><meta charset="utf-8"><title>Outlook</title>
<style>${style}</style><link rel="icon" href="data:,"></head>
<body><script>window.boot=${boot}</script><script>(${clientProgram.toString()})()</script></body></html>`;
}

export const signInPage =
  '<!doctype html><html lang="en"><title>Sign in to your account</title><form><input type="email" ' +
  'name="loginfmt"><input type="password" name="passwd"></form></html>';

/** Runs in the browser, so it uses nothing from outside. */
function clientProgram(): void {
  const browser = globalThis as any;
  const { document, location, history, boot } = browser;
  const { variant, words: w } = boot;
  const usual = variant.layout === 'usual';
  const rowHeight = 40;
  let folder = 'inbox';
  let rows: any[] = [];
  let total = 0;
  let query = '';
  let loading = false;

  const attributes = (role: string, label?: string) =>
    usual ? `role="${role}"${label === undefined ? '' : ` aria-label="${escape(label)}"`}` : 'data-x="1"';
  const escape = (text: string) =>
    String(text).replace(
      /[&<>"]/g,
      (c: string) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] as string,
    );

  async function call(action: string, body: object): Promise<any> {
    const path =
      variant.json === 'opaque'
        ? `/stream/${action}`
        : action === 'StartupData'
          ? '/owa/0/startupdata.ashx?app=Mail'
          : `/owa/0/service.svc?action=${action}&app=Mail`;
    const asked = JSON.stringify(body);
    // Outlook sends the body of some calls in a header.
    const answer = await browser.fetch(
      path,
      action === 'GetItem'
        ? { method: 'POST', headers: { 'x-owa-urlpostdata': encodeURIComponent(asked) } }
        : { method: 'POST', body: asked, headers: { 'content-type': 'application/json' } },
    );
    if (answer.status === 440 || answer.status === 401) {
      location.href = '/login';
      return new Promise(() => undefined);
    }
    const text = await answer.text();
    return JSON.parse(variant.json === 'opaque' ? decodeURIComponent(browser.atob(text)) : text);
  }

  async function loadRows(): Promise<void> {
    if (loading || (rows.length > 0 && rows.length >= total)) return;
    loading = true;
    const answer = await call(variant.conversations ? 'FindConversation' : 'FindItem', {
      folder,
      offset: rows.length,
      query,
    });
    rows.push(...answer.page.rows);
    total = answer.page.total;
    loading = false;
    paint();
    if (variant.prefetch) for (const row of answer.page.rows) void call('GetItem', { id: row.id });
  }

  function when(iso: string, long: boolean): string {
    const at = new Date(iso);
    return long
      ? at.toLocaleString(variant.language, {
          weekday: 'short',
          year: 'numeric',
          month: 'numeric',
          day: 'numeric',
          hour: 'numeric',
          minute: '2-digit',
        })
      : at.toLocaleDateString(variant.language, { year: 'numeric', month: 'numeric', day: 'numeric' });
  }

  function paint(): void {
    const list = document.getElementById('list');
    const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - 1);
    const shown = rows.slice(first, first + 12);
    list.innerHTML = `<div style="height:${total * rowHeight}px"></div>${shown
      .map((row: any, index: number) => {
        const label = `${row.isRead ? '' : `${w.unread} `}${row.sender} ${row.subject} ${when(row.receivedAt, false)}`;
        const at = first + index;
        const place = `aria-posinset="${at + 1}" aria-setsize="${total}" aria-selected="false" tabindex="-1"`;
        return (
          `<div class="x2" ${attributes('option', label)} ${usual ? place : ''} data-row="${at}" ` +
          `style="top:${at * rowHeight}px">${escape(row.sender)} ${escape(row.subject)}</div>`
        );
      })
      .join('')}`;
    if (first + 14 > rows.length) void loadRows();
  }

  async function open(id: string, push: boolean): Promise<void> {
    const pane = document.getElementById('pane');
    const answer = await call(variant.conversations ? 'GetConversationItems' : 'GetItem', { id });
    if (!answer.page.message) {
      history.replaceState(null, '', `/mail/${encodeURIComponent(folder)}`);
      pane.innerHTML = '';
      return;
    }
    const message = answer.page.message;
    if (push) history.pushState(null, '', `/mail/${encodeURIComponent(folder)}/id/${encodeURIComponent(message.id)}`);
    const button = ({ name, address }: any) =>
      `<span ${attributes('button', address ? `${name}<${address}>` : name)}>${escape(name)}</span>`;
    const people = (name: string, list: any[]) =>
      list.length === 0 ? '' : `<div ${attributes('group', name)}>${list.map(button).join('')}</div>`;
    const attachments = message.attachments.map(
      ({ name, size }: any) => `<div ${attributes('listitem', `${name} ${size} bytes`)}>${escape(name)}</div>`,
    );
    pane.innerHTML = `<div ${attributes('heading')} ${usual ? 'aria-level="2"' : ''}>${escape(message.subject)}</div>
      ${people(w.from, message.from)}${people(w.to, message.to)}${people(w.cc, message.cc)}${people(w.bcc, message.bcc)}
      <div>${escape(when(message.sentAt, true))}</div>
      <div ${attributes('document', w.body)}>${message.html}</div>
      <div ${attributes('list', w.attachments)}>${attachments.join('')}</div>`;
    for (const one of message.unread) void call('UpdateItem', { id: one });
  }

  async function show(): Promise<void> {
    const match = /^\/mail\/(?:0\/)?([^/]+)(?:\/id\/(.+))?$/.exec(location.pathname) ?? [];
    folder = decodeURIComponent(match[1] ?? 'inbox');
    const label = attributes('main', w.pane);
    document.body.insertAdjacentHTML(
      'beforeend',
      `
      <div ${attributes('search')}><input ${attributes('searchbox', w.search)} id="search"></div>
      <nav><div ${attributes('tree')}>${Object.entries(w.folders)
        .map(
          ([name, label]) =>
            `<div ${attributes('treeitem', label as string)} ` +
            `${usual && name === folder ? 'aria-selected="true"' : ''} data-folder="${name}">${label}<span></span>` +
            '</div>',
        )
        .join('')}</div></nav>
      <div class="x1" id="list" ${attributes('listbox', w.list)}></div>
      ${usual ? `<main id="pane" ${label}></main>` : `<section class="m" id="pane" ${label}></section>`}`,
    );
    const list = document.getElementById('list');
    list.addEventListener('scroll', paint);
    list.addEventListener('click', (event: any) => {
      const row = rows[Number(event.target.closest('[data-row]')?.dataset.row)];
      if (row) void open(row.id, true);
    });
    document.getElementById('search').addEventListener('keydown', (event: any) => {
      if (event.key !== 'Enter') return;
      query = event.target.value;
      rows = [];
      total = 0;
      void loadRows();
    });
    const startup = await call('StartupData', { folder });
    for (const node of document.querySelectorAll('[data-folder]')) {
      const count = startup.counts[node.dataset.folder] ?? 0;
      if (usual) node.setAttribute('aria-label', `${node.textContent} ${count}`);
      node.querySelector('span').textContent = ` ${count}`;
    }
    await loadRows();
    if (match[2]) await open(decodeURIComponent(match[2]), false);
  }

  void show();
}
