import type { Screen } from './place.svelte';

/** The screens that are not the first one: what is behind them is loaded when somebody goes there. */
const files = {
  profiles: () => import('../profiles/Profiles.svelte'),
  connections: () => import('../connections/Connections.svelte'),
  traffic: () => import('../traffic/Traffic.svelte'),
  rules: () => import('../rules/Rules.svelte'),
  log: () => import('../log/Log.svelte'),
  settings: () => import('../settings/Settings.svelte'),
};

type Files = typeof files;
type Loaded = { [Name in keyof Files]?: Awaited<ReturnType<Files[Name]>>['default'] };

let loaded = $state.raw<Loaded>({});

/** Those that are here. */
export const later = {
  get screens(): Loaded {
    return loaded;
  },
};

/** Has a screen be here, soon. */
export async function load(screen: Screen): Promise<void> {
  if (screen === 'home' || loaded[screen]) return;
  const { default: part } = await files[screen]();
  loaded = { ...loaded, [screen]: part };
}

/** All of them. */
export async function loadAll(): Promise<void> {
  await Promise.all((Object.keys(files) as (keyof Files)[]).map(load));
}
