use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::super::{Lease, Recovered, Released, recover};
use super::*;

/// A Mac with the services that it is made with; it speaks as `networksetup` does.
#[derive(Clone, Default)]
struct Mac(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    services: BTreeMap<String, BTreeMap<&'static str, Vec<String>>>,
    /// What was set, in its order.
    told: Vec<String>,
}

impl Mac {
    fn with(services: &[&str]) -> Mac {
        let mac = Mac::default();
        for service in services {
            mac.0.lock().unwrap().services.insert((*service).to_owned(), BTreeMap::new());
        }
        mac
    }

    fn tell(&self, args: &[&str]) {
        self.clone().run(args).unwrap();
    }

    fn told(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().told)
    }
}

impl Run for Mac {
    fn run(&mut self, args: &[&str]) -> Result<String, ProxyError> {
        let mut state = self.0.lock().unwrap();
        if args == ["-listallnetworkservices"] {
            let names: String = state.services.keys().map(|name| format!("{name}\n")).collect();
            return Ok(format!("An asterisk (*) denotes that a network service is disabled.\n{names}*Old\n"));
        }
        if args[0].starts_with("-set") {
            state.told.push(args.join(" "));
        }
        let [command, service, values @ ..] = args else { panic!("{args:?}") };
        let no_such = || ProxyError::Desktop("not a recognized network service".to_owned());
        let settings = state.services.get_mut(*service).ok_or_else(no_such)?;
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        let word = |settings: &BTreeMap<&'static str, Vec<String>>, key: &str| match settings.get(key) {
            Some(state) if state[0] == "on" => ("Yes", "On"),
            _ => ("No", "Off"),
        };
        for kind in Kind::ALL {
            if *command == kind.get() {
                let named = settings.get(kind.set()).cloned().unwrap_or_else(|| vec![String::new(), "0".to_owned()]);
                let (yes, _) = word(settings, kind.set_state());
                let login = u8::from(settings.contains_key("login"));
                return Ok(format!(
                    "Enabled: {yes}\nServer: {}\nPort: {}\nAuthenticated Proxy Enabled: {login}\n",
                    named[0], named[1]
                ));
            }
            if *command == kind.set() {
                settings.insert(kind.set(), owned(values));
                // So does the real one.
                settings.insert(kind.set_state(), vec!["on".to_owned()]);
                return Ok(String::new());
            }
            if *command == kind.set_state() {
                settings.insert(kind.set_state(), owned(values));
                return Ok(String::new());
            }
        }
        Ok(match *command {
            "-getproxybypassdomains" => match settings.get("bypass") {
                Some(domains) => domains.join("\n"),
                None => format!("There aren't any bypass domains set on {service}.\n"),
            },
            "-setproxybypassdomains" if values == ["Empty"] => {
                settings.remove("bypass");
                String::new()
            }
            "-setproxybypassdomains" => {
                settings.insert("bypass", owned(values));
                String::new()
            }
            "-getautoproxyurl" => {
                let url = settings.get("url").map_or("(null)", |url| &*url[0]);
                format!("URL: {url}\nEnabled: {}\n", word(settings, "script").0)
            }
            "-setautoproxyurl" => {
                settings.insert("url", owned(values));
                settings.insert("script", vec!["on".to_owned()]);
                String::new()
            }
            "-setautoproxystate" => {
                settings.insert("script", owned(values));
                String::new()
            }
            "-getproxyautodiscovery" => format!("Auto Proxy Discovery: {}\n", word(settings, "search").1),
            "-setproxyautodiscovery" => {
                settings.insert("search", owned(values));
                String::new()
            }
            other => panic!("{other}"),
        })
    }
}

fn macos(mac: &Mac) -> Box<Macos<Mac>> {
    Box::new(Macos::new(mac.clone()))
}

fn wanted(port: u16) -> Wanted {
    Wanted::new(([127, 0, 0, 1], port).into(), vec!["localhost".into(), "127.0.0.0/8".into()])
}

#[test]
fn every_service_is_set_in_order_and_put_back_in_the_opposite_one() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let mac = Mac::with(&["Wi-Fi", "USB 10/100 LAN"]);
    mac.tell(&["-setwebproxy", "Wi-Fi", "proxy.corp.example", "3128"]);
    mac.tell(&["-setwebproxystate", "Wi-Fi", "off"]);
    mac.tell(&["-setautoproxystate", "Wi-Fi", "on"]);
    mac.tell(&["-setproxybypassdomains", "Wi-Fi", "*.local", "169.254/16"]);
    mac.told();
    let before = macos(&mac).read().unwrap();

    let lease = Lease::acquire(macos(&mac), &journal, &wanted(1080)).unwrap();
    let told = mac.told();
    let at = |line: &str| told.iter().position(|told| told == line).unwrap_or_else(|| panic!("{line}: {told:#?}"));
    let script = at("-setautoproxystate Wi-Fi off");
    let bypass = at("-setproxybypassdomains Wi-Fi localhost 127.0.0.0/8");
    let web = at("-setwebproxy Wi-Fi 127.0.0.1 1080");
    assert!(script < bypass && bypass < web, "{told:#?}");
    for service in ["Wi-Fi", "USB 10/100 LAN"] {
        at(&format!("-setsecurewebproxy {service} 127.0.0.1 1080"));
        at(&format!("-setsocksfirewallproxy {service} 127.0.0.1 1080"));
    }

    assert_eq!(lease.release().unwrap(), Released::Restored);
    assert_eq!(macos(&mac).read().unwrap(), before);
    let told = mac.told();
    let at = |line: &str| told.iter().position(|told| told == line).unwrap_or_else(|| panic!("{line}: {told:#?}"));
    assert!(at("-setwebproxystate Wi-Fi off") < at("-setproxybypassdomains Wi-Fi *.local 169.254/16"));
    assert!(at("-setproxybypassdomains Wi-Fi *.local 169.254/16") < at("-setautoproxystate Wi-Fi on"));
}

