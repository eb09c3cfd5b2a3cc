import type { Stop } from '../backend/backend';

/** Watches while the document can be seen: `watch` begins it and says how it ends. */
export function whileSeen(document: Document, watch: () => Stop): Stop {
  let stop: Stop | undefined;
  const follow = () => {
    if (document.hidden) {
      stop?.();
      stop = undefined;
    } else {
      stop ??= watch();
    }
  };
  document.addEventListener('visibilitychange', follow);
  follow();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    stop?.();
  };
}
