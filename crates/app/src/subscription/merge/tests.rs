use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn subscription() -> Subscription {
    Subscription { id: "list".to_owned(), ..Subscription::default() }
}

/// As a list says it: `id` is the list's.
fn listed(id: &str, server: &str, name: &str) -> Profile {
    Profile {
        id: id.to_owned(),
        name: name.to_owned(),
        server: server.to_owned(),
        port: 8388,
        method: "aes-256-gcm".to_owned(),
        password: "secret".into(),
        ..Profile::default()
    }
}

fn merged(profiles: &mut Vec<Profile>, list: Vec<Profile>) -> Merged {
    merge(profiles, &subscription(), list, |_| false)
}

/// Names and servers, in their order.
fn shown(profiles: &[Profile]) -> Vec<(&str, &str)> {
    profiles.iter().map(|profile| (profile.name.as_str(), profile.server.as_str())).collect()
}

#[test]
fn a_new_list_becomes_profiles_with_ids_of_our_own() {
    let mut profiles = vec![listed("a", "own.example", "Own")];
    let done = merged(&mut profiles, vec![listed("a", "1.example", "One"), listed("", "2.example", "Two")]);
    assert_eq!(done, Merged { added: 2, ..Merged::default() });
    assert_eq!(shown(&profiles), [("Own", "own.example"), ("One", "1.example"), ("Two", "2.example")]);
    assert!(profiles[0].from_list.is_none() && profiles[1].id != "a" && !profiles[2].id.is_empty());
}

#[test]
fn what_changed_is_told_from_what_did_not_and_what_vanished_is_taken_away() {
    let mut profiles = Vec::new();
    merged(
        &mut profiles,
        vec![listed("a", "1.example", "One"), listed("b", "2.example", "Two"), listed("c", "3", "X")],
    );
    let ids: Vec<String> = profiles.iter().map(|profile| profile.id.clone()).collect();
    let list =
        vec![listed("b", "2.example", "Two"), listed("a", "moved.example", "One"), listed("d", "4.example", "New")];
    let done = merged(&mut profiles, list);
    assert_eq!(done, Merged { added: 1, changed: 1, unchanged: 1, removed: 1, kept: 0 });
    assert_eq!(shown(&profiles), [("One", "moved.example"), ("Two", "2.example"), ("New", "4.example")]);
    assert_eq!(profiles[..2].iter().map(|profile| &profile.id).collect::<Vec<_>>(), [&ids[0], &ids[1]]);
}

#[test]
fn without_ids_server_port_method_and_name_tell_who_is_who() {
    let list = |password: &str| {
        [("1.example", "One"), ("1.example", "Other"), ("2.example", "One")]
            .map(|(server, name)| Profile { password: password.into(), ..listed("", server, name) })
            .to_vec()
    };
    let mut profiles = Vec::new();
    merged(&mut profiles, list("old"));
    let ids: Vec<String> = profiles.iter().map(|profile| profile.id.clone()).collect();
    let mut next = list("new");
    next.reverse();
    next[0].server = "2.EXAMPLE".to_owned();
    assert_eq!(merged(&mut profiles, next), Merged { changed: 3, ..Merged::default() });
    assert_eq!(profiles.iter().map(|profile| profile.id.clone()).collect::<Vec<_>>(), ids);
    assert!(profiles.iter().all(|profile| profile.password.as_str() == "new"));
    // A list that gives its servers new ids each time is still the same list.
    let fresh = list("new").into_iter().enumerate().map(|(n, profile)| Profile { id: format!("id-{n}"), ..profile });
    merged(&mut profiles, fresh.collect());
    assert_eq!(profiles.iter().map(|profile| profile.id.clone()).collect::<Vec<_>>(), ids);
}

#[test]
fn an_empty_list_changes_nothing() {
    let mut profiles = vec![listed("", "own.example", "Own")];
    merged(&mut profiles, vec![listed("a", "1.example", "One")]);
    let before = profiles.clone();
    assert_eq!(merged(&mut profiles, Vec::new()), Merged::default());
    assert_eq!(profiles, before);
}

#[test]
fn a_profile_in_use_is_kept_and_marked_until_it_is_not_in_use_any_more() {
    let (one, two) = (listed("a", "1.example", "One"), listed("b", "2.example", "Two"));
    let mut profiles = Vec::new();
    merged(&mut profiles, vec![one.clone(), two.clone()]);
    let in_use = |profile: &Profile| profile.name == "One";
    let done = merge(&mut profiles, &subscription(), vec![two.clone()], in_use);
    assert_eq!(done, Merged { unchanged: 1, kept: 1, ..Merged::default() });
    assert!(profiles[0].view().gone && !profiles[1].view().gone);
    let mut back = profiles.clone();
    assert_eq!(merged(&mut back, vec![one, two.clone()]), Merged { changed: 1, unchanged: 1, ..Merged::default() });
    assert!(!back[0].view().gone, "it is in the list again");
    assert_eq!(merged(&mut profiles, vec![two]), Merged { unchanged: 1, removed: 1, ..Merged::default() });
    assert_eq!(shown(&profiles), [("Two", "2.example")]);
}

