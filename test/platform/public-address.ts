import test from 'ava';
import fc from 'fast-check';
import { addressKind, type AddressKind } from '../../shared/platform/public-address.ts';

/** Separated by blanks. */
const kinds: Readonly<Record<AddressKind, string>> = {
  public: `
    8.8.8.8 1.1.1.1 93.184.216.34 11.0.0.1 126.255.255.255 172.15.255.255 172.32.0.0 100.63.255.255
    100.128.0.0 192.167.255.255 198.17.255.255 198.20.0.0 223.255.255.255 168.63.129.15 2606:4700::1111
    2a00:1450:4001::1 2001:200::1 2400:: 3ffd::1 ::ffff:8.8.8.8 64:ff9b::808:808 2a00:1450::5efe:808:808`,
  private: `
    127.0.0.1 127.255.255.255 127.1 2130706433 0x7f000001 0177.0.0.1 ::1 0:0:0:0:0:0:0:1 10.0.0.1 172.16.0.0
    172.31.255.255 192.168.255.255 100.64.0.1 100.127.255.255 fc00::1 fdff:ffff::1 ::ffff:127.0.0.1
    ::ffff:7f00:1 ::ffff:10.0.0.1 64:ff9b::a00:1 ::127.0.0.1 2a00:1450::5efe:10.0.0.1
    2a00:1450::200:5efe:192.168.0.1`,
  reserved: `
    0.0.0.0 0.1.2.3 169.254.169.254 169.254.170.2 192.0.0.192 192.0.0.9 192.0.2.1 192.31.196.1 192.52.193.1
    192.88.99.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
    240.0.0.1 255.255.255.255 168.63.129.16 ::ffff:168.63.129.16 100.100.100.200 161.26.0.7 166.9.1.1
    199.36.153.8 :: ::a00:1 ::ffff:0:127.0.0.1 64:ff9b:1::a00:1 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1::
    2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2620:4f:8000::1 3fff::1 3ffe::1 5f00::1 4000::1
    1fff::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:42::42
    fd00:c1::a9fe:a9fe ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe localhost 1.2.3.4.5 metadata.google.internal`,
};

for (const [kind, addresses] of Object.entries(kinds) as [AddressKind, string][]) {
  test(`these addresses are ${kind}`, (t) => {
    for (const address of addresses.trim().split(/\s+/)) t.is(addressKind(address), kind, address);
  });
}

test('an invalid address counts as reserved', (t) => {
  for (const text of ['', ' ', 'a b']) t.is(addressKind(text), 'reserved');
});

test('an IPv4 address is judged the same however it is written', (t) => {
  const octet = fc.integer({ min: 0, max: 255 });
  const spellings = (bytes: readonly number[]) => {
    const whole = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    const [high, low] = [Math.floor(whole / 65_536).toString(16), (whole % 65_536).toString(16)];
    return [
      String(whole),
      `0x${whole.toString(16)}`,
      bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
      `::ffff:${bytes.join('.')}`,
      `::ffff:${high}:${low}`,
      `0:0:0:0:0:ffff:${high}:${low}`,
      `64:ff9b::${high}:${low}`,
    ];
  };
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet), (bytes) => {
      const kind = addressKind(bytes.join('.'));
      for (const spelling of spellings(bytes)) t.is(addressKind(spelling), kind, spelling);
    }),
  );
});

test('of IPv6 nothing outside of global unicast is public', (t) => {
  const group = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const address = groups.map((part) => part.toString(16)).join(':');
      if (addressKind(address) === 'public') t.is((groups[0] as number) >> 13, 1, address);
    }),
  );
});
