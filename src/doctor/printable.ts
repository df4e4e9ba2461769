/** A server's words as a terminal may show them: short, and nothing that steers the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 100);
}
