import { describe, expect, test } from 'vitest';
import type { VerdictCode } from '../backend/bindings/VerdictCode';
import { scene } from '../backend/fake/scene';
import { open } from '../test/screen';
import { verdictHelp } from './help';

const { profiles } = scene('on', 0).state;
const at = 'tk1.example.net:8388';

describe('what helps with a verdict', () => {
  test.each<[VerdictCode, string | null, string | undefined]>([
    ['silentServer', at, 'testServer'],
    ['serverClosed', at, 'testServer'],
    ['badAnswer', at, 'testServer'],
    ['refused', at, 'testServer'],
    ['noAnswer', at, 'testServer'],
    ['nameNotFound', at, 'testServer'],
    ['nameTimedOut', at, 'testServer'],
    ['unreachable', at, 'testServer'],
    ['silentServer', null, undefined],
    ['silentServer', 'gone.example.net:1', undefined],
    ['badRequest', at, 'changePort'],
    ['loginRefused', null, 'changePort'],
    ['idle', at, undefined],
    ['blocked', at, undefined],
    ['noResources', at, undefined],
    ['badClient', null, undefined],
  ])('%s through %s: %s', (verdict, server, kind) => {
    expect(verdictHelp(verdict, server, profiles)?.kind).toBe(kind);
  });

  test('the server of what timed out is tested where its fields are', async () => {
    const { all, fake, find, until } = await open('on');
    await find('given-up-row');
    const row = all('given-up-row').find((one) => one.dataset['verdict'] === 'silentServer')!;
    row.querySelector<HTMLElement>('[data-testid="verdict-help"]')!.click();
    await find('editor-name');
    await until(() => expect(fake.sent.map(({ kind }) => kind)).toContain('testProfile'));
  });
});
