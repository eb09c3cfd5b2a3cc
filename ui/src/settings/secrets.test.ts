import { describe, expect, test, vi } from 'vitest';
import { open } from '../test/screen';

describe('where passwords lie', () => {
  test('is said with the reason, and moved at a press', async () => {
    const { fake, all, text, has, press, until } = await open('on', 'settings');
    expect(text('secrets-place')[0]).toContain('are encrypted. The key to them');
    expect(has('secrets-why')).toBe(false);
    expect(text('secrets-move')).toEqual(['Keep in the file instead']);
    await press('secrets-move');
    await until(() => expect(text('secrets-place')[0]).toContain('which you alone can read'));
    expect(text('secrets-why')).toEqual(['The password store is there and open.']);
    expect(text('secrets-moved')).toEqual(['Moved: they stand in the file now.']);
    await press('secrets-move');
    await until(() => expect(text('secrets-moved')).toEqual(['Moved: they are encrypted now.']));
    expect(all('secrets-moved')[0]!.closest('[role="status"]')).not.toBeNull();
    expect(fake.sent).toEqual([
      { kind: 'moveSecrets', to: 'file' },
      { kind: 'moveSecrets', to: 'keyStore' },
    ]);
  });

  test('says why they were not moved, and why they are in the file', async () => {
    const { text, has, press, until } = await open('nokeystore', 'settings');
    expect(text('secrets-why')[0]).toMatch(/^This system has no password store that Parasol can reach/);
    await press('secrets-move');
    await until(() => expect(text('secrets-not-moved')[0]).toMatch(/^They were not moved\. This system has no password store/));
    expect(has('secrets-moved')).toBe(false);
  });

  test('offers to unlock what is locked, in Settings and beside the profile', async () => {
    const { fake, text, press, has, until } = await open('locked', 'settings');
    expect(text('secrets-locked')[0]).toMatch(/locked\.$/);
    expect(text('secrets-unlock')).toEqual(['Unlock']);
    await press('nav-profiles');
    await until(() => expect(has('locked')).toBe(true));
    await press('unlock');
    await until(() => expect(has('locked')).toBe(false));
    expect(fake.sent).toEqual([{ kind: 'unlockSecrets' }]);
  });

  test('says in the editor that the saved password cannot be read', async () => {
    const { press, text, until } = await open('locked', 'profiles');
    await press('profile-edit');
    await until(() => expect(text('locked')[0]).toContain('Unlock it, or enter it anew.'));
  });

  test('waits while the key store is asked', async () => {
    const { fake, all, has, text, until } = await open('locked', 'settings');
    const busy = { ...(await fake.state()).secrets, busy: true, waiting: 2 };
    fake.show({ secrets: busy });
    await until(() => expect(text('secrets-busy')).toEqual(['Asking the password store…']));
    expect(text('secrets-waiting')[0]).toMatch(/^2 passwords and addresses stand in the file/);
    expect((all('secrets-move')[0] as HTMLButtonElement).disabled).toBe(true);
    expect(has('secrets-unlock')).toBe(true);
  });
});

describe('a backup', () => {
  test('is saved, with a warning as long as it has no passphrase', async () => {
    const { container, fake, press, type, text, has, until } = await open('on', 'settings');
    await press('backup-make');
    expect(container.textContent).toContain('whoever gets the file has every password');
    await type('backup-passphrase', 'horse');
    expect(container.textContent).toContain('Without it nobody opens the file');
    const made = vi.spyOn(fake, 'backUp');
    await type('backup-passphrase-again', 'hors');
    await press('backup-save');
    await until(() => expect(container.textContent).toContain('The two differ.'));
    expect(made.mock.calls).toEqual([]);
    await type('backup-passphrase-again', 'horse');
    fake.dialog = () => null;
    await press('backup-save');
    expect(has('backup-done')).toBe(false);
    made.mockClear();
    fake.dialog = () => '/tmp/all.age';
    await press('backup-save');
    await until(() => expect(text('backup-done')).toEqual(['Saved to /tmp/all.age.']));
    expect(made.mock.calls).toEqual([['horse']]);
    await press('backup-close');
    await until(() => expect(has('backup-done')).toBe(false));
  });

  test('says what is not in it, and why it was not made', async () => {
    const { fake, press, text, until } = await open('locked', 'settings');
    await press('backup-make');
    vi.spyOn(fake, 'backUp').mockResolvedValueOnce({ kind: 'failed', fault: { code: 'file', cause: 'No space left on device' } });
    await press('backup-save');
    await until(() => expect(text('backup-fault')).toEqual(['The file cannot be used: No space left on device.']));
    await press('backup-save');
    await until(() => expect(text('backup-missing')[0]).toMatch(/missing from this file\. Unlock the password store .* and make it again\.$/));
  });

  test('is looked at before it is restored', async () => {
    const { container, fake, press, text, has, until } = await open('on', 'settings');
    await fake.backUp(null);
    await fake.send({ kind: 'deleteProfile', id: 'p2' });
    await press('backup-restore');
    expect(has('backup-passphrase')).toBe(false);
    await press('backup-choose');
    await until(() => expect(text('differs-comes')).toEqual(['Frankfurt profile']));
    expect(container.querySelector('dialog')?.textContent).toMatch(/Restoring replaces all that is here .* kept under Earlier states, for ten further changes\..*Would be added/s);
    expect(text('restore-go')).toEqual(['Restore']);
    await press('restore-go');
    await until(() => expect(has('restore-go')).toBe(false));
    expect((await fake.state()).profiles).toHaveLength(3);
  });

  test('gives its profiles alone, and says that restoring is the other thing', async () => {
    const { fake, press, type, text, has, until } = await open('on', 'settings');
    await fake.backUp('horse');
    await fake.send({ kind: 'deleteProfile', id: 'p2' });
    await press('backup-restore');
    await press('backup-choose');
    await type('backup-passphrase', 'horse');
    await press('backup-look');
    await press('restore-profiles');
    await until(() => expect(text('import-held')[0]).toMatch(/^parasol\.age/));
    await until(() => expect(text('link-added')[0]).toContain('Frankfurt'));
    expect(text('link-unchanged')[0]).toContain('Tokyo');
    await press('import-back');
    await until(() => expect(has('backup-restore')).toBe(true));
    expect((await fake.state()).profiles).toHaveLength(2);
  });

  test('that does not open says why, and asks for its passphrase', async () => {
    const { container, fake, press, type, text, find, until } = await open('on', 'settings');
    await fake.backUp('horse');
    await press('backup-restore');
    await press('backup-choose');
    await until(() => expect(container.textContent).toContain('opens only with its passphrase'));
    expect(text('backup-chosen')).toEqual(['parasol.age']);
    await type('backup-passphrase', 'cow');
    await press('backup-look');
    await until(() => expect(container.textContent).toContain('This passphrase does not open it.'));
    expect((await find('backup-passphrase')).getAttribute('aria-invalid')).toBe('true');
    vi.spyOn(fake, 'lookAtBackup').mockResolvedValueOnce({ kind: 'failed', fault: { code: 'damaged' } });
    await press('backup-look');
    await until(() => expect(text('backup-fault')[0]).toContain('it was cut or changed after it was made'));
    await type('backup-passphrase', 'horse');
    await press('backup-look');
    await find('restore-cancel');
  });
});
