import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

const require = createRequire(import.meta.url);

/**
 * Chromium as npm brings it, with Chinese letters as npm brings them: nothing is downloaded or installed on the machine, and
 * nothing is written outside the folder for temporary files.
 */
export async function startBrowser(): Promise<Browser> {
  const folder = await unpackedChromium();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    // Not the arguments that come with the package: they switch off the web's own protections, which are under test here.
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'],
    env: { PATH: process.env.PATH ?? '', TMPDIR: tmpdir(), HOME: folder, FONTCONFIG_FILE: await fontSettings(folder) },
  });
}

/** Unpacked once per version; a run that comes second waits for nobody and finds either the whole folder or none. */
async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(rootOf('@sparticuz/chromium'), 'package.json'), 'utf8')) as { version: string };
  const folder = join(tmpdir(), `yingshang-chromium-${version}-${userInfo().uid}`);
  if (existsSync(folder)) return folder;
  const draft = await mkdtemp(join(tmpdir(), 'yingshang-chromium-draft-'));
  const usual = process.env.TMPDIR;
  try {
    // The package unpacks where temporary files go and nowhere else.
    process.env.TMPDIR = draft;
    await sparticuz.executablePath();
  } finally {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  }
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
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
