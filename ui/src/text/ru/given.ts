import type { given as english } from '../en/given';
import type { Area } from '../shape';

export const given: Area<typeof english> = {
  copied: { minute: 'Скопировано. Исчезнет из буфера обмена через минуту.', stays: 'Скопировано.', not: 'Скопировать не удалось.' },
  saved: (path) => `Сохранено в ${path}. Прочесть можете только вы.`,
  notSaved: (cause) => `Сохранить не удалось: ${cause}.`,
};
