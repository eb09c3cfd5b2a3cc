import type { files as english } from '../en/files';
import type { Area } from '../shape';

export const files: Area<typeof english> = {
  title: 'Файлы',
  lead: 'Где Parasol их хранит. Для другого компьютера сделайте резервную копию: в ней есть и пароли, где бы они здесь ни лежали.',
  names: { profiles: 'Профили и настройки', log: 'Журнал' },
  show: 'Показать',
  shows: (name) => `Показать файл: ${name}`,
  asking: 'Запрос к файловому менеджеру…',
  said: { shown: '', notThere: 'Этот файл ещё не записан.', notShown: 'Файлового менеджера нет, или он не отвечает. Откройте папку сами.' },
};
