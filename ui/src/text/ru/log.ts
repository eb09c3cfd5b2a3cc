import type { LogLevel } from '../../backend/bindings/LogLevel';
import type { log as english } from '../en/log';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const levels: Record<LogLevel, string> = { error: 'Ошибка', warn: 'Предупреждение', info: 'Сведения', debug: 'Подробно' };
const show: Record<LogLevel, string> = { error: 'Ошибки', warn: 'Предупреждения', info: 'Сведения', debug: 'Всё' };
const noted: Record<LogLevel, string> = { error: 'только ошибки', warn: 'предупреждения и ошибки', info: 'что происходит (обычно)', debug: 'все подробности' };

export const log = (figures: Figures): Area<typeof english> => ({
  title: 'Журнал',
  list: 'Строки журнала',
  keys: 'Стрелки выбирают, Ctrl+A выбирает всё, Ctrl+C копирует.',
  levels: levels,
  showLabel: 'Показывать',
  show: show,
  search: 'Поиск',
  searchHint: 'Слова из строки',
  counted: (shown, all) => {
    const lines = counting(figures)(all, '# строка', '# строки', '# строк');
    return shown === all ? lines : `${figures.count(shown)} из ${figures.count(all)}`;
  },
  selected: (n) => `выбрано ${figures.count(n)}`,
  follow: 'Следить',
  copy: 'Копировать',
  save: 'Сохранить…',
  clear: 'Очистить',
  clearHint: 'Стирает все строки, и в файле тоже',
  cleared: 'Очищено, и в файле тоже.',
  none: 'Пока ничего не записано.',
  noMatch: (n) =>
    counting(figures)(n, 'Не подходит: # строка.', 'Не подходит ни одна из # строк.', 'Не подходит ни одна из # строк.'),
  noted: {
    title: 'Что записывается',
    level: 'Записывать',
    levels: noted,
    targets: 'Ещё и куда идут соединения',
    targetsOff: 'В журнале нет названий сайтов и хостов, к которым подключаются программы.',
    targetsOn: 'В журнале есть строка о каждом соединении, и в ней сказано, куда оно идёт. Это увидит любой, кому вы его покажете. В файле на диске этих названий нет никогда.',
    file: (path) => `Хранится в ${path}, не больше 4 МБ. Прочесть можете только вы.`,
    fault: (cause) => `Журнал не пишется на диск: ${cause}. Он хранится в памяти.`,
  },
});
