import type { Event } from '../../backend/bindings/Event';
import type { ByKind } from '../coded';
import type { frame as english } from '../en/frame';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

export const events = (figures: Figures): ByKind<Event> => {
  const counted = counting(figures);
  return {
    restoredBackup: ({ kept }) => `Файл профилей не читается, поэтому взята его резервная копия. Нечитаемый файл сохранён как ${kept}.`,
    startedEmpty: ({ kept }) => `Файл профилей не читается, и копии нет, поэтому список пуст. Нечитаемый файл сохранён как ${kept}.`,
    profilesLeftOut: ({ count }) =>
      counted(
        count,
        '# профиль в файле профилей непонятен и не показан. В файле он остаётся как есть.',
        '# профиля в файле профилей непонятны и не показаны. В файле они остаются как есть.',
        '# профилей в файле профилей непонятны и не показаны. В файле они остаются как есть.',
      ),
    newerFile: ({ path }) => `Файл ${path} записал более новый Parasol. Изменения, сделанные здесь, не сохраняются.`,
    heldByAnother: ({ path }) => `Файл ${path} занят другим Parasol. Изменения, сделанные здесь, не сохраняются.`,
    notSaved: ({ cause }) => `Последнее изменение не удалось записать на диск: ${cause}. Оно пропадёт при выходе из Parasol.`,
    proxyRecovered: () => 'В прошлый раз Parasol завершился неожиданно. Системный прокси возвращён в прежнее состояние.',
    proxyChangedByAnother: () => 'Тем временем другая программа изменила системный прокси. Её значения оставлены.',
    trafficAnew: ({ kept, newer }) =>
      `${newer ? 'Историю трафика записал более новый Parasol' : 'История трафика не читается'}, поэтому она начата заново. Файл сохранён как ${kept}.`,
    restored: () => 'Всё возвращено к тому состоянию. Прежнее состояние сохранено.',
    wentOff: () => 'То, что использовалось, удалено или изменилось, поэтому Parasol выключен. Включите его, чтобы продолжить с тем, что выбрано теперь.',
    imported: ({ added, changed }) => {
      const news = counted(added, 'Добавлен # профиль.', 'Добавлено # профиля.', 'Добавлено # профилей.');
      if (changed === 0) return news;
      const others = counted(changed, 'Изменён # профиль.', 'Изменено # профиля.', 'Изменено # профилей.');
      return added === 0 ? others : `${news} ${others}`;
    },
  };
};

export const frame = (figures: Figures): Area<typeof english> => ({
  name: 'Parasol',
  version: (version) => `Parasol ${version}`,
  notAsked: (cause) => `Parasol не ответил: ${cause}`,
  dismiss: 'Скрыть',
  cancel: 'Отмена',
  deleteIt: 'Удалить',
  unsafe: 'небезопасно',
  list: (parts) => parts.join(', '),
  nav: { label: 'Экраны', home: 'Главная', profiles: 'Профили', connections: 'Соединения', traffic: 'Трафик', rules: 'Правила', log: 'Журнал', settings: 'Настройки' },
  foot: {
    flows: (n) => counting(figures)(n, '# соединение', '# соединения', '# соединений'),
    since: (time, size) => `с ${time} · ${size}`,
  },
  handed: {
    waiting: (n) =>
      counting(figures)(
        n,
        'Из другой программы пришла # ссылка.',
        'Из другой программы пришли # ссылки.',
        'Из другой программы пришло # ссылок.',
      ),
    show: 'Показать',
  },
  undo: { deleted: (name) => `Удалено: ${name}.`, press: 'Вернуть' },
  leave: {
    title: 'Сохранить изменения?',
    text: 'Есть несохранённые изменения.',
    save: 'Сохранить',
    discard: 'Не сохранять',
    stay: 'Вернуться к правке',
  },
  ended: {
    title: 'Parasol остановился',
    text: 'Внутри произошёл сбой. Пока Parasol не запущен снова или не закрыт, у программ, которые работают через него, может не быть сети.',
    again: 'Запустить снова',
  },
  close: {
    title: 'Закрыть окно?',
    text: 'На этом рабочем столе нет значков в трее. Parasol может работать и без окна; чтобы вернуть окно, запустите его ещё раз.',
    remember: 'Всегда поступать так',
    keep: 'Продолжить работу',
    quit: 'Выйти',
  },
});
