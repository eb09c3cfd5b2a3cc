import type { finding as english } from '../en/finding';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

export const finding = (figures: Figures): Area<typeof english> => ({
  profileSearch: {
    label: 'Поиск по профилям',
    hint: 'Название, сервер, метод, заметки',
    found: (n, all) => `${figures.count(n)} из ${figures.count(all)}`,
    none: (all) =>
      counting(figures)(all, 'Не подходит: # профиль.', 'Не подходит ни один из # профилей.', 'Не подходит ни один из # профилей.'),
    clear: 'Показать все',
  },
  profileUsed: {
    last: 'Последний раз:',
  },
});
