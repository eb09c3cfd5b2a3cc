import type { TrafficRange } from '../../backend/bindings/TrafficRange';
import type { Split } from '../../traffic/shape';
import type { past as english } from '../en/past';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const ranges: Record<TrafficRange, string> = { minutes: '2 мин', hour: '1 ч', day: '24 ч', month: '30 дней' };
const spans: Record<TrafficRange, string> = {
  minutes: 'последние 2 минуты',
  hour: 'последний час',
  day: 'последние 24 часа',
  month: 'последние 30 дней',
};
const splits: Record<Split, string> = { all: 'Всё', ports: 'Порты', profiles: 'Профили' };

export const past = (figures: Figures): Area<typeof english> => ({
  title: 'Трафик',
  range: 'За какое время',
  ranges,
  spans,
  split: 'По чему',
  splits,
  total: 'Всего',
  today: 'Сегодня',
  month: 'В этом месяце',
  sums: 'Передано',
  rest: 'Остальное',
  noName: 'Без названия',
  gone: 'удалено',
  perStep: (bytes, stepMs) => (stepMs === 1000 ? figures.rate(bytes) : `${figures.size(bytes)} за ${figures.span(stepMs)}`),
  chart: (time, down, up) =>
    `Трафик за ${time}: приём ${down}, передача ${up}. Стрелки выбирают время, с Shift — более долгое; Escape снимает выбор.`,
  each: (time) => `Передано за ${time}, новые сверху`,
  nothingChosen: 'Время не выбрано',
  chosen: (time, down, up) => `${time}: приём ${down}, передача ${up}`,
  hint: 'Проведите по графику мышью или выберите время стрелками, чтобы увидеть его соединения и журнал.',
  none: (time) => `За ${time} ничего не передавалось.`,
  off: 'Parasol выключен. Когда он включён, он считает, что идёт через него, и хранит итоги 30 дней на этом компьютере.',
  flows: 'Соединения',
  allFlows: (n) => (n === 1 ? 'Показать в соединениях' : counting(figures)(n, 'Показать # в соединениях', 'Показать все # в соединениях', 'Показать все # в соединениях')),
  clear: 'Снять выбор',
  noFlows: 'О соединениях того времени уже ничего не известно. Parasol хранит последние 1000 завершённых, пока не выйдет.',
  noLines: 'В журнале о том времени ничего нет.',
  moreLines: (n) => counting(figures)(n, 'До этих в журнале есть ещё # строка.', 'До этих в журнале есть ещё # строки.', 'До этих в журнале есть ещё # строк.'),
  manyLines: 'До этих в журнале есть ещё много строк.',
  exportTitle: (time) => `Экспорт за ${time}`,
  exportNote: 'Сколько передано за каждый шаг, так, как выбрано сейчас. Куда оно шло, там не сказано.',
});
