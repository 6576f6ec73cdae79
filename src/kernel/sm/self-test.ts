import { getCiphers, getCurves, getHashes } from 'node:crypto';
import { der } from './der-write.ts';
import { oids } from './oids.ts';
import { derFromRaw, sm2Digest, sm2PrivateKey, sm2PublicKey, sm2Sign, sm2Verify, sm2Z } from './sm2.ts';
import { hmacSm3, sm3Hex } from './sm3.ts';
import { sm4Ctr, sm4CtrOpen } from './sm4.ts';

/**
 * Proves at start that this machine's OpenSSL computes what the standards print (some builds leave the national
 * algorithms out). Returns null, or a sentence for the person who starts the platform.
 */
export function selfTest(): string | null {
  if (!getHashes().includes('sm3') || !getCiphers().includes('sm4-ctr') || !getCurves().includes('SM2')) {
    return '本机的 Node.js 不带国密算法 SM2/SM3/SM4，请改用官方发行的 Node.js。';
  }
  const failed = vectors.filter((vector) => !holds(vector)).map(({ name }) => name);
  return failed.length === 0 ? null : `国密算法自检没有通过：${failed.join('、')}。请改用官方发行的 Node.js。`;
}

/** A build that throws where it should compute has failed the test, not the start. */
function holds({ computed, printed }: Vector): boolean {
  try {
    return computed() === printed;
  } catch {
    return false;
  }
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

/** GB/T 32918.5 A.2: the key, the message and the signature made with the printed random number. */
export const printedSm2 = {
  scalar: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
  point:
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  message: 'message digest',
  z: 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
  digest: 'f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640',
  signature:
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
    'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
} as const;

/** PKCS#8 of a bare private number and its point. */
export function pkcs8Of(scalar: string, point: string): Buffer {
  const inner = der.sequence(
    der.integer(1),
    der.octets(Buffer.from(scalar, 'hex')),
    der.explicit(1, der.bits(Buffer.from(point, 'hex'))),
  );
  const algorithm = der.sequence(der.oid(oids.ecPublicKey), der.oid(oids.sm2Curve));
  return der.sequence(der.integer(0), algorithm, der.octets(inner));
}

const sm2Point = () => sm2PublicKey(Buffer.from(printedSm2.point, 'hex'));
const sm2Signature = () => derFromRaw(Buffer.from(printedSm2.signature, 'hex'));

export interface Vector {
  name: string;
  computed: () => string;
  printed: string;
}

/** The printed examples: GB/T 32918.5 A.2, GB/T 32905 A.1 and A.2, GB/T 32907 A.1 (one block), draft-ribose-cfrg-sm4 A.2.5 (counter). */
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
  { name: 'SM2 Z', computed: () => sm2Z(sm2Point()).toString('hex'), printed: printedSm2.z },
  {
    name: 'SM2 digest',
    computed: () => sm2Digest(sm2Point(), printedSm2.message).toString('hex'),
    printed: printedSm2.digest,
  },
  {
    name: 'SM2 verify',
    computed: () => String(sm2Verify(sm2Point(), printedSm2.message, sm2Signature())),
    printed: 'true',
  },
  {
    name: 'SM2 refuse',
    computed: () => String(sm2Verify(sm2Point(), `${printedSm2.message}.`, sm2Signature())),
    printed: 'false',
  },
  {
    // The random number cannot be given to OpenSSL, so the other direction is a round through the printed key.
    name: 'SM2 sign',
    computed: () => {
      const own = sm2PrivateKey(pkcs8Of(printedSm2.scalar, printedSm2.point));
      return String(sm2Verify(sm2Point(), 'again', sm2Sign(own, 'again')));
    },
    printed: 'true',
  },
];
