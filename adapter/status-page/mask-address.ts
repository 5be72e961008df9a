/** An e-mail address that its owner knows again and nobody else learns: "e•••@aphrodite.example". Pure. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = at > 0 ? address : '';
  return at > 0 ? `${first}•••${address.slice(at)}` : '•••';
}
