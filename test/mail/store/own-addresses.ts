import test from 'ava';
import { isOwn, ownAddresses } from '../../../shared/mail/store/own-addresses.ts';

const own = ownAddresses(['Office@Agency.example', 'alias@other.example'], ['brand.example']);

test('mailboxes, aliases, tags and own domains are ours', (t) => {
  for (const email of [
    'office@agency.example',
    'OFFICE+villa@agency.example',
    'alias@other.example',
    'anybody@brand.example',
  ])
    t.true(isOwn(email, own), email);
  for (const email of ['office@other.example', 'anna@agency.example', '', 'x@sub.brand.example'])
    t.false(isOwn(email, own), email);
});