#[test]
fn what_another_program_sets_on_one_service_stays_and_the_other_service_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let mac = Mac::with(&["Wi-Fi", "Ethernet"]);
    drop(Lease::acquire(macos(&mac), &journal, &wanted(1080)).unwrap());
    mac.tell(&["-setwebproxy", "Wi-Fi", "127.0.0.1", "8888"]);
    let Recovered::ChangedByAnother { keys } = recover(&mut *macos(&mac), &journal, &[]).unwrap() else {
        panic!("it was changed")
    };
    assert_eq!(keys, ["web port/Wi-Fi"]);
    let now = macos(&mac).read().unwrap();
    assert_eq!((now.value("web port/Wi-Fi"), now.value("web on/Wi-Fi")), (Some("8888"), Some("on")));
    for key in ["socks on/Wi-Fi", "web on/Ethernet", "bypass/Ethernet"] {
        assert_eq!(now.value(key), None, "{key}");
    }
}

#[test]
fn a_proxy_with_a_password_is_not_taken_for_the_password_could_not_be_put_back() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let mac = Mac::with(&["Wi-Fi"]);
    mac.0.lock().unwrap().services.get_mut("Wi-Fi").unwrap().insert("login", Vec::new());
    let error = Lease::acquire(macos(&mac), &journal, &wanted(1080)).unwrap_err();
    assert!(error.to_string().contains("Wi-Fi has a password"), "{error}");
    assert!(mac.told().is_empty() && !journal.exists());
}

#[test]
fn a_service_that_has_no_proxies_or_is_gone_is_left_out() {
    let mac = Mac::with(&["Wi-Fi"]);
    let mut macos = macos(&mac);
    assert!(macos.read().unwrap().contains("web host/Wi-Fi"));
    assert!(!macos.read().unwrap().contains("web host/Old"));
    mac.0.lock().unwrap().services.clear();
    assert!(macos.read().unwrap().is_empty());
}

#[test]
fn a_script_of_ours_is_set_on_every_service_and_the_users_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let mac = Mac::with(&["Ethernet", "Wi-Fi"]);
    mac.tell(&["-setautoproxyurl", "Wi-Fi", "http://wpad.example/x.pac"]);
    mac.tell(&["-setproxyautodiscovery", "Ethernet", "on"]);
    mac.tell(&["-setwebproxy", "Wi-Fi", "proxy.corp.example", "3128"]);
    let before = macos(&mac).read().unwrap();
    mac.told();
    let script = |path| Wanted::by_script(([127, 0, 0, 1], 1080).into(), path).unwrap();
    let lease = Lease::acquire(macos(&mac), &journal, &script("/a.pac")).unwrap();
    let told = mac.told();
    let at = |line: &str| told.iter().position(|told| told == line).unwrap_or_else(|| panic!("{line}: {told:#?}"));
    assert!(at("-setproxyautodiscovery Ethernet off") < at("-setautoproxyurl Ethernet http://127.0.0.1:1080/a.pac"));
    let now = macos(&mac).read().unwrap();
    assert_eq!(now.value("script url/Wi-Fi"), Some("http://127.0.0.1:1080/a.pac"));
    assert_eq!(now.value("web host/Wi-Fi"), Some("proxy.corp.example"), "a script wins over it anyway");

    // To named proxies and back to a script: each takes the other away.
    let lease = lease.change(&wanted(1080)).unwrap();
    let now = macos(&mac).read().unwrap();
    assert_eq!((now.value("script on/Wi-Fi"), now.value("socks port/Ethernet")), (None, Some("1080")));
    let lease = lease.change(&script("/b.pac")).unwrap();
    let now = macos(&mac).read().unwrap();
    assert_eq!(
        (now.value("script url/Wi-Fi"), now.value("socks on/Ethernet")),
        (Some("http://127.0.0.1:1080/b.pac"), None)
    );
    assert_eq!(now.value("web host/Wi-Fi"), Some("proxy.corp.example"));

    assert_eq!(lease.release().unwrap(), Released::Restored);
    assert_eq!(macos(&mac).read().unwrap(), before);
}

#[test]
fn a_service_that_comes_is_missed_and_one_that_goes_is_let_go() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("journal");
    let mac = Mac::with(&["Wi-Fi"]);
    let mut lease = Lease::acquire(macos(&mac), &journal, &wanted(1080)).unwrap();
    assert!(lease.look().unwrap().is_whole);
    mac.0.lock().unwrap().services.insert("iPhone USB".to_owned(), BTreeMap::new());
    mac.tell(&["-setwebproxy", "iPhone USB", "carrier.example", "8080"]);
    let look = lease.look().unwrap();
    assert_eq!((look.is_whole, look.changed), (false, Vec::new()));

    let mut lease = lease.change(&wanted(1080)).unwrap();
    assert!(lease.look().unwrap().is_whole);
    assert_eq!(macos(&mac).read().unwrap().value("web host/iPhone USB"), Some("127.0.0.1"));
    mac.0.lock().unwrap().services.remove("Wi-Fi").unwrap();
    let look = lease.look().unwrap();
    assert_eq!((look.is_whole, look.changed), (true, Vec::new()), "nobody has changed what is not there");
    assert_eq!(lease.release().unwrap(), Released::Restored);
    assert_eq!(macos(&mac).read().unwrap().value("web host/iPhone USB"), Some("carrier.example"));
}
