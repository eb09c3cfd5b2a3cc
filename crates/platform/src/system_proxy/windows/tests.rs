use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::super::{Lease, Released};
use super::*;

/// A Windows with these connections.
#[derive(Clone, Default)]
struct Machine(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    connections: BTreeMap<String, Options>,
    done: Vec<String>,
}

impl Machine {
    fn with(connections: &[(&str, Options)]) -> Machine {
        let machine = Machine::default();
        let owned = connections.iter().map(|(name, options)| ((*name).to_owned(), options.clone()));
        machine.0.lock().unwrap().connections.extend(owned);
        machine
    }

    fn all(&self) -> BTreeMap<String, Options> {
        self.0.lock().unwrap().connections.clone()
    }
}

impl Connections for Machine {
    fn names(&mut self) -> Result<Vec<String>, ProxyError> {
        Ok(self.all().into_keys().filter(|name| !name.is_empty()).collect())
    }

    fn options(&mut self, name: &str) -> Result<Options, ProxyError> {
        self.0.lock().unwrap().connections.get(name).cloned().ok_or_else(|| ProxyError::Desktop("no such".to_owned()))
    }

    fn set(&mut self, name: &str, changes: &Changes) -> Result<(), ProxyError> {
        let mut state = self.0.lock().unwrap();
        let options = state.connections.get_mut(name).ok_or_else(|| ProxyError::Desktop("no such".to_owned()))?;
        let mut what = Vec::new();
        if let Some(flags) = changes.flags {
            options.flags = flags;
            what.push("flags");
        }
        for (place, change, word) in [
            (&mut options.proxy, &changes.proxy, "proxy"),
            (&mut options.bypass, &changes.bypass, "bypass"),
            (&mut options.script, &changes.script, "script"),
        ] {
            if let Some(change) = change {
                place.clone_from(change);
                what.push(word);
            }
        }
        state.done.push(format!("{} {name}", what.join(",")).trim_end().to_owned());
        Ok(())
    }

    fn tell(&mut self) -> Result<(), ProxyError> {
        self.0.lock().unwrap().done.push("tell".to_owned());
        Ok(())
    }
}

fn corporate() -> Options {
    Options {
        flags: 5,
        proxy: "http=old.example:3128;https=old.example:3128".to_owned(),
        bypass: "<local>".to_owned(),
        script: "http://wpad.example/x.pac".to_owned(),
    }
}

fn wanted() -> Wanted {
    Wanted::new(([127, 0, 0, 1], 1080).into(), vec!["localhost".into(), "127.0.0.0/8".into(), "::1".into()])
}

#[test]
fn a_script_goes_first_the_switch_last_and_all_of_it_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let machine = Machine::with(&[("", corporate()), ("Office VPN", Options { flags: 1, ..Options::default() })]);
    let before = machine.all();
    let proxy = Box::new(Windows::new(machine.clone()));
    let lease = Lease::acquire(proxy, &journal, &wanted()).unwrap();
    let set = Options {
        flags: 3,
        proxy: "127.0.0.1:1080".to_owned(),
        bypass: "localhost;127.*;::1".to_owned(),
        script: String::new(),
    };
    assert!(machine.all().values().all(|options| *options == set), "{:?}", machine.all());
    let done = std::mem::take(&mut machine.0.lock().unwrap().done);
    let wrote: Vec<&str> = done.iter().map(String::as_str).filter(|done| *done != "tell").collect();
    // The VPN had no script.
    let order = ["script", "proxy", "proxy Office VPN", "bypass", "bypass Office VPN", "flags", "flags Office VPN"];
    assert_eq!(wrote, order);
    assert!(done.chunks(2).all(|pair| pair[1] == "tell"), "programs are told after each: {done:?}");

    assert_eq!(lease.release().unwrap(), Released::Restored);
    assert_eq!(machine.all(), before);
    let state = machine.0.lock().unwrap();
    let wrote: Vec<&str> = state.done.iter().map(String::as_str).filter(|done| *done != "tell").collect();
    assert_eq!(wrote, order.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn a_script_of_ours_takes_the_place_of_the_users_and_goes_again() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let machine = Machine::with(&[("", corporate()), ("VPN", Options { flags: 1, ..Options::default() })]);
    let before = machine.all();
    let by_script = Wanted::by_script(([127, 0, 0, 1], 1080).into(), "/a.pac").unwrap();
    let lease = Lease::acquire(Box::new(Windows::new(machine.clone())), &journal, &by_script).unwrap();
    let ours = |user: &Options| Options { flags: 5, script: "http://127.0.0.1:1080/a.pac".to_owned(), ..user.clone() };
    let set: BTreeMap<String, Options> = before.iter().map(|(name, user)| (name.clone(), ours(user))).collect();
    assert_eq!(machine.all(), set);
    let lease = lease.change(&wanted()).unwrap();
    assert!(machine.all().values().all(|options| options.flags == 3 && options.script.is_empty()));
    let lease = lease.change(&by_script).unwrap();
    assert_eq!(machine.all(), set, "the named proxy is the user's again");
    assert_eq!(lease.release().unwrap(), Released::Restored);
    assert_eq!(machine.all(), before);
}

