import { Schema } from 'mongoose';
import { defineModel } from './define-model.ts';

/** A receiver that answered 410 Gone. */
export interface WebhookEndpointDoc {
  /** SHA-256: the address may hold a secret. */
  urlHash: string;
  disabledAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<WebhookEndpointDoc>(
  { urlHash: { type: String, required: true }, disabledAt: { type: Date, required: true } },
  { timestamps: true },
);

schema.index({ urlHash: 1 }, { unique: true });

export const WebhookEndpoint = defineModel<WebhookEndpointDoc>('WebhookEndpoint', 'webhookendpoints', schema);
