import { html } from 'hono/html';
import type { RunStatus } from '../../shared/models/job-run.ts';
import type { ShownRun } from '../../shared/models/read-run.ts';
import { addUpRuns } from '../../shared/runs/add-up-runs.ts';
import { countsInWords, durationInWords, parametersInWords, waitInWords } from '../../shared/runs/run-words.ts';
import { errorInWords } from './attention.ts';
import { renderDurationTrend } from './duration-trend.ts';
import { age, buttons, clockTime, instant, link, pill, section, table, type Fragment, type Tone } from './parts.ts';
import type { Feed, JobStatus, RunUnderWay, Status } from './status.ts';
import { renderTimeline } from './timeline.ts';

const tones: Readonly<Record<RunStatus, Tone>> = {
  succeeded: 'good',
  partial: 'warning',
  failed: 'bad',
  skipped: 'neutral',
  running: 'busy',
};

interface Surroundings {
  readonly now: Date;
  readonly canAct: boolean;
  readonly feeds: readonly Feed[];
}

export function renderJobs({ jobs, now, canAct, records }: Status): Fragment {
  const surroundings = { now, canAct, feeds: records?.feeds ?? [] };
  const legend = html`<p class="legend" aria-hidden="true">
    <i class="succeeded"></i>succeeded <i class="partial"></i>partial <i class="failed"></i>failed
    <i class="skipped"></i>skipped
  </p>`;
  return section('jobs', 'Jobs', html`${jobs.map((job) => renderJob(job, surroundings))}${legend}`);
}

function renderJob(job: JobStatus, surroundings: Surroundings): Fragment {
  const { now, canAct } = surroundings;
  const { description, lateSince, underWay, week, durations, recent } = job;
  const lastRun = job.lastRun && { ...job.lastRun, ...(job.lastRuns.length > 0 ? addUpRuns(job.lastRuns) : {}) };
  const last = lastRun
    ? renderLastRun(lastRun, job.lastRuns, surroundings)
    : html`<span class="quiet">none recorded</span>`;
  const lastStatus = lastRun ? statusPill(lastRun) : pill('neutral', 'no run yet');
  const missed = lateSince ? html`<br /><span class="alarm">missed ${clockTime(lateSince)}</span>` : '';
  return html`<article class="card job${lateSince ? ' late' : ''}" aria-labelledby="job-${description.name}">
    <header>
      <div class="name">
        <h3 id="job-${description.name}">${description.name}</h3>
        <p class="quiet">${description.description}</p>
      </div>
      <div class="state">
        ${lateSince ? pill('bad', 'late') : ''}${underWay ? pill('busy', 'running') : ''}${lastStatus}
      </div>
    </header>
    <dl class="facts">
      <div class="wide">
        <dt>Last run</dt>
        <dd>${last}</dd>
      </div>
      <div>
        <dt>Next run</dt>
        <dd>${renderNextRun(job, now)}${missed}</dd>
      </div>
      <div>
        <dt>Duration</dt>
        <dd>${renderDurationTrend(durations) ?? html`<span class="quiet">not enough runs yet</span>`}</dd>
      </div>
    </dl>
    ${underWay ? renderProgress(underWay, now) : ''} ${renderTimeline({ job: description.name, marks: week, now })}
    <div class="foot">
      ${recent.length > 0 ? renderRecent(description.name, recent, surroundings) : html`<span></span>`}
      ${underWay ? '' : buttons(canAct, { action: 'run', label: 'Run now', fields: { job: description.name } })}
    </div>
  </article>`;
}

export function statusPill({ status }: Pick<ShownRun, 'status'>): Fragment {
  return status ? pill(tones[status], status) : pill('neutral', 'unknown');
}

