use parasol_app::problem::Problem;

use super::{Words, one_line};

pub(super) const WORDS: Words = Words {
    turn_on: "Включить",
    turn_off: "Выключить",
    profile: "Профиль",
    no_profile: "Профилей ещё нет",
    mode: "Режим",
    rules: "Правила",
    global: "Глобально",
    direct: "Напрямую",
    system_proxy: "Системный прокси",
    leave: "Не менять",
    pac: "PAC",
    open: "Открыть Parasol",
    quit: "Выйти",
    all: |profiles| format!("Все профили ({profiles})…"),
    is_off: "Parasol выключен",
    is_starting: "Parasol включается",
    is_stopping: "Parasol выключается",
    is_on: "Parasol включён",
    is_on_through: |profile| format!("Parasol включён: {profile}"),
    could_not_start: |reason| format!("Parasol не удалось включить: {reason}"),
    reason,
    full_stop: '.',
    is_not_on: "Parasol не включён",
    no_member: "Ни один сервер не работает",
    no_member_of: |group| format!("Ни один сервер группы {group} не работает"),
    tries_on: "Пока не заработает хоть один, у программ нет связи. Parasol продолжает попытки.",
    proxy_not_set: "Системный прокси не задан",
    past_us: "Программы, которые им пользуются, идут мимо Parasol.",
    has_ended: |list| format!("Подписка {list} закончилась"),
    may_stop: "Серверы этой подписки могут перестать работать.",
};

fn reason(problem: &Problem) -> String {
    match problem {
        Problem::PortTaken { port, .. } => format!("порт {port} занят"),
        Problem::PortReserved { port, .. } => format!("порт {port} занят системой"),
        Problem::BindFailed { address, .. } => format!("не удалось открыть порт {address}"),
        Problem::PortUsedTwice { port, .. } => format!("порт {port} указан дважды"),
        Problem::BadPort { .. } => "порт нельзя открыть в таком виде".to_owned(),
        Problem::PluginNotForPort { name } => format!("плагин {} не подходит для порта", one_line(name)),
        Problem::NoProfile => "профилей ещё нет".to_owned(),
        Problem::ProfileGone => "его профиля больше нет".to_owned(),
        Problem::PasswordLocked => "пароль заблокирован".to_owned(),
        Problem::PluginUnapproved { name } => format!("плагин {} не разрешён", one_line(name)),
        Problem::LegacyUnapproved { method } => format!("метод {method} небезопасен и не разрешён"),
        Problem::PluginMissing { name } => format!("плагин {} не установлен", one_line(name)),
        Problem::PluginFailed { name, .. } => format!("плагин {} не работает", one_line(name)),
        Problem::PluginSilent { name, .. } => format!("плагин {} не отвечает", one_line(name)),
        Problem::BadProfile { .. } => "профиль нельзя использовать".to_owned(),
        Problem::EngineFailed { cause } => one_line(cause),
        Problem::Crashed => "произошёл сбой".to_owned(),
        Problem::ProxyUnsupported | Problem::HeldByAnother | Problem::ProxyTaken | Problem::ProxyFailed { .. } => {
            "не удалось задать системный прокси".to_owned()
        }
    }
}
