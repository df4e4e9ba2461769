import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its descendants have used, as Linux tells in /proc. */
export interface Usage {
  /** Of all processors, with all threads, in milliseconds; Linux counts in steps of ten. */
  readonly processor: number;
  /** What they hold in memory now, and held at most, in MB. */
  readonly memory: number;
  readonly peak: number;
}

// Linux shows every program a clock of a hundred ticks a second, whatever its own is.
const TICK_MS = 10;

/** Reads what a process that runs has used; throws where there is no /proc, or no such process. */
export function usageOf(pid: number): Usage {
  const family = familyOf(pid);
  return {
    processor: sum(family, ({ ticks }) => ticks) * TICK_MS,
    memory: sum(family, ({ status }) => megabytes(status, 'VmRSS')),
    peak: sum(family, ({ status }) => megabytes(status, 'VmHWM')),
  };
}

interface Member {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly status: string;
}

function familyOf(pid: number): readonly Member[] {
  const self = read(pid);
  if (!self) throw new Error(`There is no process ${pid} in /proc; this needs Linux`);
  const others = readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (read(Number(name)) ?? []) : [],
  );
  const family = [self];
  // Grows while it is gone through: children, then theirs.
  for (const member of family) family.push(...others.filter(({ parent }) => parent === member.pid));
  return family;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function read(pid: number): Member | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // The name of the program, in parentheses, may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [, parent] = fields;
    // utime and stime, and those of children that have ended.
    const ticks = sum(fields.slice(11, 15), Number);
    return { pid, parent: Number(parent), ticks, status };
  } catch {
    return undefined; // ended meanwhile
  }
}

function megabytes(status: string, name: string): number {
  return Number(new RegExp(String.raw`^${name}:\s+(\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
