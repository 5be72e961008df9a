import { html } from 'hono/html';
import { durationInWords } from '../../shared/runs/run-words.ts';
import type { LockInUse } from '../read-locks.ts';
import { age, nothing, pill, section, type Fragment } from './parts.ts';
import type { Host, Status } from './status.ts';

export function renderHost({ host, version, now }: Status): Fragment {
  return section(
    'host',
    'Host',
    html`<div class="card">
      <dl class="figures">
        ${memory(host)}${load(host)}
        <div>
          <dt>Adapter</dt>
          <dd>${host.processMb} MB</dd>
          <dd class="quiet">
            version ${version}, Node ${process.versions.node}, pid ${process.pid}, started ${age(host.startedAt, now)}
          </dd>
        </div>
      </dl>
      <h3>Locks</h3>
      ${
        host.locks.length === 0
          ? nothing('No job holds its lock.')
          : html`<ul class="reasons">
              ${host.locks.map((lock) => renderLock(lock, now))}
            </ul>`
      }
    </div>`,
    host.name,
  );
}

function memory({ availableMb, totalMb, minFreeMb }: Host): Fragment {
  const alarm = availableMb < minFreeMb ? html` class="alarm"` : '';
  const value = Math.min(availableMb, totalMb);
  const [available, total, needed] = [availableMb, totalMb, minFreeMb].map((mb) => `${mb.toLocaleString('en')} MB`);
  return html`<div><dt>Memory available</dt><dd${alarm}>${available}</dd>
<dd><meter aria-label="Memory available" min="0" max="${totalMb}" low="${minFreeMb}" value="${value}"></meter></dd>
<dd class="quiet">of ${total}; runs are skipped below ${needed}</dd>
</div>`;
}

function load({ load: now, maxLoad, processors }: Host): Fragment {
  const alarm = now > maxLoad ? html` class="alarm"` : '';
  const max = Math.max(maxLoad, 0.1);
  const value = Math.min(now, maxLoad);
  return html`<div><dt>Load</dt><dd${alarm}>${now.toFixed(2)}</dd>
<dd><meter aria-label="Load" min="0" max="${max}" high="${maxLoad * 0.8}" optimum="0" value="${value}"></meter></dd>
<dd class="quiet">${processors} processors; runs are skipped above ${maxLoad}</dd>
</div>`;
}

function renderLock({ job, pid, host, since, touchedAt }: LockInUse, now: Date): Fragment {
  const silent = touchedAt && now.getTime() - touchedAt.getTime() > 60_000;
  const held = since ? html`, held for ${durationInWords(Math.max(0, now.getTime() - since.getTime()))}` : '';
  const touched = touchedAt ? html`, touched ${age(touchedAt, now)}` : '';
  return html`<li>
    ${job}: ${pid === undefined ? '' : `pid ${pid} `}${host ? `on ${host}` : ''}${held}${touched}
    ${silent ? pill('warning', 'its owner is dead: the next run takes over') : ''}
  </li>`;
}
