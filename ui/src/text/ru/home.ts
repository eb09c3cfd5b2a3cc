import type { Action } from '../../backend/bindings/Action';
import type { Protocol } from '../../backend/bindings/Protocol';
import type { ByKind } from '../coded';
import type { home as english } from '../en/home';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const families: Record<Protocol, string> = { socks5: 'SOCKS', socks4: 'SOCKS', http: 'HTTP', tunnel: 'Туннель', dns: 'DNS' };
const spoken = (protocols: readonly Protocol[]) =>
  [...new Set(protocols.map((protocol) => families[protocol]))].join(', ');

const actions: ByKind<Action> = {
  usePort: ({ port }) => `Взять ${port}`,
  editPort: () => 'Изменить порт',
  tryAgain: () => 'Повторить',
  takeProxyBack: () => 'Задать снова',
  leaveProxy: () => 'Не менять',
  giveProxyBack: () => 'Вернуть прежний',
  unlockSecrets: () => 'Разблокировать',
  addProfile: () => 'Добавить профиль',
  editProfile: () => 'Изменить профиль',
  approvePlugin: () => 'Разрешить и запустить',
  approveLegacy: () => 'Всё равно использовать',
  setClock: () => 'Открыть настройки часов',
  editProbe: () => 'Сменить загружаемую страницу',
};

export const home = (figures: Figures): Area<typeof english> => ({
  state: {
    switch: 'Прокси',
    off: 'Выключен',
    starting: 'Включается…',
    on: 'Включён',
    stopping: 'Выключается…',
    failed: 'Не удалось включить',
    noProfile: 'профиль не выбран',
  },
  actions,
  verdictHelp: { testServer: 'Проверить этот сервер', showPorts: 'Показать порты', showTimeouts: 'Показать тайм-ауты' },
  proxy: {
    label: 'Системный прокси',
    leave: 'Не менять',
    set: 'Глобально',
    pac: 'PAC',
    about: {
      leave: 'Parasol его не трогает. Задайте прокси в каждой программе сами.',
      set: 'Пока прокси включён, программы, которые следуют системе, идут через Parasol со всем, кроме того, что на этом компьютере.',
      pac: 'Пока прокси включён, программы, которые следуют системе, читают скрипт Parasol. Туда, куда велят ваши правила, они идут напрямую, мимо Parasol, с остальным — через него. Программа, которая не может прочесть скрипт, идёт напрямую со всем.',
    },
    pacRules: (n) =>
      n
        ? counting(figures)(n, '# ваше правило только для скрипта.', '# ваших правила только для скрипта.', '# ваших правил только для скрипта.')
        : 'У скрипта могут быть собственные правила.',
    toRules: 'Правила',
  },
  path: {
    label: 'Путь',
    apps: 'Программы',
    appsSet: 'прокси задан',
    appsNotSet: 'прокси не задан',
    appsLeft: 'задайте сами',
    internet: 'Интернет',
    builtin: 'внутри программы',
    unsafe: 'небезопасный метод',
    spoken,
    listening: 'слушает',
    notListening: 'не слушает',
  },
  traffic: {
    title: 'Трафик',
    span: 'за 2 минуты',
    down: 'Приём',
    up: 'Передача',
    time: 'Время',
    past: 'До 30 дней',
    asTable: 'Таблица',
    asChart: 'График',
    each: 'Средние за 10 секунд, новые сверху',
    chart: (down, up) => `График за последние 2 минуты. Сейчас приём ${down}, передача ${up}.`,
    none: 'Измерений пока нет.',
  },
  ports: {
    title: 'Порты',
    port: 'Порт',
    down: 'Приём',
    up: 'Передача',
    flows: 'Соед.',
    open: (port, n) => `${figures.count(n)}, соединения порта ${port}`,
    through: (protocols, profile) => `${spoken(protocols)} → ${profile}`,
    none: (address) => `Открытых портов нет. После включения программы могут подключаться к ${address}.`,
    stay: (port) => `Остаться на ${port}`,
    change: 'Сменить порт',
    newPort: 'Новый порт',
    save: 'Сменить',
  },
  timedOut: {
    title: 'Неудачные соединения',
    today: (n) => `${figures.count(n)} сегодня`,
    none: 'Неудачных соединений нет.',
    off: 'Когда прокси включён, здесь видны неудачные соединения и их причины.',
    noTarget: 'Цель ещё не названа',
    times: (n) => counting(figures)(n, '# раз', '# раза', '# раз'),
    at: (stage, idle) => `${stage}, ${idle}`,
    bytes: (up, down) => `↑ ${up} ↓ ${down}`,
    all: (n) => `Показать все (${figures.count(n)})`,
    open: (target) => `Соединения с ${target}`,
  },
});
