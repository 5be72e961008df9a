import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export function systemNode(environment = process.env): string {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const candidates = [environment['npm_node_execpath'] ?? '', ...folders.map((folder) => join(folder, 'node'))];
  return (
    candidates.find((file) => file !== '' && !file.includes('/node_modules/') && isExecutable(file)) ?? process.execPath
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
