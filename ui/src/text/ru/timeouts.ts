import type { timeouts as english } from '../en/timeouts';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export function timeouts(figures: Figures): Area<typeof english> {
  return {
    title: 'Тайм-ауты',
    lead: 'Сколько времени может пройти, прежде чем соединение будет прервано.',
    change: 'Изменить…',
    seconds: (n) => `${figures.count(n)} с`,
    names: {
      handshake: 'Запрос',
      resolve: 'Поиск имени',
      connect: 'Ответ на соединение',
      firstByte: 'Первый байт',
      idle: 'Простой',
      halfClosed: 'Простой, когда одна сторона закончила',
    },
    inSeconds: 'Тайм-ауты в секундах',
    bound: 'Первого байта, а также соединения, которое одна сторона закончила, ждут не дольше, чем длится «Простой».',
    again: 'При сохранении открытые соединения прервутся.',
    usual: (n) => `Обычно ${figures.count(n)}`,
    fault: (most) => `Целое число от 1 до ${figures.count(most)}`,
    save: 'Сохранить',
  };
}