#[test]
fn a_vpn_that_comes_is_missed_and_one_that_goes_is_let_go() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let direct = Options { flags: 1, ..Options::default() };
    let machine = Machine::with(&[("", direct.clone())]);
    let mut lease = Lease::acquire(Box::new(Windows::new(machine.clone())), &journal, &wanted()).unwrap();
    assert!(lease.look().unwrap().is_whole);
    machine.0.lock().unwrap().connections.insert("VPN".to_owned(), direct.clone());
    assert!(!lease.look().unwrap().is_whole);
    let mut lease = lease.change(&wanted()).unwrap();
    assert_eq!(machine.all()["VPN"].flags, 3);
    machine.0.lock().unwrap().connections.remove("VPN");
    let look = lease.look().unwrap();
    assert_eq!((look.is_whole, look.changed), (true, Vec::new()));
    assert_eq!(lease.release().unwrap(), Released::Restored);
    assert_eq!(machine.all()[""], direct);
}

#[test]
fn a_vpn_that_another_program_has_set_is_left_and_the_network_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let direct = Options { flags: 1, ..Options::default() };
    let machine = Machine::with(&[("", direct.clone()), ("VPN", direct.clone())]);
    let lease = Lease::acquire(Box::new(Windows::new(machine.clone())), &journal, &wanted()).unwrap();
    machine.0.lock().unwrap().connections.get_mut("VPN").unwrap().proxy = "127.0.0.1:8888".to_owned();
    let Released::ChangedByAnother { keys } = lease.release().unwrap() else { panic!("it was changed") };
    assert_eq!(keys, ["proxy/VPN"]);
    assert_eq!(machine.all()[""], direct);
    assert_eq!(machine.all()["VPN"].flags, 3, "its switch is needed by who has set it");
}

#[test]
fn proxies_are_read_in_every_form() {
    let values = |text: &str| -> Snapshot { [("proxy/", Some(text))].into_iter().collect() };
    let windows = Windows::new(Machine::default());
    let read = |text: &str| {
        windows
            .endpoints(&values(text))
            .into_iter()
            .map(|found| format!("{} {}", found.host, found.port))
            .collect::<Vec<_>>()
    };
    assert_eq!(read("127.0.0.1:1080"), ["127.0.0.1 1080"]);
    assert_eq!(read("http=a:1;https=b:2;socks=c:3"), ["a 1", "b 2", "c 3"]);
    assert_eq!(read("http://a:1/"), ["a 1"]);
    assert_eq!(read("[::1]:1080"), ["[::1] 1080"]);
    for odd in ["", ";", "a", "a:", ":1", "a:70000", "http="] {
        assert!(read(odd).is_empty(), "{odd}");
    }
}

#[test]
fn networks_are_written_with_asterisks() {
    for (host, written) in [
        ("127.0.0.0/8", "127.*"),
        ("192.168.0.0/16", "192.168.*"),
        ("10.1.2.0/24", "10.1.2.*"),
        ("localhost", "localhost"),
        ("::1", "::1"),
        ("fc00::/7", "fc00::/7"),
        ("1.2.3.4/32", "1.2.3.4/32"),
    ] {
        assert_eq!(own_notation(host), written);
    }
}
