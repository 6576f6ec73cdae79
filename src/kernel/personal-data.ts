import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { halfWidth } from './identifiers.ts';
import { type Settings, varPaths } from './settings.ts';
import { deriveKey, hmacSm3 } from './sm/sm3.ts';
import { sm4Ctr, sm4CtrOpen } from './sm/sm4.ts';

/** What is kept about people is sealed at rest and found again by a blind index. */
export interface PersonalData {
  /**
   * Hides a value. `context` names the place it belongs to, e.g. `org.person.phone`; a sealed value moved elsewhere
   * does not open. Sealing the same value twice gives two different texts.
   */
  seal(plain: string, context: string): string;
  /** Throws `SealBroken` for anything but an untouched seal of this context under a known key. */
  open(sealed: string, context: string): string;
  /** The same for the same value, so that equality can be searched; says nothing to one without the key. */
  blindIndex(plain: string, context: string): string;
  /** Under every known key, current first: what to search with while a change of key is under way. */
  blindIndexes(plain: string, context: string): string[];
  /** Whether a sealed value is still under an earlier key. */
  isOutdated(sealed: string): boolean;
}

export interface MasterKeys {
  current: Buffer;
  /** The key before the last change; opens what is not sealed anew yet. */
  previous?: Buffer;
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** SM4 in counter mode, then HMAC-SM3 over everything (encrypt-then-MAC), each purpose under a key of its own. */
export function createPersonalData(masterKey: Buffer | MasterKeys): PersonalData {
  const masters = Buffer.isBuffer(masterKey) ? { current: masterKey } : masterKey;
  const current = deriveKeys(masters.current);
  const known = masters.previous ? [current, deriveKeys(masters.previous)] : [current];
  const index = (keys: Keys, plain: string, context: string) =>
    hmacSm3(keys.index, framed(context), framed(normaliseForIndex(plain))).toString('base64url');

  return {
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes);
      const cipherText = sm4Ctr(current.cipher, nonce, Buffer.from(plain, 'utf8'));
      const mac = macOf(current, context, nonce, cipherText);
      return [version, current.id, ...[nonce, cipherText, mac].map((part) => part.toString('base64url'))].join('.');
    },

    open(sealed, context) {
      const parts = sealed.split('.');
      const [format, keyId, ...encoded] = parts;
      if (format !== version || encoded.length !== 3) throw new SealBroken('not a sealed value of a known version');
      const keys = known.find(({ id }) => id === keyId);
      if (!keys) throw new SealBroken('sealed under a key that is not known here');
      const [nonce, cipherText, mac] = encoded.map(decodeStrictly);
      if (!nonce || !cipherText || !mac) throw new SealBroken('damaged');
      const expected = macOf(keys, context, nonce, cipherText);
      if (nonce.length !== nonceBytes || mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
        throw new SealBroken('changed, or sealed for another place');
      }
      return sm4CtrOpen(keys.cipher, nonce, cipherText).toString('utf8');
    },

    blindIndex: (plain, context) => index(current, plain, context),
    blindIndexes: (plain, context) => known.map((keys) => index(keys, plain, context)),
    isOutdated: (sealed) => sealed.split('.')[1] !== current.id,
  };
}

/** Two spellings of one value have one index: width, outer spaces and the case of X do not count. */
export function normaliseForIndex(plain: string): string {
  return halfWidth(plain).toUpperCase();
}

/** From the settings; in trial mode a key is made once below the data folder. */
export function loadMasterKey(
  settings: Pick<Settings, 'mode' | 'dataKey' | 'dataKeyPrevious' | 'varDirectory'>,
): MasterKeys {
  const { dataKey, dataKeyPrevious } = settings;
  if (dataKey !== null) {
    const current = parseKey(dataKey);
    return dataKeyPrevious === null ? { current } : { current, previous: parseKey(dataKeyPrevious) };
  }
  if (settings.mode !== 'trial') throw new Error('正式运行必须设置 YINGSHANG_DATA_KEY。');
  return { current: trialKey(varPaths(settings.varDirectory).keys) };
}

/** `610329********0017` */
export function maskIdNumber(id: string): string {
  return keepEnds(id, 6, 4);
}

