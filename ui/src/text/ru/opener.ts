import type { opener as english } from '../en/opener';
import type { Area } from '../shape';

export const opener: Area<typeof english> = {
  title: 'Ссылки ss://',
  take: 'Открывать в Parasol',
  leave: 'Не открывать',
  kinds: {
    ours: 'Нажатая в браузере или чате ссылка открывает Parasol, и он показывает, что добавит. Без вашего согласия ничего не сохраняется и не загружается.',
    others: 'Ссылки, нажатые в браузере или чате, не открывают этот Parasol.',
  },
  failed: (cause) => `Не удалось прочесть или изменить: ${cause}`,
};
