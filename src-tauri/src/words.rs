//! `Words`: what the tray and the notifications say, in each language. One that lacks some does not compile.

mod en;
mod fa;
mod ru;
mod zh;

use parasol_app::alert::Alert;
use parasol_app::language::Language;
use parasol_app::problem::Problem;
use parasol_app::state::{Actual, AppState};

/// The words of one language.
pub(crate) struct Words {
    pub(crate) turn_on: &'static str,
    pub(crate) turn_off: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) no_profile: &'static str,
    pub(crate) mode: &'static str,
    pub(crate) rules: &'static str,
    pub(crate) global: &'static str,
    pub(crate) direct: &'static str,
    pub(crate) system_proxy: &'static str,
    pub(crate) leave: &'static str,
    pub(crate) pac: &'static str,
    pub(crate) open: &'static str,
    pub(crate) quit: &'static str,
    /// Leads to the window, which has this many profiles.
    pub(crate) all: fn(usize) -> String,
    is_off: &'static str,
    is_starting: &'static str,
    is_stopping: &'static str,
    is_on: &'static str,
    /// On, through the profile of this title.
    is_on_through: fn(&str) -> String,
    /// For this reason.
    could_not_start: fn(&str) -> String,
    /// In a few words, whole or as the end of a sentence; the window says it with what would help.
    reason: fn(&Problem) -> String,
    full_stop: char,
    is_not_on: &'static str,
    no_member: &'static str,
    /// The same of the group of this name.
    no_member_of: fn(&str) -> String,
    tries_on: &'static str,
    proxy_not_set: &'static str,
    past_us: &'static str,
    /// The subscription of this title.
    has_ended: fn(&str) -> String,
    may_stop: &'static str,
}

impl Words {
    /// Those that are to be spoken.
    pub(crate) fn of(state: &AppState) -> &'static Words {
        Words::in_language(state.language.spoken(reads().iter().map(String::as_str)))
    }

    fn in_language(language: Language) -> &'static Words {
        match language {
            Language::System | Language::En => &en::WORDS,
            Language::Zh => &zh::WORDS,
            Language::Fa => &fa::WORDS,
            Language::Ru => &ru::WORDS,
        }
    }

    /// What stands beside the pointer over the icon: what is, and through whom.
    pub(crate) fn tooltip(&self, state: &AppState) -> String {
        let profile = state.profiles.iter().find(|profile| Some(&profile.id) == state.active.as_ref());
        match (&state.actual, profile) {
            (Actual::Off, _) => self.is_off.to_owned(),
            (Actual::Starting, _) => self.is_starting.to_owned(),
            (Actual::Stopping, _) => self.is_stopping.to_owned(),
            (Actual::On { .. }, Some(profile)) => (self.is_on_through)(&one_line(&profile.title)),
            (Actual::On { .. }, None) => self.is_on.to_owned(),
            (Actual::Failed { problem }, _) => (self.could_not_start)(&(self.reason)(problem)),
        }
    }

    /// Title and text of a notification: what is wrong, and what it means.
    pub(crate) fn alert(&self, alert: &Alert) -> (String, String) {
        let (title, text) = match alert {
            Alert::NotOn { problem } => return (self.is_not_on.to_owned(), self.sentence(&(self.reason)(problem))),
            Alert::NoMember { group } => match one_line(group) {
                nameless if nameless.is_empty() => (self.no_member.to_owned(), self.tries_on),
                name => ((self.no_member_of)(&name), self.tries_on),
            },
            Alert::ProxyNotSet { .. } => (self.proxy_not_set.to_owned(), self.past_us),
            Alert::SubscriptionEnded { title } => ((self.has_ended)(&one_line(title)), self.may_stop),
        };
        (title, text.to_owned())
    }

    fn sentence(&self, reason: &str) -> String {
        let mut chars = reason.chars();
        let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        format!("{first}{}{}", chars.as_str(), self.full_stop)
    }
}

/// The languages that the user reads, as the system says, in order; tags such as `zh-CN`.
pub(crate) fn reads() -> Vec<String> {
    sys_locale::get_locales().collect()
}

/// A name from a link may hold line breaks and be of any length; a menu has one line and an edge.
pub(crate) fn one_line(name: &str) -> String {
    const LONGEST: usize = 60;
    let mut line: String =
        name.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned();
    if name.chars().count() > LONGEST {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Language; 4] = [Language::En, Language::Zh, Language::Fa, Language::Ru];

    #[test]
    fn each_language_has_its_own_words_and_says_what_it_was_given() {
        let mut said: Vec<_> = ALL.map(|language| Words::in_language(language).turn_on).into();
        said.sort_unstable();
        said.dedup();
        assert_eq!(said.len(), ALL.len());
        for words in ALL.map(Words::in_language) {
            assert!((words.all)(51).contains("51") || (words.all)(51).contains("۵۱"), "{}", (words.all)(51));
            assert!((words.is_on_through)("Tokyo").contains("Tokyo"));
            let taken = Problem::PortTaken { port: 1080, process: None, pid: None, udp: false, next_free: None };
            assert!((words.could_not_start)(&(words.reason)(&taken)).contains("1080"));
            let failed = Problem::EngineFailed { cause: "two\nlines".to_owned() };
            assert!((words.reason)(&failed).contains("two lines"), "{}", (words.reason)(&failed));
        }
    }

    #[test]
    fn a_notification_says_what_is_wrong_and_what_it_means() {
        let (process, pid) = (Some("nc".to_owned()), Some(7));
        let taken = Problem::PortTaken { port: 1080, process, pid, udp: false, next_free: None };
        let tries_on = "Programs get no connection until one does. Parasol goes on trying.";
        for (alert, title, text) in [
            (Alert::NotOn { problem: taken }, "Parasol is not on", "Port 1080 is in use."),
            (Alert::NoMember { group: "Home\nx".to_owned() }, "No server of Home x works", tries_on),
            (Alert::NoMember { group: " ".to_owned() }, "No server works", tries_on),
            (
                Alert::ProxyNotSet { problem: Problem::ProxyUnsupported },
                "The system proxy is not set",
                "Programs that follow it do not go through Parasol.",
            ),
            (
                Alert::SubscriptionEnded { title: "List".to_owned() },
                "List has ended",
                "The servers of this subscription may stop working.",
            ),
        ] {
            assert_eq!(en::WORDS.alert(&alert), (title.to_owned(), text.to_owned()));
        }
    }

    #[test]
    fn a_notification_in_each_language_is_a_line_of_a_length_and_a_sentence() {
        let long = "x\n".repeat(10_000);
        for words in ALL.map(Words::in_language) {
            for alert in [
                Alert::NotOn { problem: Problem::PluginMissing { name: long.clone() } },
                Alert::NoMember { group: long.clone() },
                Alert::NoMember { group: String::new() },
                Alert::ProxyNotSet { problem: Problem::ProxyTaken },
                Alert::SubscriptionEnded { title: long.clone() },
            ] {
                let (title, text) = words.alert(&alert);
                for said in [&title, &text] {
                    assert!(said.chars().count() < 160 && !said.contains('\n'), "{said}");
                }
                assert!(text.ends_with(words.full_stop) && !text.starts_with(char::is_lowercase), "{text}");
            }
        }
    }
}
