import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './content.ts';

/** One instruction of a Dockerfile: `COPY`, and the words behind it. */
export interface Step {
  readonly instruction: string;
  readonly text: string;
}

/** The stages of the Dockerfile, each from its FROM on. */
export function stagesOf(dockerfile: string): Step[][] {
  const stages: Step[][] = [];
  for (const line of dockerfile.replaceAll(/\\\n/g, ' ').split('\n')) {
    const [, instruction = '', text = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') stages.push([]);
    if (instruction !== '') stages.at(-1)?.push({ instruction, text: text.trim() });
  }
  return stages;
}

export function readDockerfile(): Step[][] {
  return stagesOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
}

/** The texts of one instruction in a stage. */
export function textsOf(stage: readonly Step[], instruction: string): string[] {
  return stage.filter((step) => step.instruction === instruction).map(({ text }) => text);
}

/** What `COPY a b ./` takes from the folder of the project. */
export function copiedFrom(stage: readonly Step[]): string[] {
  return textsOf(stage, 'COPY')
    .filter((text) => !text.startsWith('--from='))
    .flatMap((text) => text.split(/\s+/).slice(0, -1));
}

/** A folder that holds what the image holds under /app, readable by all and writable by none. */
export interface ImageFolder {
  readonly path: string;
  /** The image's settings, with /app as this folder. */
  readonly env: Readonly<Record<string, string>>;
  /** A copy of this Node that any user can run. */
  readonly node: string;
  readonly remove: () => void;
}

/**
 * Takes the steps of the Dockerfile's last stage in a new folder. What its first stage
 * installs is taken from the packages of this checkout that are no development packages.
 */
export function buildImageFolder(): ImageFolder {
  const last = readDockerfile().at(-1) ?? [];
  const path = mkdtempSync(join(tmpdir(), 'nerveroot-image-'));
  const env = Object.fromEntries(
    textsOf(last, 'ENV')
      .flatMap((text) => text.split(/\s+/))
      .map((pair) => pair.replaceAll('/app', path).split('=') as [string, string]),
  );
  const node = join(path, 'node');
  cpSync(process.execPath, node);
  for (const { instruction, text } of last) {
    if (instruction === 'COPY') copy(text, path);
    if (instruction === 'RUN') run(text, { path, env, node });
  }
  openToAll(path);
  const remove = (): void => {
    execFileSync('chmod', ['-R', 'u+w', path]);
    rmSync(path, { recursive: true });
  };
  return { path, env, node, remove };
}

function copy(text: string, folder: string): void {
  const [from, target = ''] = text.split(/\s+/);
  if (from !== '--from=build') {
    for (const name of text.split(/\s+/).slice(0, -1)) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
  } else if (target === '/app/dist') {
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    execFileSync(tsc, ['-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')], {
      cwd: ROOT,
    });
  } else if (target === '/app/node_modules') {
    for (const installed of productionPackages()) {
      const place = join(folder, relative(ROOT, installed));
      mkdirSync(dirname(place), { recursive: true });
      cpSync(installed, place, { recursive: true, filter: (file) => !isNested(file, installed) });
    }
  } else throw new Error(`The first stage makes no ${target}`);
}

/** The folders of the packages that run in production, those within others too. */
function productionPackages(): string[] {
  const flags = ['--all', '--omit=dev', '--omit=optional', '--parseable'];
  const listed = execFileSync('npm', ['ls', ...flags], { cwd: ROOT, encoding: 'utf8' });
  return listed.split('\n').filter((folder) => folder.includes('node_modules'));
}

/** Packages within a package are copied by their own line, or not at all. */
function isNested(file: string, installed: string): boolean {
  return relative(installed, file).split('/').includes('node_modules');
}

function run(text: string, { path, env, node }: Omit<ImageFolder, 'remove'>): void {
  const [command, ...args] = text.split(/\s+/);
  if (command !== 'node') throw new Error(`Only node is run in the last stage: ${text}`);
  execFileSync(node, args, { cwd: path, env });
}

function openToAll(path: string): void {
  for (const file of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (file.isSymbolicLink()) continue;
    const runnable = file.isDirectory() || file.name === 'node';
    chmodSync(join(file.parentPath, file.name), runnable ? 0o555 : 0o444);
  }
  chmodSync(path, 0o555);
}
