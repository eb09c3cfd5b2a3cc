import type { Stop } from '../backend/backend';
import type { Handed } from '../backend/bindings/Handed';
import type { Place } from './place.svelte';
import type { Program } from './program.svelte';

/** Links that the system handed over, and how many it left out. */
export interface Links {
  all: readonly string[];
  leftOut: number;
}

export const noLinks: Links = { all: [], leftOut: 0 };

/** So many are shown at once: as many as the app keeps. A page that goes on pressing links must not fill the window. */
const MOST = 100;

/** Those that are shown, and these beside them. */
export function together(shown: Links, { links, leftOut }: Handed): Links {
  const all = [...new Set([...shown.all, ...links])];
  return { all: all.slice(0, MOST), leftOut: shown.leftOut + leftOut + Math.max(0, all.length - MOST) };
}

/** Those that wait, and these. */
export function beside(waiting: Handed | undefined, handed: Handed): Handed {
  if (!waiting) return handed;
  const { all, leftOut } = together({ all: waiting.links, leftOut: waiting.leftOut }, handed);
  return { links: [...all], leftOut };
}

/** It is the address of a list of servers, and nothing else. */
export const isList = ({ links, leftOut }: Handed) => links.length === 1 && leftOut === 0 && /^ssconf:/i.test(links[0] ?? '');

/** Shows links as they are handed over, and those that were before the window was there. */
export function showHanded(program: Program, place: Place): Stop {
  const show = () =>
    program.backend.handedLinks().then(
      (handed) => handed && place.handed(handed),
      (cause: unknown) => program.fail(cause),
    );
  const stop = program.backend.onHandedLinks(() => void show());
  void show();
  return stop;
}
