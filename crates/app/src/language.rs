//! `Language`: what the user wants window and tray to speak, and what that comes to on this system.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which language window and tray speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Language {
    /// The first of the system's that there are words for.
    System,
    /// English.
    En,
    /// Chinese in simplified characters.
    Zh,
    /// Persian.
    Fa,
    /// Russian.
    Ru,
}

impl Language {
    /// The one to speak to a user who reads these, in order: never [`Language::System`]. English where none is ours.
    #[must_use]
    pub fn spoken<'a>(self, reads: impl IntoIterator<Item = &'a str>) -> Language {
        match self {
            Language::System => reads.into_iter().find_map(Language::of_tag).unwrap_or(Language::En),
            set => set,
        }
    }

    /// From a tag such as `zh-CN`; systems also write `fa_IR.UTF-8` and `ru_RU@euro`.
    fn of_tag(tag: &str) -> Option<Language> {
        let language = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        [("en", Language::En), ("zh", Language::Zh), ("fa", Language::Fa), ("ru", Language::Ru)]
            .into_iter()
            .find(|(code, _)| language.eq_ignore_ascii_case(code))
            .map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_systems_that_there_are_words_for_is_spoken() {
        for (reads, spoken) in [
            (&["en-GB", "ru"][..], Language::En),
            (&["de-DE", "zh-Hant-TW", "en"], Language::Zh),
            (&["fa_IR.UTF-8"], Language::Fa),
            (&["RU"], Language::Ru),
            (&["ru@euro"], Language::Ru),
            (&["C", "", "-", "russian", "e", "POSIX"], Language::En),
            (&[], Language::En),
        ] {
            assert_eq!(Language::System.spoken(reads.iter().copied()), spoken, "{reads:?}");
        }
    }

    #[test]
    fn the_one_that_was_set_is_spoken_whatever_the_system_says() {
        for set in [Language::En, Language::Zh, Language::Fa, Language::Ru] {
            assert_eq!(set.spoken(["en", "zh", "fa", "ru"]), set);
            assert_eq!(set.spoken([]), set);
        }
    }
}
