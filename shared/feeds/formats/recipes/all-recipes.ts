import type { RecipeFormat } from '../recipe.ts';
import { avito } from './avito.ts';
import { casaIt } from './casa-it.ts';
import { cian } from './cian.ts';
import { daft } from './daft.ts';
import { expertAgent } from './expert-agent.ts';
import { immobiliare } from './immobiliare.ts';
import { immoxml } from './immoxml.ts';
import { inmovilla } from './inmovilla.ts';
import { is24 } from './is24.ts';
import { mits } from './mits.ts';
import { mitsFloorplans } from './mits-floorplans.ts';
import { oferty } from './oferty.ts';
import { opennavent } from './opennavent.ts';
import { otodom } from './otodom.ts';
import { propertyfinder } from './propertyfinder.ts';
import { reso } from './reso.ts';
import { swissrets } from './swissrets.ts';
import { vrsync } from './vrsync.ts';
import { zap } from './zap.ts';
import { zillow } from './zillow.ts';

export const recipes: readonly RecipeFormat[] = [
  avito, casaIt, cian, daft, expertAgent, immobiliare, immoxml, inmovilla, is24, mits, mitsFloorplans,
  oferty, opennavent, otodom,
  propertyfinder, reso, swissrets, vrsync, zap, zillow,
]; // prettier-ignore
