import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { Contact } from '../../../shared/models/contact.ts';
import { SyncItem } from '../../../shared/models/sync-item.ts';
import type { AccountDoc } from '../../../shared/models/account.ts';
import { Account } from '../../../shared/models/account.ts';
import { backfillContact } from '../../../shared/mail/sync/backfill.ts';
import { syncAccounts } from '../../../shared/mail/sync/sync-accounts.ts';
import { day, minute } from '../../../shared/platform/clock.ts';
import type { Fault } from '../fault-proxy.ts';
import { testClock, testContext, type TestClock, type TestContext } from '../run-context.ts';
import { choose } from '../chosen.ts';
import { actualState, announcedMessages, expectedState } from './agency-state.ts';
import type { HeldMail, MailboxDouble, PlainMail } from './mailbox-double.ts';

const people = ['maria@clients.example', 'jan@clients.example', 'olga@clients.example'] as const;
const strangers = ['news@shop.example', 'stranger@else.example'] as const;

type Step =
  | { readonly do: 'arrive'; readonly from: number; readonly sent: boolean; readonly also: number }
  | { readonly do: 'read' | 'unread' | 'archive' | 'trash' | 'restore' | 'remove'; readonly which: number }
  | { readonly do: 'contact'; readonly who: number }
  | { readonly do: 'fault'; readonly kind: number; readonly nth: number }
  | { readonly do: 'forget' | 'run' | 'overlap' | 'kill' }
  | { readonly do: 'wait'; readonly hours: number };

const everybody = people.length + strangers.length;
const ordinary: fc.MaybeWeightedArbitrary<Step>[] = [
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      from: fc.nat(everybody - 1),
      sent: fc.boolean(),
      also: fc.nat(2 * everybody),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'read' as const,
        'unread' as const,
        'archive' as const,
        'trash' as const,
        'restore' as const,
        'restore' as const,
        'remove' as const,
      ),
      which: fc.nat(7),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('contact' as const), who: fc.nat(people.length - 1) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fault' as const), kind: fc.nat(20), nth: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('run' as const, 'run' as const, 'run' as const, 'overlap' as const, 'kill' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 14 }) }) },
];
const lost: fc.MaybeWeightedArbitrary<Step> = {
  weight: 1,
  arbitrary: fc.record({ do: fc.constant('forget' as const) }),
};

const faults: readonly Omit<Fault, 'on' | 'nth'>[] = [
  { status: 500 },
  { status: 503, headers: { 'retry-after': '1800' } },
  { status: 429, headers: { 'retry-after': '60' } },
  { truncate: 0.5 },
  { drop: 'before' },
  { drop: 'after' },
  { status: 502, body: '<html>Bad Gateway</html>' },
];

export interface InterleavingOptions {
  readonly start: () => Promise<MailboxDouble>;
  readonly seed: number;
  readonly plays: number;
  readonly ofARun: number;
  /** If false, the audit must find nothing. */
  readonly lostCursors: boolean;
}

/** The connected database must equal the naive computation. */
export async function checkInterleavings(t: ExecutionContext, options: InterleavingOptions): Promise<void> {
  const steps = fc.array(fc.oneof(...ordinary, ...(options.lostCursors ? [lost] : [])), {
    minLength: 50,
    maxLength: 90,
    size: 'max',
  });
  const plays = fc.sample(steps, { seed: options.seed, numRuns: options.plays });
  for (const number of choose(t, 'plays', options.plays, options.ofARun)) {
    const mailbox = await options.start();
    try {
      await play(t, mailbox, plays[number - 1] as Step[]);
    } catch (error) {
      t.log(`play ${number}: ${JSON.stringify(plays[number - 1])}`);
      throw error;
    } finally {
      await mailbox.close();
    }
  }
}

interface World {
  readonly mailbox: MailboxDouble;
  readonly account: AccountDoc;
  readonly clock: TestClock;
  readonly held: Map<string, { mail: PlainMail; isRead: boolean; isHidden: boolean }>;
  readonly contacts: Map<string, string>;
  arrived: number;
  repaired: number;
}

