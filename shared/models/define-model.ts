import mongoose, { type Model, type Schema } from 'mongoose';

/** Registers a model once; a second bundle would throw OverwriteModelError. */
export function defineModel<T>(name: string, collection: string, schema: Schema<T>): Model<T> {
  return (mongoose.models[name] as Model<T> | undefined) ?? mongoose.model<T>(name, schema, collection);
}
