import { html } from 'hono/html';
import type { RunStatus } from '../../shared/models/job-run.ts';
import type { ShownRun } from '../../shared/models/read-run.ts';
import { countsInWords, durationInWords, parametersInWords, waitInWords } from '../../shared/runs/run-words.ts';
import { renderDurationTrend } from './duration-trend.ts';
import { age, clockTime, instant, pill, section, type Fragment, type Tone } from './parts.ts';
import type { JobStatus, RunUnderWay, Status } from './status.ts';
import { renderTimeline } from './timeline.ts';

const tones: Readonly<Record<RunStatus, Tone>> = {
  succeeded: 'good',
  partial: 'warning',
  failed: 'bad',
  skipped: 'neutral',
  running: 'busy',
};

export function renderJobs({ jobs, now }: Status): Fragment {
  const legend = html`<p class="legend" aria-hidden="true">
    <i class="succeeded"></i>succeeded <i class="partial"></i>partial <i class="failed"></i>failed
    <i class="skipped"></i>skipped
  </p>`;
  return section('jobs', 'Jobs', html`${jobs.map((job) => renderJob(job, now))}${legend}`);
}

function renderJob(job: JobStatus, now: Date): Fragment {
  const { description, lateSince, lastRun, underWay, week, durations, recent } = job;
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
        <dd>${lastRun ? renderLastRun(lastRun, now) : html`<span class="quiet">none recorded</span>`}</dd>
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
    ${recent.length > 0 ? renderRecent(description.name, recent, now) : ''}
  </article>`;
}

function statusPill({ status }: ShownRun): Fragment {
  return status ? pill(tones[status], status) : pill('neutral', 'unknown');
}

function renderLastRun(run: ShownRun, now: Date): Fragment {
  const took = run.durationMs === undefined ? '' : html`, took ${durationInWords(run.durationMs)}`;
  const begun = age(run.startedAt, now, 'at an unknown time');
  return html`<strong>${outcome(run)}</strong>${asked(run)}<br /><span class="quiet">${begun}${took}</span>`;
}

/** Whether it was a dry run, or for what it was run alone. */
function asked({ parameters }: ShownRun): Fragment | string {
  return parameters ? html` <span class="quiet">(${parametersInWords(parameters)})</span>` : '';
}

function renderNextRun({ description, nextRun }: JobStatus, now: Date): Fragment {
  const schedule = html`<code>${description.schedule}</code>`;
  if (!nextRun) return schedule;
  const wait = instant(nextRun, waitInWords(nextRun, now));
  return html`<strong>${wait}</strong><br /><span class="quiet">${schedule}</span>`;
}

/** What came of a run, in words; of a failed one why. */
function outcome(run: ShownRun): string {
  const [first] = run.errors;
  if (run.status === 'failed') return first?.message ?? run.detail ?? run.reason ?? 'failed';
  return countsInWords(run.counts);
}

function renderProgress({ startedAt, progress }: RunUnderWay, now: Date): Fragment {
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
    </p>
  </div>`;
}

function renderRecent(job: string, runs: readonly ShownRun[], now: Date): Fragment {
  return html`<details id="recent-${job}">
    <summary>Last ${runs.length} runs</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Last runs of ${job}">
      <table>
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Status</th>
            <th scope="col">Took</th>
            <th scope="col">What it did</th>
          </tr>
        </thead>
        <tbody>
          ${runs.map(
            (run) =>
              html`<tr>
                <td>${age(run.startedAt, now, 'unknown')}</td>
                <td>${statusPill(run)}</td>
                <td>
                  ${run.status === 'skipped' || run.durationMs === undefined ? '' : durationInWords(run.durationMs)}
                </td>
                <td>${describeRun(run)}${asked(run)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function describeRun(run: ShownRun): Fragment {
  if (run.status === 'running') return html`${run.progress?.message ?? ''}`;
  if (run.status === 'skipped') return html`${run.detail ?? run.reason ?? ''}`;
  const errors = run.errors
    .slice(0, 3)
    .map(({ scope, message }) => html`<br /><span class="problem">${scope}: ${message}</span>`);
  const more = run.errors.length > 3 ? html`<br /><span class="quiet">and ${run.errors.length - 3} more</span>` : '';
  return html`${countsInWords(run.counts)}${errors}${more}`;
}
