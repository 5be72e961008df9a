import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findChromium } from '../../shared/platform/chromium-binary.ts';

const renamed: Readonly<Record<string, string>> = { 'libnss3.so': 'libnss#.so', 'libnspr4.so': 'libnspr#.so' };

/** @returns the folder of libraries */
export async function hideSystemLibraries(temporary: string): Promise<string> {
  const { executablePath } = await findChromium();
  const unpacked = dirname(executablePath);
  const target = join(temporary, basename(dirname(unpacked)), basename(unpacked));
  await mkdir(dirname(target), { mode: 0o700 });
  await cp(unpacked, target, { recursive: true });
  const libraries = join(target, 'al2023', 'lib');
  for (const file of [join(target, 'chromium'), ...(await readdir(libraries)).map((name) => join(libraries, name))]) {
    const content = await readFile(file);
    for (const [name, other] of Object.entries(renamed)) replaceText(content, name, other);
    await writeFile(file, content);
    const other = renamed[basename(file)];
    if (other) await rename(file, join(libraries, other));
  }
  return libraries;
}

function replaceText(content: Buffer, text: string, other: string): void {
  for (let at = content.indexOf(`${text}\0`); at >= 0; at = content.indexOf(`${text}\0`, at)) content.write(other, at);
}
