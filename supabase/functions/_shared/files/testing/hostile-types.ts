import { bytes, gif, jpeg, pdf, png } from './valid-files.ts';
import { HTML, of, zip, type HostileFile } from './hostile-file.ts';

const wrongType = of('support_file_type', 'image/png');
/** Types that cannot be attached. */
export const WRONG_TYPES: HostileFile[] = [
	wrongType(
		'an SVG with a script',
		'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
	),
	wrongType('an SVG behind an XML declaration', '<?xml version="1.0"?>\n<svg onload="alert(1)"/>'),
	wrongType('a page', HTML),
	wrongType('a page behind a byte order mark', `\xef\xbb\xbf${HTML}`),
	wrongType(
		'an XML document with an entity',
		'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
	),
	wrongType('a text', 'just text'),
	wrongType('a script with an interpreter', '#!/bin/sh\nrm -rf /\n'),
	wrongType('a Windows program', bytes('MZ\x90\0\x03', new Array<number>(120).fill(0), 'PE\0\0')),
	wrongType('an ELF program', '\x7fELF\x02\x01\x01\0'),
	wrongType('a ZIP', zip()),
	wrongType('an old Office document', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
	wrongType('a HEIC image', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
	wrongType('an AVIF image', '\0\0\0\x20ftypavif\0\0\0\0avifmif1'),
	wrongType('a bitmap', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0'),
	wrongType('an icon', '\0\0\x01\0\x01\0\x10\x10\0\0'),
	wrongType('a TIFF', 'II*\0\x08\0\0\0'),
	wrongType('an MP4 film', '\0\0\0\x18ftypmp42\0\0\0\0isommp42'),
	wrongType('a gzip archive', '\x1f\x8b\x08\0\0\0\0\0'),
	wrongType('zeros', bytes(new Array<number>(64).fill(0))),
	wrongType('half a signature', '\x89PNG'),
	of('support_file_type', 'application/pdf')('a PDF behind a page', bytes(HTML, pdf())),
	of('support_file_type', 'image/svg+xml')('an image that says it is an SVG', png(), 'svg'),
	of('support_file_type', 'text/html')('an image that says it is a page', gif(), 'html'),
];

const mismatch = (type: string) => of('support_file_mismatch', type);
/** Files whose content differs from their declared type. */
export const MISMATCHES: HostileFile[] = [
	mismatch('image/png')('a JPEG that says it is a PNG', jpeg()),
	mismatch('image/jpeg')('a PDF that says it is a JPEG', pdf()),
	mismatch('application/pdf')('a GIF that says it is a PDF', gif()),
	mismatch('image/png')('a PNG with the name of a program', png(), 'exe'),
	mismatch('image/png')('a PNG with the name of a page', png(), 'html'),
	mismatch('image/jpeg')('a JPEG whose name has no ending', jpeg(), ''),
];
