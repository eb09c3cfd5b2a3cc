use parasol_app::problem::Problem;

use super::{Words, one_line};

pub(super) const WORDS: Words = Words {
    turn_on: "روشن کردن",
    turn_off: "خاموش کردن",
    profile: "پروفایل",
    no_profile: "هنوز پروفایلی نیست",
    mode: "حالت",
    rules: "قوانین",
    global: "سراسری",
    direct: "مستقیم",
    system_proxy: "پروکسی سیستم",
    leave: "دست نزدن",
    pac: "PAC",
    open: "باز کردن Parasol",
    quit: "خروج",
    all: |profiles| format!("همهٔ {} پروفایل…", digits(profiles)),
    is_off: "Parasol خاموش است",
    is_starting: "Parasol در حال روشن شدن است",
    is_stopping: "Parasol در حال خاموش شدن است",
    is_on: "Parasol روشن است",
    is_on_through: |profile| format!("Parasol روشن است: {}", own(profile)),
    could_not_start: |reason| format!("Parasol روشن نشد: {reason}"),
    reason,
    full_stop: '.',
    is_not_on: "Parasol روشن نیست",
    no_member: "هیچ سروری کار نمی‌کند",
    no_member_of: |group| format!("هیچ سروری از {} کار نمی‌کند", own(group)),
    tries_on: "تا وقتی سروری کار نکند، برنامه‌ها وصل نمی‌شوند. Parasol همچنان تلاش می‌کند.",
    proxy_not_set: "پروکسی سیستم تنظیم نیست",
    past_us: "برنامه‌هایی که از آن پیروی می‌کنند از Parasol نمی‌گذرند.",
    has_ended: |list| format!("اشتراک {} به پایان رسیده است", own(list)),
    may_stop: "شاید سرورهای این اشتراک از کار بیفتند.",
};

fn reason(problem: &Problem) -> String {
    match problem {
        Problem::PortTaken { port, .. } => format!("پورت {port} در دست برنامهٔ دیگری است"),
        Problem::PortReserved { port, .. } => format!("سیستم پورت {port} را به برنامه‌ها نمی‌دهد"),
        Problem::BindFailed { address, .. } => format!("پورت روی {} باز نشد", ltr(address)),
        Problem::PortUsedTwice { port, .. } => format!("پورت {port} دو بار به کار رفته است"),
        Problem::BadPort { .. } => "پورتی به این شکل باز نمی‌شود".to_owned(),
        Problem::PluginNotForPort { name } => format!("افزونهٔ {} برای این پورت نیست", ltr(&one_line(name))),
        Problem::NoProfile => "هنوز پروفایلی نیست".to_owned(),
        Problem::ProfileGone => "پروفایل آن دیگر نیست".to_owned(),
        Problem::PasswordLocked => "رمز قفل است".to_owned(),
        Problem::PluginUnapproved { name } => format!("افزونهٔ {} اجازه ندارد", ltr(&one_line(name))),
        Problem::LegacyUnapproved { method } => format!("روش رمزنگاری {} ناامن است و اجازه ندارد", ltr(method)),
        Problem::PluginMissing { name } => format!("افزونهٔ {} نصب نیست", ltr(&one_line(name))),
        Problem::PluginFailed { name, .. } => format!("افزونهٔ {} اجرا نمی‌شود", ltr(&one_line(name))),
        Problem::PluginSilent { name, .. } => format!("افزونهٔ {} پاسخ نمی‌دهد", ltr(&one_line(name))),
        Problem::BadProfile { .. } => "پروفایل قابل استفاده نیست".to_owned(),
        Problem::EngineFailed { cause } => own(&one_line(cause)),
        Problem::Crashed => "بخشی از آن از کار افتاد".to_owned(),
        Problem::ProxyUnsupported | Problem::HeldByAnother | Problem::ProxyTaken | Problem::ProxyFailed { .. } => {
            "پروکسی سیستم تنظیم نشد".to_owned()
        }
    }
}

/// Addresses and the names of methods and programs: from left to right, without pulling the words around along.
fn ltr(code: &str) -> String {
    format!("\u{2066}{code}\u{2069}")
}

/// What people have named and what the system says: in its own direction, whichever that is.
fn own(words: &str) -> String {
    format!("\u{2068}{words}\u{2069}")
}

fn digits(n: usize) -> String {
    let persian =
        |digit: char| digit.to_digit(10).and_then(|digit| char::from_u32(u32::from('۰') + digit)).unwrap_or(digit);
    n.to_string().chars().map(persian).collect()
}
