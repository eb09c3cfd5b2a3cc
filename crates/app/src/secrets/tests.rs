use proptest::prelude::*;

use super::*;
use crate::document::Parsed;
use crate::port::SavedPort;
use crate::profile::Profile;
use crate::subscription::Subscription;

const URL: &str = "https://list.example/t0ken";
const RULES: &str = "https://rules.example/t1ken";

fn document(passwords: &[&str]) -> Document {
    let profile = |(at, password): (usize, &&str)| Profile {
        id: at.to_string(),
        password: (*password).into(),
        ..Profile::default()
    };
    let port =
        SavedPort { id: "p".to_owned(), user: "ann".to_owned(), password: "login".into(), ..SavedPort::default() };
    let mut document = Document::default();
    document.profiles = passwords.iter().enumerate().map(profile).collect();
    document.active = Some("0".to_owned());
    document.ports = vec![port];
    let mut list = Subscription::new(URL.into(), String::new());
    list.fetched.validators = serde_json::from_str(r#""what a host has said""#).unwrap();
    document.subscriptions = vec![list];
    document.rule_lists = vec![Subscription::new(RULES.into(), String::new())];
    document
}

fn with_key() -> (Key, Keys) {
    let key = Key::random().unwrap();
    let mut keys = Keys::default();
    keys.add(key.clone());
    (key, keys)
}

fn parse(bytes: &[u8]) -> Document {
    match Document::parse(bytes) {
        Parsed::Document(document) => document,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_that_is_sealed_holds_no_secret_and_opens_with_its_key_alone() {
    let (key, keys) = with_key();
    let mut plain = document(&["hunter2", "", "пароль"]);
    (plain.profiles[1].plugin, plain.profiles[1].plugin_opts) = ("kcptun".into(), "key=swordfish".into());
    plain.sealed_with = Some(key.id().to_owned());
    let bytes = plain.sealed(&keys).to_bytes();
    let text = str::from_utf8(&bytes).unwrap();
    for secret in ["hunter2", "пароль", "swordfish", "\"login\"", "t0ken", "t1ken", "has said"] {
        assert!(!text.contains(secret), "{text}");
    }
    let mut read = parse(&bytes);
    assert_eq!((read.still_sealed(), read.open_secrets()), (6, 0));
    assert!(read.subscriptions[0].is_locked() && read.subscriptions[0].due_ms(u64::MAX).is_none());
    assert!(read.rule_lists[0].is_locked() && read.rule_lists[0].due_ms(u64::MAX).is_none());
    assert_eq!(read.keys_named(), BTreeSet::from([key.id().to_owned()]));
    read.unseal(&with_key().1);
    assert_eq!(read.still_sealed(), 6);
    assert_eq!(*read.to_bytes(), *bytes, "what cannot be opened is written as it was");
    read.unseal(&keys);
    assert_eq!(read, plain);
    assert_eq!((read.subscriptions[0].url.as_str(), read.rule_lists[0].url.as_str()), (URL, RULES));
}

#[test]
fn without_its_key_a_new_secret_is_written_open_and_the_sealed_ones_stay() {
    let (key, keys) = with_key();
    let mut plain = document(&["old"]);
    plain.sealed_with = Some(key.id().to_owned());
    let mut locked = parse(&plain.sealed(&keys).to_bytes());
    locked.profiles.push(Profile { id: "new".to_owned(), password: "new".into(), ..Profile::default() });
    let mut read = parse(&locked.sealed(&Keys::default()).to_bytes());
    assert_eq!((read.still_sealed(), read.open_secrets()), (4, 1));
    read.unseal(&keys);
    assert_eq!((read.still_sealed(), read.open_secrets()), (0, 6));
    assert_eq!(read.sealed(&keys).open_secrets(), 0, "they are sealed with the next save");
}

#[test]
fn a_secret_that_was_typed_anew_is_the_one_that_counts() {
    let (key, keys) = with_key();
    let mut document = document(&["typed"]);
    document.profiles[0].sealed = Some(key.seal(&"forgotten".into()));
    document.unseal(&keys);
    assert_eq!((document.profiles[0].password.as_str(), &document.profiles[0].sealed), ("typed", &None));
}

#[test]
fn what_is_no_sealed_secret_is_kept_and_never_opens() {
    let (key, keys) = with_key();
    let short = format!("{}:AAAA", key.id());
    for text in ["", ":", "x", "a:b:c", &short, &format!("{}:!", key.id()), &format!("{}:{}", key.id(), "A".repeat(60))]
    {
        let file = format!(r#"{{"version":1,"profiles":[{{"id":"a","password_sealed":{text:?}}}]}}"#);
        let mut read = parse(file.as_bytes());
        read.unseal(&keys);
        assert_eq!(read.still_sealed(), 1, "{text}");
        assert!(str::from_utf8(&read.to_bytes()).unwrap().contains(&format!("{text:?}")), "{text}");
    }
}

#[test]
fn a_sealed_secret_and_its_key_show_nothing_of_themselves() {
    let (key, keys) = with_key();
    let shown = format!("{key:?} {keys:?} {:?}", key.seal(&"hunter2".into()));
    assert!(!shown.contains("hunter2") && shown.len() < 200, "{shown}");
}

proptest! {
    #[test]
    fn every_secret_comes_back_and_one_that_was_changed_does_not(
        secret in "\\PC{1,200}",
        at in any::<prop::sample::Index>(),
    ) {
        let (key, keys) = with_key();
        let sealed = key.seal(&secret.as_str().into());
        prop_assert_ne!(&sealed, &key.seal(&secret.as_str().into()));
        prop_assert_eq!(keys.open(&sealed), Some(Password::from(secret.as_str())));

        let text = serde_json::to_string(&sealed).unwrap();
        let start = key.id().len() + 2;
        let at = start + at.index(text.len() - 1 - start);
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        let changed: Sealed = serde_json::from_str(&format!("{}{other}{}", &text[..at], &text[at + 1..])).unwrap();
        prop_assert_eq!(keys.open(&changed), None);
    }
}
