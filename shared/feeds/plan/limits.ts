/** Above these limits a plan asks a person. */
export const limits = {
  /** Both must be exceeded: an agency sells a few listings an hour, a broken export loses hundreds. */
  maxRemovedShare: 0.2,
  maxRemoved: 10,
  /** Items with another listing's reference: people swap two by hand, not three. */
  maxMovedIds: 2,
  /** If more lose most fields together, the feed's form has changed. */
  maxHollow: 2,
  /** If a larger share loses a field, the feed has dropped it. */
  maxFieldLoss: 0.5,
  maxNamedInHold: 10,
  maxNamedDuplicates: 5,
} as const;
