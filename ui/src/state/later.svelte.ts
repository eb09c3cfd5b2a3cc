import type { Screen } from './place.svelte';

type Screens = Partial<typeof import('./screens')>;

let loaded = $state.raw<Screens>({});

/** The screens that are not the first one, once they are here. */
export const later = {
  get screens(): Screens {
    return loaded;
  },
};

/** Has a screen be here, soon: what is behind the first one is loaded when somebody goes there. */
export async function load(screen: Screen): Promise<void> {
  if (screen !== 'home') await loadAll();
}

/** All of them. */
export async function loadAll(): Promise<void> {
  loaded = await import('./screens');
}
