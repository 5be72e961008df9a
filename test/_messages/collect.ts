import { stripTypeScriptTypes } from 'node:module';
import { parse, type AnyNode, type Node } from 'acorn';

export interface Message {
  readonly line: number;
  readonly to: string;
  /** Of an error. */
  readonly code: string | undefined;
  readonly text: string;
}

type Branch = AnyNode & Record<string, unknown>;

/** Three words: no key, path or class name. */
const isSentence = /[A-Za-z]{2,}[,:;]? [A-Za-z{]\S* \S/;

export function messagesOf(source: string): readonly Message[] {
  const script = stripTypeScriptTypes(source.replace(/^#!.*/, ''));
  const found: Message[] = [];
  const visit = (node: Branch, path: readonly Branch[]): void => {
    if (/^(Import|ExportAll)/.test(node.type)) return;
    const text = textOf(node, script);
    if (text !== undefined) {
      if (isSentence.test(text)) {
        const line = script.slice(0, node.start).split('\n').length;
        found.push({ line, to: receiverOf(path), code: codeOf(path), text });
      }
      // Already part of the template.
      return;
    }
    for (const child of childrenOf(node)) visit(child, [...path, node]);
  };
  visit(parse(script, { ecmaVersion: 'latest', sourceType: 'module' }) as Branch, []);
  return found;
}

function childrenOf(node: Branch): readonly Branch[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Branch => typeof (value as Node | null)?.type === 'string');
}

function textOf(node: Branch, script: string): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral') {
    return node.quasis
      .map(({ value }, index) => {
        const expression = node.expressions[index];
        return `${value.cooked ?? ''}${expression ? `{${script.slice(expression.start, expression.end)}}` : ''}`;
      })
      .join('');
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const sides = [node.left as Branch, node.right as Branch].map((side) => textOf(side, script));
  return sides.some((side) => side !== undefined)
    ? sides
        .map((side, index) => {
          const { start, end } = index === 0 ? node.left : node.right;
          return side ?? `{${script.slice(start, end)}}`;
        })
        .join('')
    : undefined;
}

function receiverOf(path: readonly Branch[]): string {
  for (const node of path.toReversed()) {
    if (node.type === 'NewExpression') return `new ${nameOf(node.callee)}`;
    if (node.type === 'CallExpression') return `${nameOf(node.callee)}()`;
    if (node.type === 'Property') return nameOf(node.key);
    if (node.type === 'VariableDeclarator') return nameOf(node.id);
    if (node.type === 'FunctionDeclaration' && node.id) return `${node.id.name}()`;
  }
  return '';
}

function nameOf(node: AnyNode): string {
  if (node.type === 'MemberExpression') return nameOf(node.property as AnyNode);
  if (node.type === 'Identifier') return node.name;
  return node.type === 'Literal' ? String(node.value) : node.type === 'Super' ? 'super' : '';
}

/** `code: '...'` among the error's arguments. */
function codeOf(path: readonly Branch[]): string | undefined {
  const call = path.findLast(({ type }) => type === 'NewExpression' || type === 'CallExpression');
  const options = (call?.['arguments'] as Branch[] | undefined)?.find(({ type }) => type === 'ObjectExpression');
  const code = (options?.['properties'] as Branch[] | undefined)?.find(
    (property) => property.type === 'Property' && nameOf(property.key) === 'code',
  );
  const value = code?.['value'] as Branch | undefined;
  return value?.type === 'Literal' ? String(value.value) : undefined;
}
