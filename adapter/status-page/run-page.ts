import { html } from 'hono/html';
import { renderPlan } from './plan-section.ts';
import type { RunView } from './run-view.ts';
import type { ShownRun } from '../../shared/models/read-run.ts';
import { countsInWords, durationInWords, parametersInWords } from '../../shared/runs/run-words.ts';
import { errorInWords } from './attention.ts';
import { outcome, renderProgress, statusPill } from './jobs-section.ts';
import { readLogLine } from './log-line.ts';
import { renderBody } from './page.ts';
import { age, clockTime, instant, link, nothing, section, type Fragment } from './parts.ts';

const triggers = {
  cron: 'called over HTTP',
  invoke: 'started on the command line',
  hosted: 'called on a hosted platform',
  page: 'started on this page',
  push: 'the provider reported new mail',
} as const;

export function renderRunPage(view: RunView): Promise<string> {
  const { run, now } = view;
  return renderBody({
    title: `${run.job} ${run.status}`,
    heading: html`${run.job ?? 'A run'} ${statusPill(run)}`,
    now,
    main: html`${renderSummary(view)} ${renderPlan(view)} ${renderErrors(view)} ${renderLog(view)}`,
  });
}

function renderSummary({ run, feed, feeds, now }: RunView): Fragment {
  const { startedAt, durationMs, trigger, parameters, status, progress } = run;
  const asked = parametersInWords(parameters);
  return html`<div class="card">
    <p class="lead">
      ${status === 'running' ? 'Under way.' : status === 'skipped' ? whySkipped(run) : outcome(run, feeds)}
    </p>
    ${status === 'running' && startedAt ? renderProgress({ runId: '', startedAt, progress }, now) : ''}
    <dl class="facts even">
      <div>
        <dt>Started</dt>
        <dd>${startedAt ? instant(startedAt, clockTime(startedAt)) : 'at an unknown time'}</dd>
        <dd class="quiet">${age(startedAt, now, '')}</dd>
      </div>
      <div>
        <dt>Took</dt>
        <dd>${status === 'running' || durationMs === undefined ? 'not known yet' : durationInWords(durationMs)}</dd>
      </div>
      <div>
        <dt>Asked for</dt>
        <dd>${asked === '' ? 'everything' : asked}${feed ? html` (${link(`/feeds/${feed.id}`, feed.name)})` : ''}</dd>
        <dd class="quiet">${trigger ? triggers[trigger] : ''}</dd>
      </div>
    </dl>
    ${renderCounts(run)}
    <p class="quiet">
      Run <code>${run.runId}</code> on ${run.host ?? 'an unknown host'}, version ${run.version ?? '?'}
    </p>
  </div>`;
}

function whySkipped({ detail, reason }: ShownRun): string {
  return `Skipped: ${detail ?? reason ?? 'no reason was recorded'}`;
}

/** Includes counts that `outcome` omits. */
function renderCounts({ counts }: ShownRun): Fragment | string {
  const all = Object.entries(counts).filter(([, count]) => count !== 0);
  if (all.length === 0) return '';
  return html`<details id="counts">
    <summary>All counts</summary>
    <ul class="reasons">
      ${all.map(
        ([name, count]) => html`<li>${countsInWords({ [name]: count })} <span class="quiet">${name}</span></li>`,
      )}
    </ul>
  </details>`;
}

function renderErrors({ run, feeds }: RunView): Fragment | string {
  if (run.errors.length === 0) return '';
  return section(
    'errors',
    'Errors',
    html`<ul class="card reasons">
      ${run.errors.map(
        (error) =>
          html`<li>
            <span class="problem">${errorInWords(error, feeds)}</span>
            <span class="quiet">${error.code}${error.retryable ? ', the next run tries again' : ''}</span>
          </li>`,
      )}
    </ul>`,
    String(run.errors.length),
  );
}

function renderLog({ run, lines }: RunView): Fragment {
  const none =
    run.status === 'running'
      ? 'The log appears when the run has ended.'
      : run.status === 'skipped'
        ? 'A run that was skipped has no log.'
        : 'No log lines were kept for this run.';
  return section(
    'log',
    'Log',
    lines.length === 0
      ? nothing(none)
      : html`<div class="card scroll log" tabindex="0" role="region" aria-label="Log lines">
          <ol>
            ${lines
              .map(readLogLine)
              .map(
                ({ time, level, text }) =>
                  html`<li class="${level}"><span class="quiet">${time} ${level}</span> ${text}</li>`,
              )}
          </ol>
        </div>`,
    lines.length === 0 ? '' : `the last ${lines.length} lines, times in UTC`,
  );
}
