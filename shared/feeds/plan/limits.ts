/** Above these, a plan asks a person. */
export const limits = {
  /** Both must be exceeded: an agency sells a few listings an hour, a broken export loses hundreds. */
  maxRemovedShare: 0.2,
  maxRemoved: 10,
  /** Items with another listing's reference: people swap two by hand, not three. */
  maxMovedIds: 2,
  /** If more lose most fields together, the feed's form has changed. */
  maxHollow: 2,
  /** Above, the feed has dropped the field. */
  maxFieldLoss: 0.5,
  maxNamedInHold: 10,
  maxNamedDuplicates: 5,
} as const;
