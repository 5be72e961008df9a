import { readdir, readFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import test from 'ava';
import { Contact } from '../../../shared/models/contact.ts';
import { Message } from '../../../shared/models/message.ts';
import { job } from '../../../functions/outlook-sync.ts';
import { useDatabase } from '../../doubles/database.ts';
import { heldMemory } from '../../doubles/held-memory.ts';
import { isLong } from '../../doubles/chosen.ts';
import { outlookWebWorld } from '../../doubles/outlook-web-account.ts';

useDatabase(test);

const prefix = `estio-cron-browser-${userInfo().uid}-${process.pid}-`;

/** Of this process's browsers. */
async function leftovers(): Promise<string[]> {
  const ours = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => '');
  const names = await Promise.all(
    children
      .trim()
      .split(' ')
      .filter(Boolean)
      .map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')),
  );
  return [...ours, ...names.filter((name) => /chrom/.test(name))];
}

/** Each five have every fault. */
const rounds = isLong ? 30 : 6;

test('runs with faults leave no process, no profile folder, and no memory behind', async (t) => {
  const world = await outlookWebWorld(t);
  await Contact.create({ locationId: world.account.locationId, name: 'Nikos', email: 'nikos@buyer.test' });
  const heaps: number[] = [];
  const run = async (spoil: (abort: (reason: Error) => void) => void, environment: Record<string, string> = {}) => {
    const context = world.context({
      environment,
      parameters: { accountId: String(world.account._id) },
    });
    context.clock.set(new Date(Date.UTC(2026, 10, 23, 9) + heaps.length * 3_600_000));
    spoil(context.abort);
    await job.run(context).catch(() => undefined);
    t.deepEqual(await leftovers(), []);
    heaps.push(heldMemory());
    return context.report();
  };
  for (let round = 0; round < rounds; round += 1) {
    world.outlook.deliver({
      from: 'nikos@buyer.test',
      subject: `Number ${round}`,
      receivedAt: new Date(Date.UTC(2026, 10, 22, 8, round)),
    });
    Object.assign(world.web, { failWith: 0 });
    Object.assign(world.web.variant, { json: 'plain', layout: 'usual' });
    await run(
      (abort) => {
        if (round % 5 === 1) Object.assign(world.web, { failWith: 503 });
        if (round % 5 === 2) Object.assign(world.web.variant, { json: 'opaque', layout: 'changed' });
        if (round % 5 === 3) abort(new Error('budget'));
        if (round % 5 === 4) setTimeout(() => abort(new Error('budget')), 400 + round * 20);
      },
      { MAIL_REQUEST_TIMEOUT: '3s' },
    );
  }
  Object.assign(world.web, { failWith: 0 });
  Object.assign(world.web.variant, { json: 'plain', layout: 'usual' });
  const report = await run(() => undefined);
  t.is(report.status, 'succeeded', JSON.stringify(report.errors));
  t.is(await Message.countDocuments({ locationId: world.account.locationId }), rounds);
  const early = Math.max(...heaps.slice(2, 5));
  const late = heaps.at(-1) as number;
  t.log(
    `memory held: ${Math.round(early / 2 ** 20)} MB after some runs, ${Math.round(late / 2 ** 20)} MB after ` +
      `${heaps.length}`,
  );
  t.true(late < early * 1.25, `${early} ${late}`);
});