async function play(t: ExecutionContext, mailbox: MailboxDouble, steps: readonly Step[]): Promise<void> {
  const account = await mailbox.connect();
  const world: World = {
    mailbox,
    account,
    clock: testClock(),
    held: new Map(),
    contacts: new Map(),
    arrived: 0,
    repaired: 0,
  };
  await addContact(world, people[0]);
  for (const next of steps) await take(world, next);

  mailbox.proxy.reset();
  // Parked mail and failed accounts are due within a day.
  for (let round = 0; round < 3; round += 1) {
    world.clock.advance(1.1 * day);
    await run(world);
    for (const contactId of world.contacts.values()) await backfill(world, contactId);
  }
  t.is(await SyncItem.countDocuments({ accountId: account._id }), 0, 'nothing waits at the end');
  const truth = [...world.held.values()] satisfies HeldMail[];
  t.deepEqual(
    await actualState(account.locationId),
    expectedState(truth, new Set(world.contacts.keys()), mailbox.email),
  );
  const announced = await announcedMessages(account.locationId);
  if (steps.every((next) => next.do !== 'forget'))
    t.is(world.repaired, 0, 'the changes told everything, the audit nothing');
  t.is(new Set(announced).size, announced.length, 'nothing is announced twice');
  await Account.deleteOne({ _id: account._id });
}

async function take(world: World, next: Step): Promise<void> {
  const { mailbox, clock, held } = world;
  clock.advance(minute);
  switch (next.do) {
    case 'arrive':
      return arrive(world, next);
    case 'contact':
      return addContact(world, people[next.who] as string);
    case 'fault': {
      const fault = faults[next.kind % faults.length] as Fault;
      mailbox.proxy.inject({ ...fault, on: mailbox.mailRequests, nth: next.nth });
      return;
    }
    case 'forget':
      return mailbox.forgetCursors();
    case 'wait':
      return clock.advance(next.hours * 60 * minute);
    case 'run':
      return run(world);
    case 'overlap':
      await Promise.all([run(world), run(world)]);
      return;
    case 'kill':
      return runAndAbort(world);
    default: {
      const ids = [...held.keys()];
      const id = ids[next.which % Math.max(1, ids.length)];
      if (id !== undefined) await change(world, next.do, id);
    }
  }
}

async function arrive(world: World, { from, sent, also }: Extract<Step, { do: 'arrive' }>): Promise<void> {
  const all = [...people, ...strangers];
  const other = all[from] as string;
  const cc = all[also];
  const mail: PlainMail = {
    messageId: `m${(world.arrived += 1)}.${String(world.account._id)}@mail.example`,
    from: sent ? world.mailbox.email : other,
    to: [sent ? other : world.mailbox.email],
    ...(cc && cc !== other ? { cc: [cc] } : {}),
    subject: `Mail ${world.arrived}`,
    text: `Text ${world.arrived}`,
    sentAt: new Date(Math.floor(world.clock.now().getTime() / 1000) * 1000),
  };
  const id = await world.mailbox.deliver(mail, { sent });
  world.held.set(id, { mail, isRead: sent, isHidden: false });
}

async function change(
  { mailbox, held }: World,
  what: 'read' | 'unread' | 'archive' | 'trash' | 'restore' | 'remove',
  id: string,
): Promise<void> {
  const mail = held.get(id);
  if (!mail) return;
  if (what === 'remove') {
    await mailbox.remove(id);
    held.delete(id);
  } else if (what === 'trash' && !mail.isHidden) {
    await mailbox.trash(id);
    mail.isHidden = true;
  } else if (what === 'restore' && mail.isHidden) {
    await mailbox.restore(id);
    mail.isHidden = false;
  } else if (what === 'archive' && !mail.isHidden) {
    await mailbox.archive(id);
  } else if (what === 'read' || what === 'unread') {
    await mailbox.setRead(id, what === 'read');
    mail.isRead = what === 'read';
  }
}

async function addContact(world: World, email: string): Promise<void> {
  if (world.contacts.has(email)) return;
  const contact = await Contact.create({ locationId: world.account.locationId, name: email, email });
  world.contacts.set(email, String(contact._id));
  await backfill(world, String(contact._id));
}

function contextOf(world: World, parameters: { readonly contactId?: string } = {}): TestContext {
  return testContext({
    clock: world.clock,
    environment: world.mailbox.environment,
    parameters: { accountId: String(world.account._id), ...parameters },
  });
}

async function run(world: World): Promise<void> {
  const context = contextOf(world);
  await syncAccounts(context, { providers: [world.mailbox.provider()] });
  world.repaired += context.report().counts['auditRepaired'] ?? 0;
}

async function runAndAbort(world: World): Promise<void> {
  const context = contextOf(world);
  const before = world.mailbox.proxy.calls.length;
  const timer = setInterval(() => {
    if (world.mailbox.proxy.calls.length > before + 2) context.abort(new Error('killed'));
  }, 1);
  await syncAccounts(context, { providers: [world.mailbox.provider()] });
  clearInterval(timer);
}

async function backfill(world: World, contactId: string): Promise<void> {
  await backfillContact(contextOf(world, { contactId }), { providers: [world.mailbox.provider()] });
}
