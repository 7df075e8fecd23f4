/**
 * Text of somebody else for a terminal: line ends and tabs stay, every other control character is shown as its code. Whoever wrote it
 * could otherwise move the cursor of whoever reads it.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