/** @param mates with runs of other hosts */
function renderLastRun(run: ShownRun, mates: readonly ShownRun[], { now, feeds }: Surroundings): Fragment {
  const took = run.durationMs === undefined ? '' : html`, took ${durationInWords(run.durationMs)}`;
  const begun = age(run.startedAt, now, 'at an unknown time');
  const pages =
    mates.length === 0
      ? [{ runId: run.runId, name: 'log and errors' }]
      : mates.map(({ runId, host }) => ({ runId, name: `on ${host ?? 'an unknown host'}` }));
  const page = pages.map(({ runId, name }) => (runId === '' ? '' : html` · ${link(`/runs/${runId}`, name)}`));
  return html`<strong>${outcome(run, feeds)}</strong><br /><span class="quiet">${begun}${took}${page}</span>`;
}

/** Dry run or narrowing. */
function asked({ parameters }: Pick<ShownRun, 'parameters'>): Fragment | string {
  return parameters ? html` <span class="quiet">(${parametersInWords(parameters)})</span>` : '';
}

function renderNextRun({ description, nextRun }: JobStatus, now: Date): Fragment {
  const schedule = html`<code>${description.schedule}</code>`;
  if (!nextRun) return schedule;
  const wait = instant(nextRun, waitInWords(nextRun, now));
  return html`<strong>${wait}</strong><br /><span class="quiet">${schedule}</span>`;
}

export function outcome(run: ShownRun, feeds: readonly Pick<Feed, 'id' | 'name'>[]): string {
  const [first] = run.errors;
  if (run.status === 'failed') return first ? errorInWords(first, feeds) : (run.detail ?? run.reason ?? 'failed');
  return countsInWords(run.counts);
}

export function renderProgress({ runId, startedAt, progress }: RunUnderWay, now: Date): Fragment {
  const { message, done, total, unit } = progress ?? {};
  const share = done !== undefined && total ? Math.min(100, Math.floor((done / total) * 100)) : undefined;
  const bar =
    share === undefined
      ? html`<progress aria-label="Progress"></progress>`
      : html`<progress aria-label="Progress" max="100" value="${share}">${share} %</progress>`;
  const reached = share === undefined ? '' : html` · ${unit ? `${unit} ` : ''}${done}/${total}, ${share} %`;
  return html`<div class="progress">
    ${bar}
    <p>
      ${message ?? 'under way'}${reached}
      <span class="quiet">· since ${durationInWords(Math.max(0, now.getTime() - startedAt.getTime()))}</span>
      ${runId === '' ? '' : html`<span class="quiet">· ${link(`/runs/${runId}`, 'this run')}</span>`}
    </p>
  </div>`;
}

function renderRecent(job: string, runs: readonly ShownRun[], surroundings: Surroundings): Fragment {
  return html`<details id="recent-${job}">
    <summary>Last ${runs.length} runs</summary>
    ${renderRuns(`Last runs of ${job}`, runs, surroundings)}
  </details>`;
}

function renderRuns(
  label: string,
  runs: readonly ShownRun[],
  { now, feeds }: Pick<Surroundings, 'now' | 'feeds'>,
): Fragment {
  return table({
    label,
    columns: ['Started', 'Status', 'Took', 'What it did'],
    rows: runs.map((run) => [
      run.runId === ''
        ? age(run.startedAt, now, 'unknown')
        : link(`/runs/${run.runId}`, age(run.startedAt, now, 'then')),
      statusPill(run),
      run.status === 'skipped' || run.durationMs === undefined ? '' : durationInWords(run.durationMs),
      html`${describeRun(run, feeds)}${asked(run)}`,
    ]),
  });
}

function describeRun(run: ShownRun, feeds: readonly Feed[]): Fragment {
  if (run.status === 'running') return html`${run.progress?.message ?? ''}`;
  if (run.status === 'skipped') return html`${run.detail ?? run.reason ?? ''}`;
  const errors = run.errors
    .slice(0, 3)
    .map((error) => html`<br /><span class="problem">${errorInWords(error, feeds)}</span>`);
  const more = run.errors.length > 3 ? html`<br /><span class="quiet">and ${run.errors.length - 3} more</span>` : '';
  return html`${countsInWords(run.counts)}${errors}${more}`;
}
