import test from 'ava';
import { hasReaction } from '../../../shared/mail/errors.ts';
import { openOwaSession } from '../../../shared/mail/outlook-web/owa-session.ts';
import { createSharedBrowser, type SharedBrowser } from '../../../shared/mail/outlook-web/shared-browser.ts';
import { Account } from '../../../shared/models/account.ts';
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

async function openSession(t: { teardown(undo: () => Promise<void>): void }, world: OutlookWebWorld, context: TestContext = world.context()) {
  const session = await openOwaSession(await world.stored(), shared, context);
  t.teardown(() => session.close());
  return session;
}

test.serial('a redirect to where the session was made is Outlook, not a page to sign in', async (t) => {
  const world = await outlookWebWorld(t);
  const moved = world.web.url.replace('127.0.0.1', 'localhost');
  world.web.movedTo = moved;
  const cookies = world.web.signIn(world.account.email).map((cookie) => ({ ...cookie, domain: 'localhost' }));
  await Account.updateOne({ _id: world.account._id }, { credentials: sealCredentials({ cookies, origin: moved }, String(world.account._id), world.context().config) });
  const session = await openSession(t, world);
  await session.open('/mail/inbox');
  t.true(await session.until(() => session.identity.email === world.account.email, 5000));
});

test.serial('a connection that is lost while the page navigates is no page to sign in', async (t) => {
  const world = await outlookWebWorld(t);
  const session = await openSession(t, world);
  await session.open('/mail/inbox');
  await session.page.setOfflineMode(true);
  await session.page.reload().catch(() => undefined);
  const error = await t.throwsAsync(session.until(() => false, 5000), { code: 'page-unreachable' });
  t.true(hasReaction(error, 'retry'));
});
