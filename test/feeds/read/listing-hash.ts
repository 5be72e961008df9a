import test from 'ava';
import { listingHash } from '../../../shared/feeds/read/listing-hash.ts';

test('named query keys, space and the order of features make no change; the order of images does', (t) => {
  const image = (version: number, name = 'a') => ({
    url: `https://i.example/${name}.jpg?w=5&v=${version}`,
    sortOrder: 0,
  });
  const values = (version: number) => ({ title: 'A house', features: ['Pool', 'View'], images: [image(version)] });
  t.is(listingHash(values(1), 'snapshot', ['v']), listingHash(values(2), 'snapshot', ['v']));
  t.not(listingHash(values(1), 'snapshot'), listingHash(values(2), 'snapshot'));
  t.is(
    listingHash(values(1), 'snapshot'),
    listingHash({ ...values(1), title: ' A \n house', features: ['View', 'Pool'], city: null }, 'snapshot'),
  );
  t.not(listingHash(values(1), 'delta'), listingHash({ ...values(1), city: null }, 'delta'));
  const two = [
    { ...image(1), sortOrder: 0 },
    { ...image(1, 'b'), sortOrder: 1 },
  ];
  t.not(
    listingHash({ images: two }, 'snapshot'),
    listingHash(
      {
        images: [
          { ...two[1]!, sortOrder: 0 },
          { ...two[0]!, sortOrder: 1 },
        ],
      },
      'snapshot',
    ),
  );
});
