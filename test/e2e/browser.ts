import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const require = createRequire(import.meta.url);

/**
 * Chromium as npm brings it, with the libraries and the Chinese letters that npm brings: nothing is downloaded or installed
 * on the machine, and nothing is written outside the folder for temporary files. Where that build cannot run (it is for
 * Linux on x64), CHROMIUM names another one.
 */
export async function startBrowser(): Promise<Browser> {
  const folder = await unpackedChromium();
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? join(folder, 'chromium'),
    // Not the arguments that come with the package: they switch off the web's own protections, which are under test here.
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'],
    env: {
      PATH: process.env.PATH ?? '',
      TMPDIR: tmpdir(),
      HOME: folder,
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      FONTCONFIG_FILE: await fontSettings(folder),
    },
  });
}

/** Unpacked once per version; a run that comes second waits for nobody and finds either the whole folder or none. */
async function unpackedChromium(): Promise<string> {
  const root = rootOf('@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = join(tmpdir(), `yingshang-chromium-${version}-${userInfo().uid}`);
  if (existsSync(folder)) return folder;
  const draft = await mkdtemp(join(tmpdir(), 'yingshang-chromium-draft-'));
  try {
    // The package unpacks where temporary files go, and its libraries only where it believes to be in a bare container:
    // both are said by variables, which a process of its own keeps away from everybody else.
    const unpack = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
    const env = { ...process.env, TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', unpack], { cwd: root, env });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Every family that a style sheet may ask for is the one Chinese face, so that pictures look the same on every machine. */
async function fontSettings(folder: string): Promise<string> {
  const faces = rootOf('@expo-google-fonts/noto-sans-sc');
  const file = join(folder, `fonts-${createHash('sha256').update(faces).digest('hex').slice(0, 8)}.conf`);
  await mkdir(join(folder, 'font-cache'), { recursive: true });
  await writeFile(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(faces, '400Regular')}</dir>
  <dir>${join(faces, '700Bold')}</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
  <match target="pattern"><edit name="family" mode="append" binding="weak"><string>Noto Sans SC</string></edit></match>
</fontconfig>
`,
  );
  return file;
}

function rootOf(name: string): string {
  let at = dirname(require.resolve(name));
  while (!existsSync(join(at, 'package.json')) || !at.endsWith(name)) {
    if (at === dirname(at)) throw new Error(`${name} is not installed`);
    at = dirname(at);
  }
  return at;
}
