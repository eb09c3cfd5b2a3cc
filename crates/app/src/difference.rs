//! `Difference`: what would come, go and change if one saved state took the place of another. Secrets are never told,
//! only that they differ.
//!
//! It is found in the files' own terms, so that a field that this module has never heard of is compared too: it is
//! named, and its value, which may be a secret, is not shown.

mod file;

use serde::Serialize;
use ts_rs::TS;

use crate::document::Document;

/// What would come, go and change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Profiles, ports and whatever else has an id.
    pub entries: Vec<EntryDiffers>,
    /// Those of them that stay as they are.
    pub unchanged: Vec<EntryStays>,
    /// What is not tied to one of them; under the name of a list, that the list has another order.
    pub settings: Vec<FieldDiffers>,
}

/// One entry of a list that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntryDiffers {
    /// The list's name in the file: `profiles`, `ports`.
    pub list: String,
    /// Its id.
    pub id: String,
    /// Its name, or its address where it has none; as it would be, or as it is when it goes.
    pub title: String,
    /// What becomes of it.
    pub change: Change,
}

/// One entry of a list that is the same in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntryStays {
    /// The list's name in the file.
    pub list: String,
    /// Its id.
    pub id: String,
    /// Its name, or its address where it has none.
    pub title: String,
}

/// What becomes of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Change {
    /// It is not there now, and would be.
    Comes,
    /// It is there now, and would not be.
    Goes,
    /// It stays, with other values.
    Changes {
        /// Which.
        fields: Vec<FieldDiffers>,
    },
}

/// One value that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldDiffers {
    /// Its name in the file.
    pub name: String,
    /// What it is, at most 200 characters; nothing for secrets, for long texts, and for what is not there.
    pub now: Option<String>,
    /// What it would be; likewise.
    pub then: Option<String>,
}

impl Difference {
    /// From `now` to `then`. A password that is sealed on one side only counts as the same: nobody can know.
    #[must_use]
    pub fn between(now: &Document, then: &Document) -> Difference {
        file::difference(&file::File::of(now), &file::File::of(then))
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.settings.is_empty()
    }

