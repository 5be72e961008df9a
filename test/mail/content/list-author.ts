import test from 'ava';
import { authorBehindList } from '../../../shared/mail/content/list-author.ts';
import { Headers } from '../../../shared/mail/content/headers.ts';
import type { MailAddress } from '../../../shared/models/message.ts';

const info = 'info@agency.example';
const anna = 'anna@buyer.example';
const listId = { 'List-ID': 'Info <info.agency.example>' };

interface Case {
  readonly title: string;
  readonly from: MailAddress;
  readonly replyTo?: readonly MailAddress[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly author: MailAddress | undefined;
}

const cases: readonly Case[] = [
  {
    title: 'a group that rewrote From',
    from: { name: "'Anna' via Info", email: info },
    replyTo: [{ email: info }],
    headers: { 'X-Original-Sender': anna },
    author: { name: 'Anna', email: anna },
  },
  {
    title: 'with the author as written',
    from: { name: 'Anna Berg via Info', email: info },
    headers: { 'X-Original-From': `Anna Berg <${anna}>`, 'X-Original-Sender': 'bounce@x.example' },
    author: { name: 'Anna Berg', email: anna },
  },
  {
    title: 'a list that tells the author in Reply-To only',
    from: { name: 'Anna Berg über Info', email: info },
    replyTo: [{ email: anna }],
    author: { name: 'Anna Berg', email: anna },
  },
  {
    title: 'a list that names itself in Reply-To, too',
    from: { name: 'Anna Berg via Info', email: info },
    replyTo: [{ email: info }, { email: anna }],
    author: { name: 'Anna Berg', email: anna },
  },
  {
    title: 'a list that puts itself in brackets',
    from: { name: 'Anna (via Info mailing list)', email: info },
    headers: { 'X-Original-From': anna },
    author: { name: 'Anna', email: anna },
  },
  {
    title: 'a list that leaves the address as the name',
    from: { name: `'${anna}' via Info`, email: info },
    author: { email: anna },
  },
  {
    title: 'answers to several',
    from: { name: 'Anna via Info', email: info },
    replyTo: [{ email: 'a@x.example' }, { email: 'b@x.example' }],
    author: undefined,
  },
  {
    title: 'a list that is known by its List-Id',
    from: { name: 'Info', email: info },
    headers: { ...listId, 'X-Original-Sender': anna },
    author: { email: anna },
  },
  {
    title: 'a list that left From alone',
    from: { name: 'Anna', email: anna },
    headers: { ...listId, 'X-Original-Sender': anna },
    author: undefined,
  },
  {
    title: 'a header that anyone can write',
    from: { name: 'Eve', email: 'eve@x.example' },
    headers: { 'X-Original-Sender': anna },
    author: undefined,
  },
  { title: 'no one named', from: { name: 'Anna via Info', email: info }, author: undefined },
];

for (const { title, from, replyTo = [], headers = {}, author } of cases) {
  test(title, (t) => {
    const list = Object.entries(headers).map(([name, value]) => ({ name, value }));
    t.deepEqual(authorBehindList([from], replyTo, new Headers(list)), author);
  });
}
