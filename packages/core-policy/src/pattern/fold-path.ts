/** Characters that HFS+ leaves out when it compares names: zero-width (non-)joiners, directional marks, the byte order mark. */
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu

/**
 * A path as the most forgiving file system reads it, for comparison only: case folded, composed and decomposed forms made one, ignorable
 * characters dropped (HFS+), backslashes as separators, and dots, spaces and stream names at the end of a part dropped (NTFS).
 * `.GitHub/Workflows /x.yml::$DATA` and `.github/workflows/x.yml` fold to the same text.
 */
export function foldPath(path: string): string {
  const plain = isPlain(path) ? path : path.normalize('NFKC').replaceAll(HFS_IGNORED, '')
  return plain.toLowerCase().replaceAll('\\', '/').split('/').map(foldPart).join('/')
}

/** NTFS: `name:stream` is a part of `name`; dots and spaces at the end do not count. `*` survives, so that patterns can be folded too. */
function foldPart(part: string): string {
  if (part === '**') return part
  const colon = part.indexOf(':')
  const name = colon < 0 ? part : part.slice(0, colon)
  let end = name.length
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1
  return name.slice(0, end)
}

function isPlain(path: string): boolean {
  for (let i = 0; i < path.length; i += 1) if (path.charCodeAt(i) > 0x7e) return false
  return true
}
