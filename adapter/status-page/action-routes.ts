import { html } from 'hono/html';
import { UsageError } from '../../shared/platform/errors.ts';
import type { Route } from '../routes.ts';
import { actions, type ActionContext, type ActionResult } from './actions/actions.ts';
import type { FormTokens } from './actions/form-tokens.ts';
import { readAction, type Refusal } from './actions/read-action.ts';
import { noticeHeader } from './actions/session.ts';
import { renderBody } from './page.ts';
import { link } from './parts.ts';

export interface ActionRoutesOptions extends ActionContext {
  readonly tokens: FormTokens;
  readonly answer: (request: Request, content: string, status: number) => Promise<Response>;
  readonly guarded: (handle: Route['handle']) => Route['handle'];
}

export function actionRoute(options: ActionRoutesOptions): Route {
  const { service, log, tokens, answer, guarded } = options;

  async function act(request: Request, path: string): Promise<Response> {
    const name = path.slice('/actions/'.length);
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    const refuse = async (status: number, text: string, to = '/') => {
      log.warn({ audit: name, by: userOf(request), refused: text, status }, 'an action of the status page was refused');
      return answer(request, await renderRefusal(text, to, service.clock.now()), status);
    };
    if (!service.config.statusActions) return refuse(403, 'The status page has no buttons here: STATUS_ACTIONS is 0.');
    if (!action) return refuse(404, 'There is no such action.');
    const read = await readAction(request, tokens, service.clock.now());
    if ('refusal' in read) return refuse(read.refusal.status, withWayOn(read.refusal));
    const unknown = [...read.fields.keys()].find((field) => !action.fields.includes(field));
    if (unknown !== undefined)
      return refuse(400, `The form has an unknown field: ${JSON.stringify(unknown.slice(0, 50))}.`);
    const audit = { audit: name, by: userOf(request), ...audited(read.fields) };
    try {
      await service.database();
      const result = await action.run(read.fields, options);
      log.info({ ...audit, ...outcomeOf(result) }, 'an action of the status page');
      if ('page' in result) return answer(request, result.page, 200);
      if ('refused' in result)
        return answer(request, await renderRefusal(result.refused, result.to, service.clock.now()), 409);
      return new Response(null, {
        status: 303,
        headers: {
          location: result.to,
          'set-cookie': noticeHeader(result.notice, request),
          'cache-control': 'no-store',
        },
      });
    } catch (error) {
      if (error instanceof UsageError) return refuse(400, error.message);
      log.error({ ...audit, err: error }, 'an action of the status page failed');
      throw error;
    }
  }

  return { path: '/actions/*', methods: ['POST'], isGuessable: true, handle: guarded(act) };
}

function withWayOn({ status, text }: Refusal): string {
  return status === 403 ? `${text} Nothing was done. Open the page again and press the button there.` : text;
}

/** A mapping is long and also in the feed's record. */
function audited(fields: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...fields].filter(([name]) => name !== 'mapping').map(([name, value]) => [name, value.slice(0, 100)]),
  );
}

function outcomeOf(result: ActionResult): Record<string, string> {
  if ('refused' in result) return { refused: result.refused };
  return 'page' in result ? {} : { to: result.to, outcome: result.notice };
}

/** Any user name is accepted, so it only tells who they say they are. */
function userOf(request: Request): string {
  const encoded = /^Basic +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const [user = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 1);
  return user.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 100);
}

function renderRefusal(text: string, to: string, now: Date): Promise<string> {
  return renderBody({
    title: 'Nothing was done',
    heading: 'Nothing was done',
    now,
    main: html`<div class="card">
      <p class="lead">${text}</p>
      <p>${link(to, 'Go on')}</p>
    </div>`,
  });
}
