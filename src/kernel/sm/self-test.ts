import { getCiphers, getHashes } from 'node:crypto';
import { hmacSm3, sm3Hex } from './sm3.ts';
import { sm4Ctr, sm4CtrOpen } from './sm4.ts';

/**
 * Proves at start that this machine's OpenSSL computes what the standards print (some builds leave the national
 * algorithms out). Returns null, or a sentence for the person who starts the platform.
 */
export function selfTest(): string | null {
  if (!getHashes().includes('sm3') || !getCiphers().includes('sm4-ctr')) {
    return '本机的 Node.js 不带国密算法 SM3/SM4，请改用官方发行的 Node.js。';
  }
  const failed = vectors.filter(({ computed, printed }) => computed() !== printed).map(({ name }) => name);
  return failed.length === 0 ? null : `国密算法自检没有通过：${failed.join('、')}。请改用官方发行的 Node.js。`;
}

const key = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
const counter = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
/** RFC 8998 and draft-ribose-cfrg-sm4: pairs of letters. */
const letters = Buffer.from(
  'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd' +
    'eeeeeeeeeeeeeeeeffffffffffffffffaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb',
  'hex',
);
const lettersHidden =
  'ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7' +
  'f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514';

export interface Vector {
  name: string;
  computed: () => string;
  printed: string;
}

/** The printed examples: GB/T 32905 A.1 and A.2, GB/T 32907 A.1 (one block), draft-ribose-cfrg-sm4 A.2.5 (counter). */
export const vectors: readonly Vector[] = [
  {
    name: 'SM3 A.1',
    computed: () => sm3Hex('abc'),
    printed: '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
  },
  {
    name: 'SM3 A.2',
    computed: () => sm3Hex('abcd'.repeat(16)),
    printed: 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
  },
  {
    name: 'SM3 HMAC',
    computed: () => hmacSm3(Buffer.from('Jefe'), 'what do ya want for nothing?').toString('hex'),
    printed: '2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882',
  },
  {
    // The first counter block xor zeros is the block cipher itself: the standard's one-block example.
    name: 'SM4 A.1',
    computed: () => sm4Ctr(key, key, Buffer.alloc(16)).toString('hex'),
    printed: '681edf34d206965e86b3e94f536e4246',
  },
  { name: 'SM4 CTR', computed: () => sm4Ctr(key, counter, letters).toString('hex'), printed: lettersHidden },
  {
    name: 'SM4 CTR open',
    computed: () => sm4CtrOpen(key, counter, Buffer.from(lettersHidden, 'hex')).toString('hex'),
    printed: letters.toString('hex'),
  },
];
