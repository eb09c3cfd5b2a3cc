import { describe, expect, test, vi } from 'vitest';
import { fireEvent } from '@testing-library/svelte';
import { open } from '../test/screen';

const typed = {
  id: null,
  name: 'Work',
  port: '1085',
  kind: 'mixed',
  target: '',
  profile: null,
  lan: false,
  user: '',
  password: '',
  carries: 'both',
};

test('light or dark is the system’s choice until it is the user’s', async () => {
  const { find, fake, until } = await open('on', 'settings');
  const choice = (await find('theme')) as HTMLSelectElement;
  const { style } = document.documentElement;
  expect([choice.value, style.colorScheme]).toEqual(['system', '']);
  for (const [theme, scheme] of [['dark', 'dark'], ['light', 'light'], ['system', '']] as const) {
    choice.value = theme;
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await until(() => expect(style.colorScheme).toBe(scheme));
    expect(fake.sent.at(-1)).toEqual({ kind: 'setTheme', theme });
  }
});

describe('the system proxy', () => {
  test('is chosen here as on Home, and each choice says what it does', async () => {
    const { find, fake, press, text, has, until } = await open('on', 'settings');
    expect(text('proxy-about')[0]).toContain('everything but what is on this machine');
    await fireEvent.click((await find('proxy-pac')).querySelector('input')!);
    await until(() => expect(text('proxy-about')[0]).toContain('read a script'));
    expect(fake.sent).toEqual([{ kind: 'setSystemProxy', mode: 'pac' }]);
    await press('proxy-rules');
    await until(() => expect(has('rules-text')).toBe(true));
    await press('nav-home');
    await until(async () => expect((await find('proxy-pac')).querySelector('input')!.checked).toBe(true));
  });
});

describe('the list of sections', () => {
  test('leads to each, and names those that are there in the order of the page', async () => {
    const { container, find } = await open('on', 'settings');
    await find('links-opener');
    const names = [...container.querySelectorAll<HTMLElement>('[data-testid^="section-"]')];
    const headings = [...container.querySelectorAll<HTMLElement>('h2[id^="settings-"]')];
    expect(names.map((one) => one.textContent)).toEqual(headings.map((one) => one.textContent));
    expect(headings.length).toBeGreaterThan(8);
    for (const [i, name] of names.entries()) {
      await fireEvent.click(name);
      await vi.waitFor(() => expect(document.activeElement).toBe(headings[i]));
    }
  });

  test('has no links where it is up to the package who opens them', async () => {
    const screen = await open('empty', 'home');
    screen.fake.opener = { kind: 'notHere' };
    await screen.press('nav-settings');
    await screen.find('section-ports');
    await screen.find('backup-make');
    expect(screen.has('section-links')).toBe(false);
  });
});

describe('the list of ports', () => {
  test('names the first one and each other with what is spoken and where it leads', async () => {
    const { find, text } = await open('ports', 'settings');
    expect((await find('first-port')).textContent).toContain('1080');
    const [work, mail, dns] = text('port-row');
    expect(work).toContain('Work SOCKS, HTTP, through Frankfurt Open to your network, with the login of lena');
    expect(mail).toContain('Tunnel, to mail.example.org:993 through the profile in use, TCP only');
    expect(dns).toContain('DNS, to 9.9.9.9 through the profile in use');
  });

  test('says which one could not be opened and why, on Home too, and offers a free number', async () => {
    const { fake, press, text, has, until } = await open('ports', 'settings');
    expect(text('port-failed')).toEqual(['Port 1090 is used by ss-local (pid 4242). Use 1091 Try again']);
    await press('nav-home');
    await until(() => expect(text('ports-row')).toHaveLength(4));
    expect(text('port-failed')[0]).toContain('Games (1090)');
    await press('port-mend');
    await until(() => expect(has('port-failed')).toBe(false));
    expect(fake.sent).toMatchObject([{ kind: 'savePort', draft: { id: 'games', port: '1091', password: null } }]);
  });

  test('offers for each that failed what helps', async () => {
    const { all, container, fake, find, press, text, until, value } = await open('portfaults', 'settings');
    const offered = () => all('port-mend').map((button) => button.textContent?.trim());
    await find('port-mend');
    expect(offered()).toEqual(['Approve and start', 'Use it all the same', 'Edit the port', 'Edit the profile', 'Edit the port']);
    expect(text('plugin-shown')).toEqual(['v2ray-plugin tls;host=office.example']);
    expect(text('port-failed')[2]).toContain('The profile of this port was deleted.');
    const mend = (nth: number) => fireEvent.click(all('port-mend')[nth]!);
    await mend(0);
    await mend(1);
    await until(() => expect(fake.sent.map(({ kind }) => kind)).toEqual(['approvePlugin', 'setOn', 'approveLegacy', 'setOn']));
    expect(fake.sent).toMatchObject([{ id: 'obfs', pluginOpts: 'tls;host=office.example' }, {}, { id: 'old', method: 'aes-256-cfb' }, {}]);

    // From Home to the editor of that port, and back to where that was asked for.
    await press('nav-home');
    await until(() => expect(all('port-mend').length).toBeGreaterThan(0));
    const gone = all('port-mend')[all('port-failed').findIndex((line) => line.textContent?.includes('Gone'))]!;
    await fireEvent.click(gone);
    expect(await value('port-port')).toBe('1084');
    await press('port-back');
    await until(() => expect(container.querySelector('[data-testid="switch"]')).not.toBeNull());
  });

  test('says which is still being opened', async () => {
    const { find } = await open('portfaults', 'settings');
    expect((await find('port-opening')).closest('li')?.textContent).toContain('Slow');
    expect((await open('ports', 'settings')).has('port-opening')).toBe(false);
  });

  test('is what Settings leads to from the editor', async () => {
    const { press, has, until } = await open('ports', 'settings');
    await press('port-edit');
    await press('nav-settings');
    await until(() => expect(has('add-port')).toBe(true));
  });

  test('deletes one only after asking', async () => {
    const { fake, all, press, text } = await open('ports', 'settings');
    await press('port-delete');
    expect(fake.sent).toEqual([]);
    await press('port-delete-sure');
    expect(fake.sent).toEqual([{ kind: 'deletePort', id: 'work' }]);
    expect(all('port-row')).toHaveLength(3);
    expect(text('port-row')[0]).toContain('Mail');
  });
});

