import type { Config } from '@netlify/functions';
import { checkChangedSearches } from '../shared/checks/changed-searches.ts';
import { checkExpiringOffers } from '../shared/checks/expiring-offers.ts';
import { checkFollowUps } from '../shared/checks/follow-ups.ts';
import { checkInactiveLeads } from '../shared/checks/inactive-leads.ts';
import { checkNewListings } from '../shared/checks/new-listings.ts';
import { checkPriceReductions } from '../shared/checks/price-reductions.ts';
import { checkUpcomingViewings } from '../shared/checks/upcoming-viewings.ts';
import { findMatches } from '../shared/matching/find-matches.ts';
import { findStock } from '../shared/matching/find-stock.ts';
import { defineJob, hostedJob } from '../shared/runs/define-job.ts';
import { withLocationClaims } from '../shared/runs/location-claims.ts';
import type { RunContext } from '../shared/runs/run-context.ts';

/** A failing check stops no other. */
export const job = defineJob({
  name: 'scheduled-tasks',
  description: 'Finds what an agent should act on, and reports it as events.',
  schedule: '*/30 * * * *',
  parameters: ['locationId'],
  run: (given) => withLocationClaims(given, runChecks),
});

/** A collection's first check mends its words: follow-ups before upcoming viewings, new listings before the rest. */
async function runChecks(context: RunContext): Promise<void> {
  await context.attempt('follow-ups', () => checkFollowUps(context));
  await context.attempt('expiring-offers', () => checkExpiringOffers(context));
  await context.attempt('inactive-leads', () => checkInactiveLeads(context));
  await context.attempt('new-listings', () => checkNewListings(context, findMatches));
  await context.attempt('upcoming-viewings', () => checkUpcomingViewings(context));
  await context.attempt('changed-searches', () => checkChangedSearches(context, findStock));
  await context.attempt('price-reductions', () => checkPriceReductions(context, findMatches));
}

/** Netlify: see gmail-sync. */
export const config: Config = { path: '/api/cron/scheduled-tasks', background: true };

export default hostedJob(job);
