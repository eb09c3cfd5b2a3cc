import { fireEvent, render } from '@testing-library/svelte';
import { vi } from 'vitest';
import App from '../App.svelte';
import type { Language } from '../backend/bindings/Language';
import { Fake } from '../backend/fake/fake';
import type { SceneName } from '../backend/fake/scene';
import { loadAll } from '../state/later.svelte';
import type { Screen } from '../state/place.svelte';

/** The whole window on a fake, and ways to use it as a person would. */
export async function open(scene: SceneName, screen: Screen = 'home', language: Language = 'system') {
  // As after the first visit to each: what it shows is there at once.
  await loadAll();
  const fake = new Fake(scene, { language });
  const { container } = render(App, { backend: fake, screen });
  const all = (id: string) => [...container.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)];
  const find = (id: string) => vi.waitFor(() => all(id)[0] ?? Promise.reject(new Error(`no ${id}`)));
  await find('nav-home');
  return {
    fake,
    container,
    all,
    find,
    has: (id: string) => all(id).length > 0,
    press: async (id: string) => fireEvent.click(await find(id)),
    type: async (id: string, value: string) => fireEvent.input(await find(id), { target: { value } }),
    value: async (id: string) => ((await find(id)) as HTMLInputElement).value,
    text: (id: string) => all(id).map((element) => element.textContent?.replace(/\s+/g, ' ').trim()),
    /** Waits until this is so. */
    until: (check: () => void) => vi.waitFor(check),
  };
}
