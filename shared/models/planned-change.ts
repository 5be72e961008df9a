/** What a dry run would do with one record. */
export interface PlannedChange {
  /** The unit of the run (a feed). */
  readonly scope: string;
  /** `insert`, `update`, `withdraw-absent` ...: a word of the job. */
  readonly do: string;
  /** How people call the record. */
  readonly reference: string;
  readonly because: string;
}
