import type { EndedHow } from '../../backend/bindings/EndedHow';
import type { PartKind } from '../../connections/timeline';
import type { Key } from '../../connections/view';
import type { connections as english } from '../en/connections';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const columns: Record<Key, string> = {
  target: 'Цель',
  client: 'Клиент',
  way: 'Через',
  state: 'Состояние',
  started: 'Время',
  up: 'Передача',
  down: 'Приём',
  rate: 'Скорость',
};

const parts: Record<PartKind, string> = {
  handshake: 'Запрос',
  resolve: 'Поиск имени',
  connect: 'Соединение',
  firstUp: 'Ожидание первого байта программы',
  firstDown: 'Ожидание первого байта ответа',
  stream: 'Передача',
  associate: 'UDP',
  idle: 'Простой',
};

type Ending = Exclude<EndedHow['code'], 'givenUp'>;

const ended: Record<Ending, (server: boolean) => string> = {
  clientDone: () => 'завершила программа',
  farDone: (server) => (server ? 'завершил сервер' : 'завершила цель'),
  farLost: (server) => (server ? 'обрыв связи с сервером' : 'обрыв связи с целью'),
  closed: () => 'закрыто вами',
  stranded: () => 'сеть сменилась',
};

const endedBecause: Record<Ending, string> = {
  clientDone: 'Программа закончила или просто отключилась.',
  farDone: 'Другая сторона закончила первой, как бывает, когда всё отправлено.',
  farLost: 'Соединение оборвалось, когда данные уже шли: пропала сеть или другая сторона внезапно его разорвала.',
  closed: 'Вы его закрыли, или Parasol был выключен.',
  stranded: 'Сети, через которую оно шло, больше нет, или другая сторона не ответила после смены сети или сна компьютера. Программы подключатся снова.',
};

export const connections = (figures: Figures): Area<typeof english> => {
  const { count } = figures;
  const counted = counting(figures);
  return {
    title: 'Соединения',
    list: 'Соединения',
    columns,
    sortBy: (column) => `Сортировать: ${column}`,
    actions: 'Действия',
    counted: (open, closed) => `открыто ${count(open)} · закрыто ${count(closed)}`,
    shown: (n) => counted(n, 'показано #', 'показано #', 'показано #'),
    left: (n) => counted(n, 'ещё # не показано', 'ещё # не показаны', 'ещё # не показано'),
    pause: 'Пауза',
    resume: 'Продолжить',
    pausedAt: (time) => `Пауза с ${time}`,
    program: (name, pid, address) => `${name} (pid ${pid}), ${address}`,
    noTarget: 'Цель ещё не названа',
    direct: 'напрямую',
    block: 'блокируется',
    ended,
    endedBecause,
    ruledOut: 'Эту цель блокирует одно из ваших правил.',
    filter: {
      text: 'Фильтр',
      textHint: 'Цель, клиент, правило…',
      state: 'Какие',
      states: { all: 'Все', open: 'Открытые', closed: 'Закрытые' },
      port: 'Порт',
      anyPort: 'Все порты',
      way: 'Через',
      anyWay: 'Все серверы',
      ended: 'Чем кончилось',
      anyEnd: 'Любой исход',
      givenUp: 'Неудачные',
      clear: 'Показать все',
      between: (from, to) => `${from} — ${to}`,
      anyTime: 'Любое время',
    },
    off: 'Parasol выключен. После включения здесь видны все соединения.',
    none: (address) => `Соединений пока нет. Программы подключаются к ${address}.`,
    noMatch: (n) => counted(n, 'Не подходит: # соединение.', 'Не подходит ни одно из # соединений.', 'Не подходит ни одно из # соединений.'),
    close: 'Закрыть',
    closeThis: 'Закрыть соединение',
    closeOne: (target) => `Закрыть ${target}`,
    closeShown: (n) => `Закрыть показанные (${count(n)})`,
    closeTitle: (n) => counted(n, 'Закрыть # соединение?', 'Закрыть # соединения?', 'Закрыть # соединений?'),
    closeText: 'То, что в них передаётся, прервётся. Программы могут сразу подключиться снова.',
    selected: (n) => `выбрано ${count(n)}`,
    copyTargets: (n) => (n === 1 ? 'Копировать цель' : 'Копировать цели'),
    copyRows: (n) => (n === 1 ? 'Копировать строку' : 'Копировать строки'),
    details: 'Ход соединения',
    keys: 'Стрелки выбирают, Enter показывает ход соединения, Delete закрывает, Ctrl+A выбирает всё, Ctrl+C копирует.',
    export: {
      open: 'Экспорт…',
      title: (n) => counted(n, 'Экспорт: # соединение', 'Экспорт: # соединения', 'Экспорт: # соединений'),
      text: 'Как показано сейчас: цели и клиенты там есть, переданных данных нет.',
      as: 'Формат',
      formats: { csv: 'CSV', json: 'JSON' },
      copy: 'Копировать',
      save: 'Сохранить в файл…',
      done: 'Закрыть',
    },
    timeline: {
      parts,
      opening: 'До первого байта',
      life: 'Всё соединение',
      opened: 'Первый байт',
      part: 'Часть',
      after: 'Через',
      took: 'Заняло',
      total: 'Всего',
      bar: (said) => `Полоса: ${said}`,
      each: (part, took) => `${part} ${took}`,
      client: 'Откуда',
      program: (name, pid) => `${name} (pid ${pid})`,
      port: 'Порт',
      way: 'Через',
      rule: 'Правило',
      noRule: 'нет',
      started: 'Начато',
      end: 'Завершено',
      open: 'ещё открыто',
      moved: 'Передано',
      bytes: (up, down) => `↑ ${up} ↓ ${down}`,
      done: 'Готово',
    },
  };
};
