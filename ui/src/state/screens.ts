// The screens that are not the first one. In one file together they are less than each in its own.
export { default as connections } from '../connections/Connections.svelte';
export { default as log } from '../log/Log.svelte';
export { default as profiles } from '../profiles/Profiles.svelte';
export { default as rules } from '../rules/Rules.svelte';
export { default as settings } from '../settings/Settings.svelte';
export { default as traffic } from '../traffic/Traffic.svelte';
