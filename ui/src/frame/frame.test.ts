import { render } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import App from '../App.svelte';
import { Fake } from '../backend/fake/fake';
import { open } from '../test/screen';

test('a program that cannot be asked leaves no blank window', async () => {
  const backend = new Fake('off');
  backend.state = () => Promise.reject(new Error('no such command'));
  const { container } = render(App, { backend });
  await vi.waitFor(() => expect(container.textContent).toContain('Parasol did not answer: no such command'));
});

test('what was just deleted is said below the list, so that no row moves', async () => {
  const { press, find, all } = await open('on', 'profiles');
  await press('profile-delete');
  const line = await find('undo-line');
  const last = all('profile-row').at(-1)!;
  expect(last.compareDocumentPosition(line)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});
