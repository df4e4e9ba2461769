import { expect, it } from 'vitest';
import { Status } from '../../src/cli/status.ts';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT } from '../support/mini-content.ts';
import { nerveroot, openNerveroot } from '../support/nerveroot.ts';

function aStatus({ rewrites }: { rewrites: boolean }) {
  let written = '';
  let seconds = 0;
  const status = new Status({
    write: (text) => {
      written += text;
    },
    rewrites,
    clock: () => new Date(seconds * 1000),
  });
  const wait = (more: number): void => {
    seconds += more;
  };
  return { status, wait, written: () => written.replaceAll('\r\u001B[K', '<') };
}

it('is one line on a terminal, written anew each time and gone at the end', () => {
  const { status, written } = aStatus({ rewrites: true });
  status.show('1 of 3');
  status.show('2 of 3');
  status.show(undefined);
  expect(written()).toBe('<1 of 3<2 of 3<');
});

it('makes room for another line once', () => {
  const { status, written } = aStatus({ rewrites: true });
  status.clear();
  status.show('1 of 3');
  status.clear();
  status.clear();
  expect(written()).toBe('<1 of 3<');
});

it('is elsewhere a line at first, and then one every five seconds', () => {
  const { status, wait, written } = aStatus({ rewrites: false });
  for (let i = 1; i <= 12; i += 1) {
    status.show(`${i} of 12`);
    wait(1);
  }
  status.show(undefined);
  expect(written()).toBe('1 of 12\n6 of 12\n11 of 12\n');
});

it('begins with a line each time something begins', () => {
  const { status, written } = aStatus({ rewrites: false });
  status.show('1 of 2');
  status.show(undefined);
  status.show('2 of 2');
  expect(written()).toBe('1 of 2\n2 of 2\n');
});

const COMMANDS: readonly (readonly string[])[] = [
  ['check'],
  ['serve'],
  ['test'],
  ['dictionary'],
  ['mutate'],
];

it.each(COMMANDS)('is shown by %s for content that was never compiled', async (...args) => {
  const settings = {
    NERVEROOT_CACHE: aFolder(),
    NERVEROOT_CONTENT: aFolder(MINI_CONTENT),
    PORT: '0',
  };
  const command = openNerveroot(args, settings);
  const said = await command.waitFor((output) => output.includes('\n'));
  expect(said).toMatch(/^compiling CQL, 1 of 4\n/);
});

it('says nothing where everything came from the cache', async () => {
  const settings = { NERVEROOT_CACHE: aFolder(), NERVEROOT_CONTENT: aFolder(MINI_CONTENT) };
  await nerveroot(['check'], settings);
  const again = openNerveroot(['check'], settings);
  const said = await again.waitFor((output) => output.includes('0 errors'));
  expect(said).toBe('3 libraries, 3 cards, 2 services, 0 forms, 0 cases: 0 errors, 0 warnings.\n');
});
