/** HTML outside CDATA: `<en>A <b>large</b> house<br/></en>`. */
import type { XmlElement } from './xml-element.ts';

export function markupOf(element: XmlElement): string {
  if (element.children.length === 0) return element.text;
  return contentOf(element);
}

function contentOf(element: XmlElement): string {
  const parts = element.mixed ?? (element.children.length > 0 ? element.children : [element.text]);
  return parts.map((part) => (typeof part === 'string' ? escaped(part) : tagged(part))).join('');
}

function tagged(element: XmlElement): string {
  const content = contentOf(element);
  return content === '' ? `<${element.name}>` : `<${element.name}>${content}</${element.name}>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
