import { linkSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** Who holds a directory: a process id alone is not enough, ids are reused. */
interface Holder {
  pid: number;
  startedAt: string;
}

/**
 * Takes a directory for this process. Returns the release, or the process id of the living holder.
 *
 * Node has no flock. A lock is a file `lock.N` that names its holder; it is taken over from a dead holder by making
 * `lock.N+1`, which only one of several contenders can do, so nobody ever deletes a lock that somebody just took.
 */
export function takeDirectory(directory: string): { release: () => void } | { heldBy: number } {
  const me: Holder = { pid: process.pid, startedAt: identityOf(process.pid) ?? '' };
  const draft = join(directory, `.lock-${randomBytes(6).toString('hex')}`);
  writeFileSync(draft, JSON.stringify(me), { mode: 0o600 });
  try {
    for (;;) {
      const top = highestLock(directory);
      if (top > 0) {
        const holder = readHolder(join(directory, `lock.${top}`));
        if (holder && identityOf(holder.pid) === holder.startedAt) return { heldBy: holder.pid };
      }
      const mine = join(directory, `lock.${top + 1}`);
      try {
        linkSync(draft, mine);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      // A contender that looked long ago may have made an old number: only the highest counts.
      if (highestLock(directory) > top + 1) {
        rmSync(mine, { force: true });
        continue;
      }
      for (const number of lockNumbers(directory)) {
        if (number <= top) rmSync(join(directory, `lock.${number}`), { force: true });
      }
      return { release: () => rmSync(mine, { force: true }) };
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Something that tells this process from a later one with the same id; null when there is no living process
 * (a zombie is not living: in a container nobody may ever reap it).
 */
export function identityOf(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (process.platform !== 'linux') {
    try {
      process.kill(pid, 0);
      return 'alive';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : null;
    }
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold spaces and brackets: the fields begin after its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${bootId()}:${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

/** The arguments a process was started with; null where the system does not tell. */
export function commandLineOf(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return null;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function highestLock(directory: string): number {
  return Math.max(0, ...lockNumbers(directory));
}

function lockNumbers(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => (/^lock\.\d+$/.test(name) ? [Number(name.slice(5))] : []));
}
