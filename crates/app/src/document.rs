//! `Document`: what the profile file holds. Fields that this program does not know are kept and written back, so that
//! an older Parasol does not take away what a newer one of the same format version has saved.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::profile::Profile;
use crate::relay::Deadlines;
use crate::state::{OnClose, ProxyMode};

/// The format version that is written and can be changed.
pub const VERSION: u64 = 1;

/// Profiles and settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    version: u64,
    /// In the user's order. Every id stands there once.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// The id of the profile in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<String>,
    /// What is not tied to a profile.
    #[serde(default)]
    pub settings: Settings,
    #[serde(flatten)]
    extra: Unknown,
}

/// Preferences that are not tied to a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where programs on this machine connect to, on 127.0.0.1; 0 takes any free port at each start.
    pub local_port: u16,
    /// What to do with the system's proxy setting while on.
    pub system_proxy: ProxyMode,
    /// What closing the window does where there is no tray icon; never `Close`.
    pub on_close: OnClose,
    /// How patient the relay is.
    pub timeout_s: Timeouts,
    #[serde(flatten)]
    extra: Unknown,
}

/// The relay's deadlines in whole seconds. See [`Deadlines`] for what each bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Deadlines")]
pub struct Timeouts {
    pub handshake: u32,
    pub resolve: u32,
    pub connect: u32,
    pub first_byte: u32,
    pub idle: u32,
    pub half_closed: u32,
    #[serde(flatten)]
    extra: Unknown,
}

/// What a file says and this program does not know. It may hold secrets, so `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unknown(Map<String, Value>);

/// What bytes of a file turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// A document.
    Document(Document),
    /// A document of a newer format: as much as is understood, or nothing.
    Newer(Option<Document>),
    /// Nothing that any Parasol wrote.
    Unreadable,
}

impl Document {
    /// Takes the bytes of a file apart. Never panics, whatever they are.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Parsed {
        /// Read first: in a newer format everything else may have another shape.
        #[derive(Deserialize)]
        struct Version {
            version: u64,
        }
        match serde_json::from_slice(bytes) {
            Ok(Version { version: VERSION }) => serde_json::from_slice(bytes)
                .map_or(Parsed::Unreadable, |document: Document| Parsed::Document(document.settled())),
            Ok(Version { version }) if version > VERSION => {
                Parsed::Newer(serde_json::from_slice(bytes).ok().map(Document::settled))
            }
            Ok(_) | Err(_) => Parsed::Unreadable,
        }
    }

    /// The bytes of a file: JSON that a person can read. Wiped when dropped, since passwords stand in it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Large enough that it need not grow: growing would leave copies behind that nobody wipes.
        let room = self.profiles.iter().map(|profile| 1024 + 2 * profile.notes.len()).sum::<usize>() + 16 * 1024;
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer_pretty(&mut *bytes, self).expect("texts and numbers can be written as JSON");
        bytes.push(b'\n');
        bytes
    }

    /// The profile with this id.
    #[must_use]
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The profile in use.
    #[must_use]
    pub fn active_profile(&self) -> Option<&Profile> {
        self.profile(self.active.as_deref()?)
    }

    /// Mends what a hand at the file can get wrong: ids that are missing or there twice, an active profile that does
    /// not exist, a value that makes no sense.
    fn settled(mut self) -> Document {
        let mut seen = HashSet::new();
        for profile in &mut self.profiles {
            if profile.id.is_empty() || !seen.insert(profile.id.clone()) {
                profile.id = Profile::new_id();
            }
        }
        if self.active_profile().is_none() {
            self.active = self.profiles.first().map(|profile| profile.id.clone());
        }
        if self.settings.on_close == OnClose::Close {
            self.settings.on_close = OnClose::Ask;
        }
        self
    }
}

