import type { timeouts as english } from '../en/timeouts';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export function timeouts(figures: Figures): Area<typeof english> {
  return {
    title: 'Время ожидания',
    lead: 'Сколько может длиться каждый шаг, прежде чем соединение будет оставлено.',
    change: 'Изменить…',
    seconds: (n) => `${figures.count(n)} с`,
    names: {
      handshake: 'Запрос программы',
      resolve: 'Адрес имени',
      connect: 'Ответ на подключение',
      firstByte: 'Первый байт в ответ',
      idle: 'Ничего не передаётся',
      halfClosed: 'Ничего не передаётся, одна сторона закончила',
    },
    inSeconds: 'Время ожидания в секундах',
    again: 'При сохранении открытые соединения прервутся.',
    usual: (n) => `Обычно ${figures.count(n)}`,
    fault: (most) => `Целое число от 1 до ${figures.count(most)}`,
    save: 'Сохранить',
  };
}