#[test]
fn what_the_user_says_of_a_profile_stays() {
    let plugged = |opts: &str| Profile {
        plugin: "obfs-local".to_owned(),
        plugin_opts: opts.into(),
        method: "aes-256-cfb".to_owned(),
        ..listed("a", "1.example", "One")
    };
    let mut profiles = Vec::new();
    merged(&mut profiles, vec![plugged("obfs=http")]);
    assert!(!profiles[0].plugin_approved && !profiles[0].legacy_approved);
    let own = &mut profiles[0];
    own.notes = "mine".to_owned();
    own.name = "My one".to_owned();
    (own.plugin_approved, own.legacy_approved, own.one_time_auth) = (true, true, true);
    let before = profiles.clone();
    assert_eq!(merged(&mut profiles, vec![plugged("obfs=http")]), Merged { unchanged: 1, ..Merged::default() });
    assert_eq!(profiles, before);

    let moved = Profile { server: "2.example".to_owned(), name: "Renamed".to_owned(), ..plugged("obfs=http") };
    merged(&mut profiles, vec![moved]);
    let own = &profiles[0];
    assert_eq!((own.notes.as_str(), own.name.as_str(), own.server.as_str()), ("mine", "My one", "2.example"));
    assert!(own.plugin_approved && own.legacy_approved && own.one_time_auth);

    // What was approved is not what comes in its place.
    merged(&mut profiles, vec![Profile { method: "rc4-md5".to_owned(), ..plugged("obfs=tls") }]);
    let own = &profiles[0];
    assert!(!own.plugin_approved && !own.legacy_approved && !own.one_time_auth);
}

#[test]
fn a_program_that_was_approved_for_the_list_runs_with_whatever_the_list_says() {
    let plugged = |id: &str, program: &str, opts: &str| Profile {
        plugin: program.to_owned(),
        plugin_opts: opts.into(),
        ..listed(id, "1.example", id)
    };
    let subscription = Subscription { approved_plugins: vec!["obfs-local".to_owned()], ..subscription() };
    let mut profiles = Vec::new();
    let list = vec![plugged("a", "obfs-local", "x"), plugged("b", "/tmp/obfs-local", "x"), plugged("c", "", "")];
    merge(&mut profiles, &subscription, list, |_| false);
    let approved: Vec<bool> = profiles.iter().map(|profile| profile.plugin_approved).collect();
    assert_eq!(approved, [true, false, false]);
    let list = vec![plugged("a", "obfs-local", "y"), plugged("b", "obfs-local", "x"), plugged("c", "other", "")];
    merge(&mut profiles, &subscription, list, |_| false);
    let approved: Vec<bool> = profiles.iter().map(|profile| profile.plugin_approved).collect();
    assert_eq!(approved, [true, true, false]);
}

#[test]
fn twins_count_once_and_an_id_that_is_there_twice_is_its_firsts() {
    let mut profiles = Vec::new();
    let list = || {
        vec![
            listed("a", "1.example", "One"),
            listed("b", "1.example", "One"),
            listed("a", "2.example", "Two"),
            Profile { password: "other".into(), ..listed("", "1.example", "One") },
        ]
    };
    assert_eq!(merged(&mut profiles, list()), Merged { added: 3, ..Merged::default() });
    assert_eq!(merged(&mut profiles, list()), Merged { unchanged: 3, ..Merged::default() });
}

fn any_list() -> impl Strategy<Value = Vec<Profile>> {
    let entry = ("[abc]?", "[xy]", 1..3u16, "[MN]?", "[pq]", "(obfs-local)?");
    let entry = entry.prop_map(|(id, server, port, name, password, plugin)| Profile {
        port,
        password: password.as_str().into(),
        plugin,
        ..listed(&id, &server, &name)
    });
    prop::collection::vec(entry, 0..8)
}

proptest! {
    #[test]
    fn whatever_the_lists_say_nothing_of_others_is_touched_and_every_entry_is_there(
        lists in prop::collection::vec(any_list(), 1..5),
        in_use in 0..12usize,
    ) {
        let foreign = |name: &str| Profile {
            from_list: Some(FromList { subscription: "other".to_owned(), id: "a".to_owned(), ..FromList::default() }),
            ..listed(name, "x", name)
        };
        let (first, last) = (listed("own", "x", "M"), foreign("foreign"));
        let mut profiles = vec![first.clone(), last.clone()];
        for list in lists {
            let held = profiles.get(in_use).map(|profile| profile.id.clone());
            let count = without_twins(list.clone()).len();
            let done = merge(&mut profiles, &subscription(), list.clone(), |profile| Some(&profile.id) == held.as_ref());
            prop_assert!(profiles.contains(&first) && profiles.contains(&last));
            let own: Vec<&Profile> = profiles.iter().filter(|profile| profile.is_from("list")).collect();
            let ids: HashSet<&String> = profiles.iter().map(|profile| &profile.id).collect();
            prop_assert_eq!(ids.len(), profiles.len(), "every id stands there once");
            if let Some(held) = held {
                prop_assert!(ids.contains(&held), "what is in use is never taken away");
            }
            if !list.is_empty() {
                prop_assert_eq!((done.added + done.changed + done.unchanged) as usize, count);
                prop_assert_eq!(own.len(), count + done.kept as usize);
                prop_assert_eq!(own.iter().filter(|profile| profile.view().gone).count(), done.kept as usize);
            }
            let before = profiles.clone();
            let again = merge(&mut profiles, &subscription(), list, |_| true);
            prop_assert_eq!((again.added, again.changed, again.removed), (0, 0, 0));
            prop_assert_eq!(&profiles, &before, "a list that came again changes nothing");
        }
    }
}
