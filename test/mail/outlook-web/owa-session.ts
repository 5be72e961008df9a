import test from 'ava';
import { hasReaction, type MailError, type Reaction } from '../../../shared/mail/mail-error.ts';
import { layoutChanged } from '../../../shared/mail/outlook-web/layout-trace.ts';
import { openOwaSession, type OwaSession } from '../../../shared/mail/outlook-web/owa-session.ts';
import { createSharedBrowser, type SharedBrowser } from '../../../shared/mail/outlook-web/shared-browser.ts';
import { Account } from '../../../shared/models/account.ts';
import { minute } from '../../../shared/platform/clock.ts';
import { sealCredentials } from '../../../shared/platform/crypto.ts';
import { useDatabase } from '../../doubles/database.ts';
import { outlookWebWorld, type OutlookWebWorld } from '../../doubles/outlook-web-account.ts';
import { testContext, type TestContext } from '../../doubles/run-context.ts';

useDatabase(test);

let shared: SharedBrowser;
test.before(() => {
  const { config, log } = testContext();
  shared = createSharedBrowser(config, log);
});
test.after.always(() => shared.close());

async function openSession(
  t: { teardown(undo: () => Promise<void>): void },
  world: OutlookWebWorld,
  context: TestContext = world.context(),
) {
  const session = await openOwaSession(await world.stored(), shared, context);
  t.teardown(() => session.close());
  return session;
}

/** A question that the page never answers. */
function hang(session: OwaSession): Promise<boolean> {
  return session.ask((page) =>
    page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1e9))).then(() => true),
  );
}

test.serial('a redirect to where the session was made is Outlook, not a sign-in page', async (t) => {
  const world = await outlookWebWorld(t);
  const moved = world.web.url.replace('127.0.0.1', 'localhost');
  world.web.movedTo = moved;
  const cookies = world.web.signIn(world.account.email).map((cookie) => ({ ...cookie, domain: 'localhost' }));
  await Account.updateOne(
    { _id: world.account._id },
    { credentials: sealCredentials({ cookies, origin: moved }, String(world.account._id), world.context().config) },
  );
  const session = await openSession(t, world);
  await session.open('/mail/inbox');
  t.true(await session.until(() => session.identity.email === world.account.email, 5000));
});

test.serial('a connection that is lost while the page navigates is no page to sign in', async (t) => {
  const world = await outlookWebWorld(t);
  const session = await openSession(t, world);
  await session.open('/mail/inbox');
  await session.ask(async (page) => {
    await page.setOfflineMode(true);
    await page.reload().catch(() => undefined);
  });
  const error = await t.throwsAsync(
    session.until(() => false, 5000),
    { code: 'page-unreachable' },
  );
  t.true(hasReaction(error, 'retry'));
});

test.serial('a page whose process dies ends what is waited for, and the next account has the browser', async (t) => {
  const world = await outlookWebWorld(t);
  const session = await openSession(t, world, world.context({ environment: { MAIL_REQUEST_TIMEOUT: '5m' } }));
  await session.open('/mail/inbox');
  const waiting = t.throwsAsync(
    session.until(() => hang(session), 5 * minute),
    { code: 'page-crashed' },
  );
  await t.throwsAsync(
    session.ask(async (page) => (await page.createCDPSession()).send('Page.crash')),
    { code: 'page-crashed' },
  );
  t.true(hasReaction(await waiting, 'retry'));
  await t.throwsAsync(session.open('/mail/inbox'), { code: 'page-crashed' });
  await session.close();
  const next = await openSession(t, world);
  await next.open('/mail/inbox');
});

test.serial(
  'a browser that dies is called so, whatever is asked of its page, and is no change of the layout',
  async (t) => {
    const world = await outlookWebWorld(t);
    const context = world.context();
    const session = await openSession(t, world, context);
    await session.open('/mail/inbox');
    const pid = await session.ask((page) => Promise.resolve(page.browser().process()?.pid as number));
    const waiting = t.throwsAsync(
      session.until(() => hang(session), minute),
      { code: 'browser-crashed' },
    );
    process.kill(pid, 'SIGKILL');
    t.true(hasReaction(await waiting, 'retry'));
    await t.throwsAsync(session.open('/mail/inbox'), { code: 'browser-crashed' });
    await t.throwsAsync(layoutChanged(session, 'nothing', 'retry', context), { code: 'browser-crashed' });
    t.is(context.report().counts['layoutChanged'], undefined);
    await session.close();
    const next = await openSession(t, world);
    await next.open('/mail/inbox');
  },
);

test.serial(
  'a page that hangs is waited for as long as a request may take, and not at all at the end of the run',
  async (t) => {
    const world = await outlookWebWorld(t);
    const context = world.context({ environment: { MAIL_REQUEST_TIMEOUT: '6s' } });
    const session = await openSession(t, world, context);
    await session.open('/mail/inbox');
    t.true(
      hasReaction(
        await t.throwsAsync(
          session.until(() => hang(session), minute),
          { code: 'page-stuck' },
        ),
        'retry',
      ),
    );
    const pending = t.throwsAsync(
      session.until(() => hang(session), minute),
      { message: 'time is over' },
    );
    context.abort(new Error('time is over'));
    await pending;
  },
);

const refusals: [status: number, code: string, reaction: Reaction][] = [
  [403, 'access-denied', 'admin'],
  [404, 'page-refused', 'retry'],
  [429, 'rate-limited', 'throttled'],
  [503, 'provider-error', 'throttled'],
];

test.serial('a page that Outlook refuses says so by its status, and waits as long as it asks', async (t) => {
  const world = await outlookWebWorld(t);
  const context = world.context();
  const session = await openSession(t, world, context);
  for (const [status, code, reaction] of refusals) {
    world.web.refusePages = { status, retryAfter: '1800' };
    const error = (await t.throwsAsync(session.open('/mail/inbox'), { code })) as MailError;
    t.true(hasReaction(error, reaction), `${status}`);
    t.is(
      error.notBefore?.getTime(),
      status === 429 || status === 503 ? context.clock.now().getTime() + 30 * minute : undefined,
    );
  }
  world.web.refusePages = undefined;
  Object.assign(world.web, { failWith: 429, retryAfter: '1800' });
  await session.open('/mail/inbox');
  const calls = (await t.throwsAsync(async () => session.until(() => (session.throwServiceFailure(), false), 5000), {
    code: 'rate-limited',
  })) as MailError;
  t.is(calls.notBefore?.getTime(), context.clock.now().getTime() + 30 * minute);
});
