/** All collections, for the index command and tests. */

import type { Model } from 'mongoose';
import { Account } from './account.ts';
import { Alert } from './alert.ts';
import { CheckCursor } from './check-cursor.ts';
import { Company } from './company.ts';
import { ConnectLink } from './connect-link.ts';
import { Contact } from './contact.ts';
import { Conversation } from './conversation.ts';
import { Deal } from './deal.ts';
import { FeedTransfer } from './feed-transfer.ts';
import { Event } from './event.ts';
import { JobRun } from './job-run.ts';
import { KeptRequest } from './kept-request.ts';
import { Location } from './location.ts';
import { Message } from './message.ts';
import { NamedClaim } from './named-claim.ts';
import { Offer } from './offer.ts';
import { OutlookLink } from './outlook-link.ts';
import { PassedMail } from './passed-mail.ts';
import { Property } from './property.ts';
import { PropertyFeed } from './property-feed.ts';
import { PurgeHold } from './purge-hold.ts';
import { QuotaDay } from './quota-day.ts';
import { RunDetail } from './run-detail.ts';
import { SyncItem } from './sync-item.ts';
import { User } from './user.ts';
import { Viewing } from './viewing.ts';
import { WebhookEndpoint } from './webhook-endpoint.ts';

export const models = [
  Location,
  User,
  Account,
  Contact,
  Conversation,
  Message,
  SyncItem,
  PassedMail,
  KeptRequest,
  OutlookLink,
  Company,
  PropertyFeed,
  FeedTransfer,
  Property,
  Deal,
  Offer,
  Viewing,
  Event,
  CheckCursor,
  PurgeHold,
  JobRun,
  RunDetail,
  NamedClaim,
  QuotaDay,
  WebhookEndpoint,
  Alert,
  ConnectLink,
] as unknown as readonly Model<unknown>[];
