/** A dry run's change of one record. */
export interface PlannedChange {
  readonly scope: string;
  /** A word of the job: `insert`, `withdraw-absent`. */
  readonly do: string;
  readonly reference: string;
  readonly because: string;
}
