//! Any user, any sequence of sessions, any point of death: the user's own settings are back.

mod desktop;

use desktop::{Place, by_script, snapshot, wanted};
use parasol_platform::system_proxy::{Fake, Fault, Lease, Snapshot, Wanted, recover};
use proptest::prelude::*;

/// What happens between two points where nothing of ours is alive.
#[derive(Debug, Clone)]
enum Event {
    /// We acquire and die after that many operations; with enough of them, holding the lease.
    Acquire { to: Wanted, dies_after: usize },
    /// The next start recovers and dies after that many operations.
    Recover { dies_after: usize },
    /// A run acquires and releases in good order.
    WholeSession { to: Wanted },
    /// A run acquires, changes its port or how programs are told, and releases in good order.
    Changes { from: Wanted, to: Wanted },
    /// The same, but it dies on the way.
    ChangeDies { from: Wanted, to: Wanted, dies_after: usize },
}

/// Values that are never ours: other hosts, or other ports of this machine.
fn users_value(key: &'static str) -> BoxedStrategy<Option<String>> {
    let values: &[&str] = match key.rsplit(' ').next() {
        Some("host") => &["", "127.0.0.1", "proxy.corp.example", "192.0.2.7"],
        Some("port") => &["0", "3128", "8888"],
        Some("mode") => &["none", "manual", "auto"],
        Some("script") => &["", "http://wpad.example/x.pac", "http://127.0.0.1:8888/1.pac", "file:///x.pac"],
        _ => &["", "intranet", "localhost,127.0.0.0/8"],
    };
    proptest::option::of(proptest::sample::select(values.to_vec()).prop_map(str::to_owned)).boxed()
}

fn users_settings() -> impl Strategy<Value = Snapshot> {
    Fake::KEYS.map(users_value).prop_map(|values| Fake::KEYS.into_iter().zip(values).collect())
}

fn anywhere() -> impl Strategy<Value = Wanted> {
    let ports = || proptest::sample::select(vec![1080, 1081, 1082]);
    let named = ports().prop_map(wanted);
    let script = (ports(), proptest::sample::select(vec!["1.pac", "2.pac"]));
    prop_oneof![named, script.prop_map(|(port, name)| by_script(port, name))]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (anywhere(), 0..30_usize).prop_map(|(to, dies_after)| Event::Acquire { to, dies_after }),
        (0..30_usize).prop_map(|dies_after| Event::Recover { dies_after }),
        anywhere().prop_map(|to| Event::WholeSession { to }),
        (anywhere(), anywhere()).prop_map(|(from, to)| Event::Changes { from, to }),
        (anywhere(), anywhere(), 0..40_usize).prop_map(|(from, to, dies_after)| Event::ChangeDies {
            from,
            to,
            dies_after
        }),
    ]
}

fn run(event: &Event, fake: &Fake, place: &Place) {
    let acquire = |to: &Wanted| Lease::acquire(Box::new(fake.clone()), &place.journal(), to);
    match event {
        Event::Acquire { to, dies_after } => {
            fake.inject(*dies_after, Fault::Stops);
            drop(acquire(to));
        }
        Event::Recover { dies_after } => {
            fake.inject(*dies_after, Fault::Stops);
            drop(recover(&mut fake.clone(), &place.journal(), &[]));
        }
        Event::WholeSession { to } => {
            acquire(to).unwrap().release().unwrap();
        }
        Event::Changes { from, to } => {
            acquire(from).unwrap().change(to).unwrap().release().unwrap();
        }
        Event::ChangeDies { from, to, dies_after } => {
            let lease = acquire(from).unwrap();
            fake.inject(*dies_after, Fault::Stops);
            drop(lease.change(to));
        }
    }
    fake.mend();
}

fn desktop_of(settings: &Snapshot) -> Fake {
    let fake = Fake::new([]);
    fake.change(settings);
    fake
}

proptest! {
    // Each case waits for the disk some twenty times.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_dies_wherever_the_users_settings_come_back(
        users in users_settings(),
        events in proptest::collection::vec(event(), 1..8),
    ) {
        let place = Place::new();
        let fake = desktop_of(&users);
        for event in &events {
            run(event, &fake, &place);
        }
        recover(&mut fake.clone(), &place.journal(), &[]).unwrap();
        prop_assert_eq!(fake.settings(), users);
        prop_assert!(place.files().is_empty());
    }

    #[test]
    fn what_another_program_changes_is_never_overwritten(
        users in users_settings(),
        others in users_settings(),
        changed in proptest::sample::subsequence(Fake::KEYS.to_vec(), 1..=9),
        to in anywhere(),
        deaths in proptest::collection::vec(0..40_usize, 0..4),
    ) {
        let place = Place::new();
        let fake = desktop_of(&users);
        drop(Lease::acquire(Box::new(fake.clone()), &place.journal(), &to).unwrap());
        let ours = fake.settings();
        let change = snapshot(changed.iter().map(|key| (*key, others.value(key))));
        fake.change(&change);
        for dies_after in deaths {
            run(&Event::Recover { dies_after }, &fake, &place);
        }
        recover(&mut fake.clone(), &place.journal(), &[]).unwrap();
        let now = fake.settings();
        for key in changed.iter().filter(|key| others.value(key) != ours.value(key)) {
            prop_assert_eq!(now.value(key), others.value(key), "{} was overwritten", key);
        }
        for key in Fake::KEYS {
            let values = [users.value(key), others.value(key), ours.value(key)];
            prop_assert!(values.contains(&now.value(key)), "{} is nobody's", key);
        }
        // Nothing names us any more, unless it stands in a pair that somebody else has changed.
        for protocol in ["http", "https", "socks"] {
            let [host, port] = ["host", "port"].map(|part| format!("{protocol} {part}"));
            let own_port = to.address().port().to_string();
            let ours_now = now.value(&host) == Some("127.0.0.1") && now.value(&port) == Some(own_port.as_str());
            prop_assert!(!ours_now, "{} still points at us", protocol);
        }
        prop_assert!(to.script().is_none() || now.value("script") != to.script(), "the script is still ours");
    }
}
