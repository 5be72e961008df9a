import type { Goal } from '../formats/feed-format.ts';
import { wordKey, wordTable } from './words.ts';

const goals = wordTable<Goal>({
  SALE:
    'for sale, sell, sales, buy, purchase, resale, new build, new development, s, v, venta, en venta, vender, ' +
    'vende, se vende, compra, kauf, verkauf, zu verkaufen, kaufen, vente, à vendre, vendre, achat, vendita, ' +
    'in vendita, vendo, koop, te koop, verkoop, à venda, comprar, продажа, продам, продаю, продается, продаётся, ' +
    'куплю, продаж, till salu, til salgs, til salg, myydään, sprzedaż, na sprzedaż, prodej, predaj, satılık, ' +
    'πώληση, προς πώληση, for_sale, for sale by agent, for_sale_by_agent, for sale by owner, rs, cs, auction, ' +
    'traspaso, leilao, vânzare, vanzare, продажба, продава, продава се, продаја, prodaja, na prodaju, eladó, ' +
    'venda, vende-se, vendas, de vânzare, de vanzare, vand, vând, πωλείται, πωλούνται, προς πώληση, dijual, jual, ' +
    'للبيع, بيع, فروش, برای فروش, ขาย, bán, müük, parduodama, pārdod, na predaj, na prodej, predaj, salg, ' +
    'verkopen, למכירה, מכירה, shitje, në shitje, იყიდება, վաճառք, satış, 出售, 売買, prodam, prodamo, prodaje se',
  RENT:
    'long term, longterm, long term let, long let, short term, shortterm, short term let, short let, holiday, ' +
    'holiday let, holiday rental, vacation rental, roommate, flatshare, flat share, house share, room ' +
    'share, for rent, for lease, lease, leasing, to let, to rent, let, ' +
    'letting, lettings, rental, rentals, r, a, l, alquiler, en alquiler, alquilar, se alquila, ' +
    'alquiler vacacional, alquiler temporada, miete, mieten, zu vermieten, vermietung, miete pacht, pacht, ' +
    'location, à louer, louer, locations, affitto, in affitto, affittasi, affittare, locazione, huur, te huur, ' +
    'verhuur, aluguel, aluguer, arrendamento, para alugar, alugar, locação, arrendar, аренда, сдам, сдаю, сдается, ' +
    'сдаётся, сниму, оренда, здам, hyra, uthyres, til leie, til leje, vuokrataan, wynajem, do wynajęcia, pronájem, ' +
    'prenájom, kiralık, ενοικίαση, προς ενοικίαση, for_rent, holiday rental, holiday let, short term rental, ' +
    'short let, vacation rental, long term rental, rr, cr, winter let, seasonal, închiriere, inchiriere, наем, ' +
    'под наем, изнајмљивање, издавање, се издава, najam, izdavanje, za najam, kiadó, for_lease, aluga-se, locação, ' +
    'de închiriat, de inchiriat, inchiriez, închiriez, ενοικιάζεται, ενοικιάζονται, disewakan, sewa, للإيجار, ' +
    'للايجار, إيجار, ايجار, اجاره, رهن و اجاره, ให้เช่า, เช่า, cho thuê, üür, nuomojama, īrē, do wynajęcia, ' +
    'k pronájmu, na prenájom, leie, utleie, te huur, להשכרה, השכרה, qira, me qira, ქირავდება, վարձով, ' +
    'kira, 出租, 賃貸, oddaja, oddam, oddamo, iznajmljivanje, najem',
});
const both = new Set(
  [
    'sale rent',
    'rent sale',
    'both',
    'sale and rent',
    'sale or rent',
    'sale lease',
    'venta y alquiler',
    'venta alquiler',
    'alquiler y venta',
    'kauf miete',
  ].map(wordKey),
);

export function parseGoal(word: string): Goal | 'BOTH' | null {
  const key = wordKey(word);
  if (both.has(key)) return 'BOTH';
  const known = goals.get(key);
  if (known !== undefined) return known;
  const inside = key
    .split(' ')
    .map((part) => (part.length > 3 ? goals.get(part) : undefined))
    .filter((goal) => goal !== undefined);
  const [first] = inside;
  if (first === undefined) return null;
  return inside.some((goal) => goal !== first) ? 'BOTH' : first;
}
