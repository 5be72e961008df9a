/** Every limit at which a plan asks a person, each with its reason. */
export const limits = {
  /**
   * More than this share of the listings on offer, and more than this many, do not leave at once without a person: an
   * agency sells a few in an hour, a broken export loses hundreds.
   */
  maxRemovedShare: 0.2,
  maxRemoved: 10,
  /** So many items may carry the reference of another listing: two listings are exchanged by hand, not three. */
  maxMovedIds: 2,
  /** More listings than this lose most of their fields together only when the feed has another form. */
  maxHollow: 2,
  /** A field that more than this share of the listings lose at once is one that the feed gives no more. */
  maxFieldLoss: 0.5,
  /** So many of the listings that a hold is about are named in its message. */
  maxNamedInHold: 10,
  /** So many pairs of different items with one id are named; the others are counted. */
  maxNamedDuplicates: 5,
} as const;
