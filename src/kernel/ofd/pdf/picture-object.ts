import { type Picture, unpackPng } from '../picture.ts';
import { type PdfBody, pdfStream } from './objects.ts';

/** A picture as objects of a PDF; the number of the one to draw. Throws `PictureRefused`. */
export function pictureObjects(picture: Picture, add: (body: PdfBody) => number): number {
  const image = (width: number, height: number, colours: string) =>
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace ${colours} /BitsPerComponent 8`;
  const { kind, bytes, width, height, components } = picture;
  if (kind === 'JPEG') {
    const colours = components === 1 ? '/DeviceGray' : components === 4 ? '/DeviceCMYK' : '/DeviceRGB';
    const inverted = components === 4 ? ' /Decode [1 0 1 0 1 0 1 0]' : '';
    return add(pdfStream(`${image(width, height, colours)}${inverted} /Filter /DCTDecode`, bytes));
  }
  const { rgb, alpha } = unpackPng(picture);
  const mask = alpha ? add(pdfStream(`${image(width, height, '/DeviceGray')} /Filter /FlateDecode`, alpha)) : null;
  const masked = mask === null ? '' : ` /SMask ${mask} 0 R`;
  return add(pdfStream(`${image(width, height, '/DeviceRGB')}${masked} /Filter /FlateDecode`, rgb));
}
