import { sessionOf } from './session.ts';
import type { FormTokens, TokenVerdict } from './form-tokens.ts';

export interface Refusal {
  readonly status: 400 | 403 | 415;
  readonly text: string;
}

const refusedTokens: Readonly<Record<Exclude<TokenVerdict, 'good'>, string>> = {
  wrong: 'The form does not belong to this page (the adapter may have restarted).',
  old: 'The form is too old.',
  used: 'This form was already used.',
};

/** @param hosts further names of the page @returns the fields without the token, or the refusal */
export async function readAction(
  request: Request,
  tokens: FormTokens,
  now: Date,
): Promise<{ readonly fields: ReadonlyMap<string, string> } | { readonly refusal: Refusal }> {
  const refuse = (status: Refusal['status'], text: string) => ({ refusal: { status, text } });
  if (!isOwnOrigin(request)) return refuse(403, 'The request comes from another site.');
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    return refuse(415, 'Expected a form (application/x-www-form-urlencoded).');
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await request.text())) {
    if (fields.has(name)) return refuse(400, `The field ${JSON.stringify(name.slice(0, 50))} was sent twice.`);
    fields.set(name, value);
  }
  const token = fields.get('token');
  if (token === undefined) return refuse(403, 'The form has no token.');
  fields.delete('token');
  const verdict = tokens.take(sessionOf(request).id, token, now);
  return verdict === 'good' ? { fields } : refuse(403, refusedTokens[verdict]);
}

/**
 * Browsers send Origin with every POST. A proxy may replace Host and pass the browser's in X-Forwarded-Host; another
 * site's form can set neither.
 */
function isOwnOrigin({ headers }: Request): boolean {
  const origin = headers.get('origin') ?? '';
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  const ours = [headers.get('host'), ...(headers.get('x-forwarded-host') ?? '').split(',')];
  return ours.some((one) => one?.trim().toLowerCase() === host);
}
