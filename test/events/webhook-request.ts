import test from 'ava';
import { Types } from 'mongoose';
import { cloudEvent, webhookRequest } from '../../shared/events/webhook-request.ts';

const secret = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

test('no field makes a body larger than receivers take', (t) => {
  const long = '👍'.repeat(2_000_000);
  const now = new Date('2026-11-23T09:00:00Z');
  const event = {
    _id: new Types.ObjectId(),
    type: 'listing.new',
    locationId: new Types.ObjectId(),
    payload: {
      title: long,
      currency: long,
      matches: Array.from({ length: 9000 }, () => ({ contactId: '6b03fa41a557f2a3777af3c5', score: 1 })),
    },
    metadata: { timestamp: now, sourceId: long, contactId: long },
    createdAt: now,
  };
  const { body } = webhookRequest(cloudEvent(event as never), [secret], now);
  t.true(body.length < 100_000, `${body.length}`);
  t.true(body.isWellFormed());
});
