/** Drops none, because the CRM shares the collections. */

import type { Model, mongo } from 'mongoose';
import { models } from './index.ts';

export interface IndexReport {
  readonly collection: string;
  readonly present: readonly string[];
  readonly created: readonly string[];
  readonly missing: readonly string[];
  /** In no schema. */
  readonly extra: readonly string[];
  /** Not created, or different options. */
  readonly problems: readonly IndexProblem[];
}

interface IndexProblem {
  readonly index: string;
  readonly reason: string;
}

export interface EnsureIndexesOptions {
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
}

type IndexKeys = Record<string, mongo.IndexDirection>;
type IndexDefinition = [keys: IndexKeys, options: mongo.CreateIndexesOptions];

/**
 * Problems go into the report.
 * @throws {Error} the database does not answer
 */
export async function ensureIndexes({ dryRun, signal }: EnsureIndexesOptions): Promise<IndexReport[]> {
  const reports: IndexReport[] = [];
  for (const model of models) {
    signal?.throwIfAborted();
    reports.push(await ensureCollectionIndexes(model, dryRun));
  }
  return reports;
}

async function ensureCollectionIndexes(model: Model<unknown>, dryRun: boolean): Promise<IndexReport> {
  // Else mongoose returns only keys.
  const difference = await model.diffIndexes({ indexOptionsToCreate: true });
  const wanted = difference.toCreate as unknown as IndexDefinition[];
  const existing = await listIndexes(model);
  const keysWanted = new Set(wanted.map(([keys]) => indexName(keys)));
  const conflicting = new Set(
    existing.filter(({ keys }) => keysWanted.has(indexName(keys))).map(({ keys }) => indexName(keys)),
  );

  const created: string[] = [];
  const missing: string[] = [];
  const problems: IndexProblem[] = [];
  for (const [keys, options] of wanted) {
    const index = indexName(keys);
    if (conflicting.has(index)) {
      problems.push({
        index,
        reason:
          `exists with other options than ${describeOptions(options)}: drop it ` +
          `(${model.collection.name}.dropIndex) and run this again`,
      });
    } else if (dryRun) {
      missing.push(index);
    } else {
      const reason = await createIndex(model, keys, options);
      if (reason === undefined) created.push(index);
      else problems.push({ index, reason });
    }
  }

  const unknown = new Set(difference.toDrop);
  return {
    collection: model.collection.name,
    present: existing.filter(({ name }) => !unknown.has(name)).map(({ keys }) => indexName(keys)),
    created,
    missing,
    extra: existing
      .filter(({ name, keys }) => unknown.has(name) && !conflicting.has(indexName(keys)))
      .map(({ name }) => name),
    problems,
  };
}

async function createIndex(
  model: Model<unknown>,
  keys: IndexKeys,
  options: mongo.CreateIndexesOptions,
): Promise<string | undefined> {
  try {
    const { background: _obsolete, ...rest } = options;
    await model.collection.createIndex(keys, rest);
    return undefined;
  } catch (error) {
    const { code, message } = error as mongo.MongoServerError;
    if (code === undefined) throw error;
    return code === 11_000
      ? 'several documents have the same value, first ' +
          `${describeDuplicate(error as mongo.MongoServerError)}: correct them and run this again`
      : message;
  }
}

async function listIndexes(model: Model<unknown>): Promise<{ name: string; keys: IndexKeys }[]> {
  try {
    const indexes = (await model.listIndexes()) as { name: string; key: IndexKeys }[];
    return indexes.filter(({ name }) => name !== '_id_').map(({ name, key }) => ({ name, keys: key }));
  } catch (error) {
    if ((error as mongo.MongoServerError).codeName === 'NamespaceNotFound') return [];
    throw error;
  }
}

/** As MongoDB does: `locationId_1_slug_1`. */
function indexName(keys: IndexKeys): string {
  return Object.entries(keys).flat().join('_');
}

function describeOptions(options: mongo.CreateIndexesOptions): string {
  const { background: _obsolete, ...rest } = options;
  return JSON.stringify(rest);
}

function describeDuplicate({ keyValue, message }: mongo.MongoServerError): string {
  return keyValue ? JSON.stringify(keyValue) : message;
}