impl Unknown {
    /// The text that stands under this name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Default for Document {
    fn default() -> Self {
        Document {
            version: VERSION,
            profiles: Vec::new(),
            active: None,
            settings: Settings::default(),
            extra: Unknown::default(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            local_port: 1080,
            system_proxy: ProxyMode::Set,
            on_close: OnClose::Ask,
            timeout_s: Timeouts::default(),
            extra: Unknown::default(),
        }
    }
}

impl Timeouts {
    /// As the relay takes them. Nothing is bounded to less than a second, which no real network would survive.
    #[must_use]
    pub fn deadlines(&self) -> Deadlines {
        let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds.max(1)));
        Deadlines {
            handshake: seconds(self.handshake),
            resolve: seconds(self.resolve),
            connect: seconds(self.connect),
            first_byte: seconds(self.first_byte),
            idle: seconds(self.idle),
            half_closed: seconds(self.half_closed),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        let usual = Deadlines::default();
        let seconds = |duration: Duration| u32::try_from(duration.as_secs()).unwrap_or(u32::MAX);
        Timeouts {
            handshake: seconds(usual.handshake),
            resolve: seconds(usual.resolve),
            connect: seconds(usual.connect),
            first_byte: seconds(usual.first_byte),
            idle: seconds(usual.idle),
            half_closed: seconds(usual.half_closed),
            extra: Unknown::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Document {
        match Document::parse(text.as_bytes()) {
            Parsed::Document(document) => document,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_is_not_said_has_its_usual_value() {
        let document = parsed(r#"{"version":1,"settings":{"timeout_s":{"idle":7}}}"#);
        assert_eq!(document.settings.local_port, 1080);
        let deadlines = document.settings.timeout_s.deadlines();
        assert_eq!(deadlines, Deadlines { idle: Duration::from_secs(7), ..Deadlines::default() });
    }

    #[test]
    fn a_timeout_of_nothing_is_a_second() {
        let document = parsed(r#"{"version":1,"settings":{"timeout_s":{"connect":0}}}"#);
        assert_eq!(document.settings.timeout_s.deadlines().connect, Duration::from_secs(1));
    }

    #[test]
    fn unknown_fields_are_written_back_at_every_level() {
        let text = r#"{"version":1,"a":[1,{"b":null}],"profiles":[{"id":"x","c":{"d":2}}],
            "settings":{"e":true,"timeout_s":{"f":"g"}}}"#;
        let written: Value = serde_json::from_slice(&parsed(text).to_bytes()).unwrap();
        assert_eq!(written["a"][1], serde_json::json!({"b": null}));
        assert_eq!(written["profiles"][0]["c"]["d"], 2);
        assert_eq!(written["settings"]["e"], true);
        assert_eq!(written["settings"]["timeout_s"]["f"], "g");
    }

    #[test]
    fn ids_are_made_unique_and_the_active_profile_exists() {
        let document = parsed(r#"{"version":1,"active":"gone","profiles":[{"id":"a"},{"id":"a"},{}]}"#);
        let ids: HashSet<_> = document.profiles.iter().map(|profile| profile.id.as_str()).collect();
        assert_eq!((ids.len(), ids.contains(""), document.active.as_deref()), (3, false, Some("a")));
    }

    #[test]
    fn a_newer_file_is_shown_as_far_as_it_is_understood() {
        let Parsed::Newer(Some(document)) = Document::parse(br#"{"version":2,"profiles":[{"id":"a"}]}"#) else {
            panic!("it has our shape");
        };
        assert_eq!(document.profiles.len(), 1);
        assert_eq!(Document::parse(br#"{"version":2,"profiles":{}}"#), Parsed::Newer(None));
    }

    #[test]
    fn debug_shows_no_password() {
        let document = parsed(r#"{"version":1,"profiles":[{"id":"a","password":"hunter2"}]}"#);
        assert!(!format!("{document:?}").contains("hunter2"));
    }

    fn profiles() -> impl Strategy<Value = Profile> {
        let texts = (".*", ".*", any::<u16>(), ".*", ".*", any::<bool>(), ".*");
        texts.prop_map(|(name, server, port, method, password, builtin, notes)| Profile {
            id: Profile::new_id(),
            name,
            server,
            port,
            method,
            password: password.into(),
            builtin,
            notes,
            extra: Unknown::default(),
        })
    }

    proptest! {
        #[test]
        fn parse_is_the_inverse_of_to_bytes(
            profiles in proptest::collection::vec(profiles(), 0..8),
            active in any::<proptest::sample::Index>(),
            port in any::<u16>(),
            idle in any::<u32>(),
        ) {
            let mut document = Document { profiles, ..Document::default() };
            document.active = (!document.profiles.is_empty())
                .then(|| active.get(&document.profiles).id.clone());
            document.settings.local_port = port;
            document.settings.timeout_s.idle = idle;
            prop_assert_eq!(Document::parse(&document.to_bytes()), Parsed::Document(document));
        }

        #[test]
        fn a_file_cut_anywhere_is_unreadable_and_never_half_a_document(cut in any::<proptest::sample::Index>()) {
            let document = Document { profiles: vec![Profile::builtin()], ..Document::default() }.settled();
            let bytes = document.to_bytes();
            // Without the last newline it is still whole.
            let cut = cut.index(bytes.len() - 1);
            prop_assert_eq!(Document::parse(&bytes[..cut]), Parsed::Unreadable);
        }

        #[test]
        fn parse_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Document::parse(&bytes);
        }
    }
}
