/** `host:port`, with brackets where the host is an IPv6 address. */
export function address(host: string, port: number): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
}
