import test from 'ava';
import { listingSlug } from '../../../shared/feeds/store/slug.ts';

test('slugs are Latin, stable, and differ between feeds and ids', (t) => {
  t.regex(listingSlug('Διαμέρισμα στη Λευκωσία', 'f', '1'), /^[a-z0-9-]+-[a-z0-9]{6}$/);
  t.regex(listingSlug('Вилла у моря', 'f', '1'), /^villa-u-mor/);
  t.is(listingSlug('Villa', 'f', '1'), listingSlug('Villa', 'f', '1'));
  t.is(
    new Set([
      listingSlug('Villa', 'f', '1'),
      listingSlug('Villa', 'f', '2'),
      listingSlug('Villa', 'g', '1'),
      listingSlug('Villa', 'f', '1', 1),
    ]).size,
    4,
  );
  t.regex(listingSlug('???', 'f', '1'), /^[a-z0-9]{6}$/);
});