/** `138****1234`, `0917-****345`, short numbers of public services as they are. */
export function maskPhone(phone: string): string {
  const landline = /^(0\d{2,3})-?(\d{7,8})(转\d+)?$/.exec(phone);
  if (landline) return `${landline[1]}-${keepEnds(landline[2] ?? '', 0, 3)}`;
  return /^\d{3,6}$/.test(phone) ? phone : keepEnds(phone, 3, 4);
}

/** The surname stays: `张*`, `欧阳**`. Characters are counted as people count them, rare ones included. */
export function maskName(name: string): string {
  const signs = Array.from(name.trim());
  if (signs.length <= 1) return '*'.repeat(signs.length);
  const surname = signs.length > 2 && compoundSurnames.has(signs.slice(0, 2).join('')) ? 2 : 1;
  return signs.map((sign, at) => (at < surname || sign === '·' ? sign : '*')).join('');
}

/** The town stays, the door does not: `陕西省宝鸡市麟游县九成宫镇****`. */
export function maskAddress(address: string): string {
  const text = address.trim();
  if (text === '') return '';
  const kept = addressParts.exec(text)?.[0] ?? '';
  return `${kept !== '' && kept.length < text.length ? kept : Array.from(text).slice(0, 2).join('')}****`;
}

const version = 'v1';
const nonceBytes = 16;
const keyBytes = 32;

const compoundSurnames = new Set(
  (
    '欧阳 上官 司马 诸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 司空 轩辕 端木 百里 东郭 南宫 呼延 ' +
    '独孤 拓跋 西门 钟离 公羊 澹台 赫连 申屠 太史 闻人 淳于 单于 仲孙 万俟 濮阳 第五 鲜于 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良'
  ).split(' '),
);

const addressParts =
  /^(?:\p{sc=Han}{2,7}?(?:省|自治区))?(?:\p{sc=Han}{2,7}?(?:市|自治州|地区|盟))?(?:\p{sc=Han}{1,7}?[县区市旗])?(?:\p{sc=Han}{1,7}?(?:镇|乡|街道))?/u;

interface Keys {
  id: string;
  cipher: Buffer;
  mac: Buffer;
  index: Buffer;
}

function deriveKeys(master: Buffer): Keys {
  if (master.length !== keyBytes) throw new Error(`the master key has ${master.length} bytes instead of ${keyBytes}`);
  return {
    id: deriveKey(master, 'personal-data/key-id', 16).subarray(0, 6).toString('base64url'),
    cipher: deriveKey(master, 'personal-data/cipher', 16),
    mac: deriveKey(master, 'personal-data/mac', 32),
    index: deriveKey(master, 'personal-data/index', 32),
  };
}

function macOf(keys: Keys, context: string, nonce: Buffer, cipherText: Buffer): Buffer {
  return hmacSm3(keys.mac, ...[version, keys.id, context, nonce, cipherText].map(framed));
}

/** With its length in front: no two lists of fields can run together into the same bytes. */
function framed(field: string | Buffer): Buffer {
  const bytes = Buffer.isBuffer(field) ? field : Buffer.from(field, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Node's decoder skips what it does not know: only the one spelling that the encoder gives is accepted. */
function decodeStrictly(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

function parseKey(hex: string): Buffer {
  if (!/^[0-9a-fA-F]{64}$/.test(hex.trim())) throw new Error('主密钥应当是 64 位十六进制数。');
  return Buffer.from(hex.trim(), 'hex');
}

/** Made beside and linked into place: of two first starts one wins and both read the same key. */
function trialKey(directory: string): Buffer {
  const path = join(directory, 'data.key');
  const read = () => parseKey(readFileSync(path, 'utf8'));
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const draft = join(directory, `.data-${randomBytes(6).toString('hex')}.key`);
  const file = openSync(draft, 'wx', 0o600);
  writeFileSync(file, `${randomBytes(keyBytes).toString('hex')}\n`);
  fsyncSync(file);
  closeSync(file);
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read();
}

function keepEnds(text: string, head: number, tail: number): string {
  const signs = Array.from(text.trim());
  // Too short to show both ends and still hide something: show nothing.
  if (signs.length < head + tail + 3) return '*'.repeat(signs.length);
  const hidden = '*'.repeat(signs.length - head - tail);
  return signs.slice(0, head).join('') + hidden + signs.slice(signs.length - tail).join('');
}
