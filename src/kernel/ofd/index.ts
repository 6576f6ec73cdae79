/** Documents with a face, sealed and verified: OFD (GB/T 33190, GB/T 38540) and PDF. Knows nothing of what they attest. */
export {
  type Face,
  type FaceItem,
  type FacePage,
  type FileFacts,
  type FontFamily,
  type FontWeight,
  type LineItem,
  MissingGlyph,
  type PathItem,
  type PictureItem,
  PictureRefused,
  type QrItem,
  type RectItem,
  type TextItem,
  TextTooLong,
} from './face.ts';
export { type FaceFonts, loadFonts } from './fonts.ts';
export { defaultLimits } from './limits.ts';
export { OfdFault } from './package.ts';
export { qrModules, qrSvg } from './qr.ts';
export { type OfdDocument, type OfdFaultName, type OfdPage, type OfdRead, readOfd } from './read-ofd.ts';
export { type FileSealOrder, sealOfd, type Stamp } from './seal-ofd.ts';
export { type ZipLimits, ZipRefused } from './unzip.ts';
export {
  type FileContent,
  type FileStep,
  type FileStepName,
  fileSteps,
  type FileVerdict,
  type SealFinding,
} from './verdict.ts';
export { sealPdf } from './pdf/seal-pdf.ts';
export { PdfRefused } from './pdf/read-pdf.ts';
export { verifyPdf } from './pdf/verify-pdf.ts';
export { writePdf } from './pdf/write-pdf.ts';
export { type FileTrust, verifyOfd } from './verify-ofd.ts';
export { writeOfd } from './write-ofd.ts';
