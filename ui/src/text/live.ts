/**
 * Looks like what `now` gives, and is read anew at each use: whoever holds a part of it (`const words = text.groups`)
 * has the words of the moment, and is drawn again when they become others. What comes later has the same shape.
 */
export function live<T extends object>(now: () => T): T {
  const parts = new Map<PropertyKey, object>();
  return new Proxy(now(), {
    get(_, key) {
      const value: unknown = now()[key as keyof T];
      if (typeof value !== 'object' || value === null) return value;
      let part = parts.get(key);
      if (!part) parts.set(key, (part = live(() => now()[key as keyof T] as object)));
      return part;
    },
  });
}