    /// Whether it is more than a choice that is made again with one click, or another order: then the state before is
    /// worth going back to.
    #[must_use]
    pub fn is_worth_keeping(&self) -> bool {
        const CHOICES: [&str; 17] = [
            "active",
            "group",
            "system_proxy",
            "mode",
            "local_direct",
            "on_close",
            "on_at_start",
            "notify",
            "log_level",
            "log_targets",
            "language",
            "theme",
            file::PROFILES,
            file::PORTS,
            file::SUBSCRIPTIONS,
            file::RULE_LISTS,
            file::GROUPS,
        ];
        !self.entries.is_empty() || self.settings.iter().any(|setting| !CHOICES.contains(&setting.name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Parsed;
    use crate::group::{Group, Policy};
    use crate::port::SavedPort;
    use crate::profile::Profile;
    use crate::secrets::{Key, Keys};
    use crate::subscription::Subscription;

    /// With profiles `a` (in use) and `b`, a port, and two lists and two groups that are called by their ids.
    fn document(change: impl FnOnce(&mut Document)) -> Document {
        let profile = |id: &str| Profile {
            id: id.to_owned(),
            name: format!("name of {id}"),
            server: "a.example".to_owned(),
            port: 8388,
            method: "aes-256-gcm".to_owned(),
            password: "hunter2".into(),
            ..Profile::default()
        };
        let list = |id: &str| {
            let url = format!("https://{id}.example/").as_str().into();
            Subscription { id: id.to_owned(), ..Subscription::new(url, format!("List {id}")) }
        };
        let group = |id: &str| Group { id: id.to_owned(), name: format!("Group {id}"), ..Group::default() };
        let mut document = Document::default();
        document.profiles = vec![profile("a"), profile("b")];
        document.ports = vec![SavedPort { id: "p".to_owned(), port: 1090, ..SavedPort::default() }];
        document.active = Some("a".to_owned());
        document.subscriptions = ["s", "t"].map(list).into();
        document.groups = ["g", "h"].map(group).into();
        change(&mut document);
        document
    }

    fn to(change: impl FnOnce(&mut Document)) -> Difference {
        Difference::between(&document(|_| {}), &document(change))
    }

    fn field(name: &str, now: Option<&str>, then: Option<&str>) -> FieldDiffers {
        FieldDiffers { name: name.to_owned(), now: now.map(str::to_owned), then: then.map(str::to_owned) }
    }

    fn entry(list: &str, id: &str, title: &str, change: Change) -> EntryDiffers {
        EntryDiffers { list: list.to_owned(), id: id.to_owned(), title: title.to_owned(), change }
    }

    #[test]
    fn the_same_state_has_no_difference() {
        assert!(to(|_| {}).is_empty() && !to(|_| {}).is_worth_keeping());
        assert!(Difference::between(&Document::default(), &Document::default()).is_empty());
    }

    #[test]
    fn what_comes_goes_and_changes_is_told_and_a_password_only_as_other() {
        let found = to(|document| {
            document.profiles.remove(1);
            document.profiles[0].port = 443;
            document.profiles[0].password = "other".into();
            document.ports.push(SavedPort { id: "q".to_owned(), port: 1091, ..SavedPort::default() });
        });
        let fields = vec![field("password", None, None), field("port", Some("8388"), Some("443"))];
        assert_eq!(
            found.entries,
            [
                entry("profiles", "a", "name of a", Change::Changes { fields }),
                entry("profiles", "b", "name of b", Change::Goes),
                entry("ports", "q", "1091", Change::Comes),
            ]
        );
        assert!(found.settings.is_empty() && found.is_worth_keeping());
        let stays = |list: &str, id: &str, title: &str| EntryStays {
            list: list.to_owned(),
            id: id.to_owned(),
            title: title.to_owned(),
        };
        let expected = [
            stays("ports", "p", "1090"),
            stays("groups", "g", "Group g"),
            stays("groups", "h", "Group h"),
            stays("subscriptions", "s", "List s"),
            stays("subscriptions", "t", "List t"),
        ];
        assert_eq!(found.unchanged, expected);
        let shown = serde_json::to_string(&found).unwrap();
        assert!(!shown.contains("hunter2") && !shown.contains("\"other\""), "{shown}");
    }

    #[test]
    fn the_url_of_a_list_is_told_only_as_other_and_not_at_all_where_nobody_can_know() {
        let key = Key::random().unwrap();
        let mut keys = Keys::default();
        keys.add(key.clone());
        let with = |url: &str| {
            document(|document| {
                let list = Subscription { id: "s".to_owned(), ..Subscription::new(url.into(), "List".to_owned()) };
                document.subscriptions = vec![list];
                document.sealed_with = Some(key.id().to_owned());
            })
        };
        let (now, then) = (with("https://a.example/t0ken"), with("https://b.example/0ther"));
        let mut nameless = then.clone();
        nameless.subscriptions[0].name.clear();
        let titles = Difference::between(&now, &nameless).entries.into_iter().map(|entry| entry.title);
        assert_eq!(titles.collect::<Vec<_>>(), ["b.example"]);
        let found = Difference::between(&now, &then);
        let fields = vec![field("url", None, None)];
        assert_eq!(found.entries, [entry("subscriptions", "s", "List", Change::Changes { fields })]);
        assert!(Difference::between(&now, &then.sealed(&keys)).is_empty());
        assert!(Difference::between(&now.sealed(&keys), &now).is_empty());
    }

    #[test]
    fn settings_are_told_by_name_and_long_ones_without_their_text() {
        let found = to(|document| {
            document.settings.local_port = 1081;
            document.settings.rules = "||secret.habit.example".to_owned();
            document.settings.timeout_s.written.idle = 7;
        });
        let expected = [
            field("local_port", Some("1080"), Some("1081")),
            field("rules", None, None),
            field("timeout_s", None, None),
        ];
        assert_eq!(found.settings, expected);
        assert!(found.is_worth_keeping());
    }

    #[test]
    fn a_choice_or_another_order_is_a_difference_but_no_state_worth_keeping() {
        let found = to(|document| {
            document.active = Some("b".to_owned());
            document.group = Some("h".to_owned());
            document.profiles.swap(0, 1);
            document.subscriptions.swap(0, 1);
            document.groups.swap(0, 1);
            document.settings.mode = crate::state::RoutingMode::Global;
        });
        let expected = [
            field("active", Some("name of a"), Some("name of b")),
            field("group", None, Some("Group h")),
            field("groups", None, None),
            field("mode", Some("rules"), Some("global")),
            field("profiles", None, None),
            field("subscriptions", None, None),
        ];
        assert_eq!((found.entries.len(), &found.settings[..]), (0, &expected[..]));
        assert!(!found.is_worth_keeping());
    }

    #[test]
    fn what_is_chosen_for_groups_lists_and_ports_is_told_with_its_values() {
        let found = to(|document| {
            document.ports[0].profile = Some("b".to_owned());
            document.subscriptions[0].interval_h = Some(6);
            document.subscriptions[0].paused = true;
            document.groups[0].policy = Policy::Fixed;
            document.groups[0].fixed = Some("b".to_owned());
            document.groups[0].dwell_s = 7;
            document.groups[1].fixed = Some("a profile that is gone".to_owned());
        });
        let changes = |list: &str, id: &str, title: &str, fields: &[FieldDiffers]| {
            entry(list, id, title, Change::Changes { fields: fields.to_vec() })
        };
        let fixed = [
            field("dwell_s", Some("0"), Some("7")),
            field("fixed", None, Some("name of b")),
            field("policy", Some("fallback"), Some("fixed")),
        ];
        let fetched = [field("interval_h", None, Some("6")), field("paused", None, Some("true"))];
        let expected = [
            changes("ports", "p", "1090", &[field("profile", None, Some("name of b"))]),
            changes("groups", "g", "Group g", &fixed),
            changes("groups", "h", "Group h", &[field("fixed", None, None)]),
            changes("subscriptions", "s", "List s", &fetched),
        ];
        assert_eq!(found.entries, expected);
    }

    #[test]
    fn what_this_program_does_not_know_is_named_and_not_shown() {
        let parse = |text: &str| match Document::parse(text.as_bytes()) {
            Parsed::Document(document) => document,
            other => panic!("{other:?}"),
        };
        let now =
            parse(r#"{"version":1,"profiles":[{"id":"a","token":"s3cret"},7],"else":[1],"servers":[{"id":"x"}]}"#);
        let then = parse(r#"{"version":1,"profiles":[{"id":"a","token":"0ther"},8],"else":[2],"servers":[]}"#);
        let found = Difference::between(&now, &then);
        let shown = serde_json::to_string(&found).unwrap();
        assert!(!shown.contains("s3cret") && !shown.contains("0ther"), "{shown}");
        let names: Vec<_> = found.settings.iter().map(|setting| setting.name.as_str()).collect();
        assert_eq!(names, ["else", "profiles"]);
        let [a, x] = &found.entries[..] else { panic!("{found:?}") };
        assert_eq!(a.change, Change::Changes { fields: vec![field("token", None, None)] });
        assert_eq!((x.list.as_str(), &x.change), ("servers", &Change::Goes));
    }

    #[test]
    fn an_id_that_stands_there_twice_is_no_difference_by_itself() {
        let text =
            r#"{"version":1,"profiles":[{"id":"a"},{"id":"a","port":"x"}],"else":[{"id":"b"},{"id":"b","c":1}]}"#;
        let Parsed::Document(document) = Document::parse(text.as_bytes()) else { panic!("it can be read") };
        assert!(Difference::between(&document, &document.clone()).is_empty());
    }

    #[test]
    fn a_long_name_is_cut() {
        let found = to(|document| document.profiles[0].name = "ü".repeat(5000));
        let Change::Changes { fields } = &found.entries[0].change else { panic!("{found:?}") };
        assert_eq!(fields[0].then.as_ref().unwrap().chars().count(), 200);
        assert_eq!(found.entries[0].title.chars().count(), 200);
    }

    fn any_document() -> impl Strategy<Value = Document> {
        let profile = ("[a-d]", "[xy]?", any::<bool>(), "[pq]").prop_map(|(id, name, builtin, password)| Profile {
            id,
            name,
            builtin,
            password: password.as_str().into(),
            ..Profile::default()
        });
        (proptest::collection::vec(profile, 0..6), 1080..1083_u16).prop_map(|(profiles, port)| {
            let mut document = Document::default();
            document.profiles = profiles;
            document.profiles.sort_by(|one, other| one.id.cmp(&other.id));
            document.profiles.dedup_by(|one, other| one.id == other.id);
            document.settings.local_port = port;
            document
        })
    }

    proptest! {
        /// Nothing differs exactly when the two are the same; and the way back is the same one, turned round.
        #[test]
        fn a_difference_is_complete_and_can_be_turned_round(now in any_document(), then in any_document()) {
            let there = Difference::between(&now, &then);
            let back = Difference::between(&then, &now);
            prop_assert_eq!(there.is_empty(), now == then);
            let comes = |found: &Difference| found.entries.iter().filter(|entry| entry.change == Change::Comes).count();
            let goes = |found: &Difference| found.entries.iter().filter(|entry| entry.change == Change::Goes).count();
            prop_assert_eq!((comes(&there), goes(&there)), (goes(&back), comes(&back)));
            prop_assert_eq!(there.entries.len(), back.entries.len());
            prop_assert_eq!(&there.unchanged, &back.unchanged);
            let stay = now.profiles.iter().filter(|profile| then.profiles.contains(profile)).count();
            prop_assert_eq!(there.unchanged.len(), stay);
        }
    }
}