describe('the editor of a port', () => {
  test('saves a new one', async () => {
    const { fake, press, type, text, until } = await open('on', 'settings');
    await press('add-port');
    await type('port-name', 'Work');
    await type('port-port', '1085');
    await press('port-save');
    await until(() => expect(text('port-row')).toHaveLength(1));
    expect(fake.sent).toEqual([{ kind: 'savePort', draft: typed }]);
  });

  test('says what is wrong, goes there and saves nothing', async () => {
    const { fake, container, find, has, press, type, until } = await open('on', 'settings');
    await press('add-port');
    await type('port-port', '1080');
    await press('port-save');
    await until(() => expect(container.textContent).toContain('Another port here has this number.'));
    await until(async () => expect(document.activeElement).toBe(await find('port-port')));

    (await find('port-name')).focus();
    await press('nav-home');
    await press('leave-save');
    await until(async () => expect(document.activeElement).toBe(await find('port-port')));
    expect(has('leave-save')).toBe(false);
    expect(fake.sent).toEqual([]);
  });

  test('warns of what opening it to the network means, and wants a login for it', async () => {
    const { fake, container, find, has, press, type, until } = await open('on', 'settings');
    await press('add-port');
    await type('port-port', '1085');
    expect(has('port-lan-warning')).toBe(false);
    await fireEvent.click((await find('port-reach-lan')).querySelector('input') as HTMLInputElement);
    expect((await find('port-lan-warning')).textContent).toContain('Every machine of your network');
    await press('port-save');
    await until(() => expect(container.textContent).toContain('only come in with a user and a password'));
    await type('port-user', 'lena');
    await type('port-password', 'secret');
    await press('port-save');
    await until(() => expect(fake.sent).toMatchObject([{ draft: { lan: true, user: 'lena', password: 'secret' } }]));
  });

  test('shows a saved password as set and leaves it alone', async () => {
    const { fake, find, press, type, until } = await open('ports', 'settings');
    await press('port-edit');
    const password = (await find('port-password')) as HTMLInputElement;
    expect([password.value, password.placeholder]).toEqual(['', 'set, unchanged']);
    await type('port-name', 'Office');
    await press('port-save');
    await until(() => expect(fake.sent).toMatchObject([{ draft: { id: 'work', name: 'Office', password: null } }]));
  });

  test('begins a DNS port with the name server that the program names', async () => {
    const { fake, find, press, value, has, until } = await open('on', 'settings');
    await press('add-port');
    const choose = async (kind: string) => fireEvent.click((await find(`port-kind-${kind}`)).querySelector('input')!);
    await choose('dns');
    expect(await value('port-target')).toBe((await fake.state()).nameServer);
    await choose('tunnel');
    expect(await value('port-target')).toBe('');
    await choose('mixed');
    await until(() => expect(has('port-target')).toBe(false));
  });

  test('asks before changes are lost', async () => {
    const { has, press, type, until } = await open('on', 'settings');
    await press('add-port');
    await type('port-name', 'Work');
    await press('nav-home');
    await until(() => expect(has('leave-discard')).toBe(true));
    await press('leave-discard');
    await until(() => expect(has('ports-row') || has('switch')).toBe(true));
  });
});
