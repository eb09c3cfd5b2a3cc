import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SecretsPlace } from '../../backend/bindings/SecretsPlace';
import type { ByKind } from '../coded';
import type { secrets as english } from '../en/secrets';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const said = (words: string, cause: string) => (cause ? `${words}: ${cause.replace(/\.$/, '')}.` : `${words}.`);

const keyStore: ByKind<KeyStoreView> = {
  unasked: () => 'Хранилище паролей ещё не ответило.',
  ready: () => 'Хранилище паролей доступно и открыто.',
  locked: () => 'Хранилище паролей заблокировано. При разблокировке оно может спросить свой пароль.',
  dismissed: () => 'Хранилище паролей осталось заблокированным: на его вопрос ответили отказом.',
  absent: ({ cause }) => said('В системе нет доступного для Parasol хранилища паролей', cause),
  silent: () => 'Хранилище паролей не отвечает.',
  noKey: () => 'В хранилище нет ключа Parasol: его сбросили или оно принадлежит другому пользователю. Введите пароли и добавьте подписки заново или восстановите резервную копию.',
  failed: ({ cause }) => said('Хранилище паролей не справилось', cause),
};

const places: Record<SecretsPlace, string> = {
  keyStore: 'Пароли, данные для входа и адреса подписок зашифрованы. Ключ к ним лежит в системном хранилище паролей (например, GNOME Keyring или KWallet), и копия файла профилей без него бесполезна.',
  file: 'Пароли, данные для входа и адреса подписок лежат в файле профилей, который можете читать только вы. Любая ваша программа тоже может его прочесть.',
};

const moves: Record<SecretsPlace, string> = { keyStore: 'Шифровать с хранилищем', file: 'Хранить в файле' };

const moved: Record<SecretsPlace, string> = { keyStore: 'Перемещены: теперь они зашифрованы.', file: 'Перемещены: теперь они лежат в файле.' };

export const secrets = (figures: Figures): Area<typeof english> => {
  const counted = counting(figures);
  return {
    title: 'Пароли',
    places,
    keyStore,
    moves,
    moved,
    moving: 'Запрос к хранилищу паролей…',
    notMoved: 'Они не перемещены.',
    locked: (n) => counted(n, 'Заблокирован # пароль или адрес.', 'Заблокированы # пароля и адреса.', 'Заблокировано # паролей и адресов.'),
    waiting: (n) =>
      counted(
        n,
        '# пароль или адрес лежит в файле, пока хранилище не откроется.',
        '# пароля и адреса лежат в файле, пока хранилище не откроется.',
        '# паролей и адресов лежат в файле, пока хранилище не откроется.',
      ),
    unlock: 'Разблокировать',
    again: 'Повторить',
    profileLocked: 'пароль заблокирован',
    profileLockedLong: 'Сохранённый пароль заблокирован в хранилище паролей. Разблокируйте его или введите пароль заново.',
    listLocked: 'Адрес заблокирован в хранилище паролей, поэтому загрузить его нельзя.',
  };
};
