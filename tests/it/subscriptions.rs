//! Lists of servers from a real host, directly and through servers: catalogue 84 and 85.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::{Duration, SystemTime};

use harness::nginx::nginx;
use harness::peer::{Peer, ss_server, ss_server_asking};
use harness::scripted_dns::Scripted;
use parasol_app::document::Document;
use parasol_app::store::{EarlierStates, Store};
use parasol_app::subscription::{Fetched, Fetcher, List, Names, SubscriptionFault, SubscriptionUrl, Trust, Validators};
use parasol_cli::try_subscription;
use parasol_proto::{Method, ServerConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::Value;
use tempfile::TempDir;

const NAME: &str = "list.test";
const LINK: &[u8] = b"ss://YWVzLTEyOC1nY206dGVzdA@192.0.2.1:8888#One\n";

struct Site {
    host: Peer,
    trust: Trust,
    folder: TempDir,
}

impl Site {
    async fn start() -> Site {
        let folder = TempDir::new().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([NAME.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        std::fs::write(folder.path().join("host.pem"), certificate.pem()).unwrap();
        std::fs::write(folder.path().join("host.key"), key.serialize_pem()).unwrap();
        std::fs::create_dir(folder.path().join("www")).unwrap();
        let host = nginx(folder.path()).await;
        let site = Site { host, trust: Trust::These(vec![authority.der().clone()]), folder };
        site.write("list", LINK);
        site
    }

    fn write(&self, file: &str, body: &[u8]) {
        std::fs::write(self.folder.path().join("www").join(file), body).unwrap();
    }

    fn url(&self, path: &str) -> SubscriptionUrl {
        SubscriptionUrl::from(format!("https://{NAME}:{}{path}", self.host.address.port()))
    }

    /// Knows the name and reaches loopback.
    fn fetcher(&self) -> Fetcher {
        let names = HashMap::from([(NAME.to_owned(), vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])]);
        Fetcher::new(self.trust.clone(), Names::These(names), vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
    }

    async fn fetch(&self, path: &str) -> Result<Fetched, SubscriptionFault> {
        self.fetcher().fetch(&self.url(path), &Validators::default(), None).await
    }
}

fn list(fetched: Result<Fetched, SubscriptionFault>) -> List {
    match fetched {
        Ok(Fetched::List(list)) => list,
        other => panic!("no list but {other:?}"),
    }
}

#[tokio::test]
async fn a_list_comes_packed_over_redirects_and_only_when_it_has_changed() {
    let site = Site::start().await;
    let first = list(site.fetch("/hop/hop/list").await);
    assert_eq!(&first.body[..], LINK);
    assert_eq!((first.about.usage.used, first.about.usage.total), (Some(3), Some(10)));

    let again = |validators: Validators| {
        let (fetcher, url) = (site.fetcher(), site.url("/list"));
        async move { fetcher.fetch(&url, &validators, None).await }
    };
    assert!(matches!(again(first.validators.clone()).await, Ok(Fetched::Unchanged(_))));
    let longer = LINK.repeat(1000);
    site.write("list", &longer);
    assert_eq!(&list(again(first.validators).await).body[..], longer);
}

#[tokio::test]
async fn what_is_too_large_or_too_slow_or_leads_astray_is_not_fetched() {
    let site = Site::start().await;
    site.write("large", &vec![b' '; (4 << 20) + 1]);
    assert_eq!(site.fetch("/large").await.unwrap_err(), SubscriptionFault::TooLarge);
    assert_eq!(site.fetch("/loop").await.unwrap_err(), SubscriptionFault::TooManyRedirects);
    let astray = SubscriptionFault::BadRedirect { host: NAME.to_owned() };
    assert_eq!(site.fetch("/plain").await.unwrap_err(), astray);
    let none = SubscriptionFault::Refused { host: NAME.to_owned(), status: 404 };
    assert_eq!(site.fetch("/none").await.unwrap_err(), none);
    let hasty = site.fetcher().within(Duration::from_secs(1));
    let slow = hasty.fetch(&site.url("/drip/list"), &Validators::default(), None).await;
    assert_eq!(slow.unwrap_err(), SubscriptionFault::TimedOut);
}

#[tokio::test]
async fn a_host_whose_authority_the_system_does_not_know_is_refused() {
    let site = Site::start().await;
    let names = Names::These(HashMap::from([(NAME.to_owned(), vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])]));
    let system = Fetcher::new(Trust::System, names, vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]);
    let fault = system.fetch(&site.url("/list"), &Validators::default(), None).await.unwrap_err();
    assert!(matches!(fault, SubscriptionFault::BadCertificate { .. } | SubscriptionFault::NoAuthorities), "{fault:?}");
}

/// Nobody but the server knows the name, and this machine may not reach the address: only the server can have fetched it.
#[tokio::test]
async fn somebody_elses_server_fetches_it_by_a_name_that_is_not_looked_up_here() {
    let site = Site::start().await;
    let dns = Scripted::start(|asked, _| vec![asked.addresses(&[Ipv4Addr::LOCALHOST])]).await;
    let server = ss_server_asking(dns.address, "aes-256-gcm", "secret").await;
    let config = ServerConfig::new(server.address.into(), Method::Aes256Gcm, "secret").unwrap();
    let fetcher = Fetcher::new(site.trust.clone(), Names::These(HashMap::new()), Vec::new());
    let fetched = fetcher.fetch(&site.url("/hop/list"), &Validators::default(), Some(config)).await;
    assert_eq!(&list(fetched).body[..], LINK);

    let private = fetcher.fetch(&SubscriptionUrl::from("https://127.0.0.1/"), &Validators::default(), None).await;
    assert_eq!(private.unwrap_err(), SubscriptionFault::PrivateHost { host: "127.0.0.1".to_owned() });
}

/// The server dials whatever it is asked for; it is not asked for that.
#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused_before_the_server_is_asked_for_it() {
    let site = Site::start().await;
    let dns = Scripted::start(|asked, _| vec![asked.addresses(&[Ipv4Addr::LOCALHOST])]).await;
    let server = ss_server_asking(dns.address, "aes-256-gcm", "secret").await;
    let config = ServerConfig::new(server.address.into(), Method::Aes256Gcm, "secret").unwrap();
    let fetcher = Fetcher::new(site.trust.clone(), Names::These(HashMap::new()), Vec::new());
    let port = site.host.address.port();
    for (to, host) in [
        (format!("127.0.0.1:{port}/list"), "127.0.0.1"),
        (format!("2130706433:{port}/list"), "127.0.0.1"),
        (format!("0x7f.1:{port}/list"), "127.0.0.1"),
        (format!("localhost:{port}/list"), "localhost"),
        (format!("[::1]:{port}/list"), "::1"),
        (format!("[::ffff:127.0.0.1]:{port}/list"), "::ffff:127.0.0.1"),
        ("10.0.0.1/list".to_owned(), "10.0.0.1"),
        ("192.168.1.1/list".to_owned(), "192.168.1.1"),
        ("172.16.0.1/list".to_owned(), "172.16.0.1"),
        ("100.64.0.1/list".to_owned(), "100.64.0.1"),
        ("169.254.169.254/latest".to_owned(), "169.254.169.254"),
        ("0.0.0.0/list".to_owned(), "0.0.0.0"),
        ("[fd00::1]/list".to_owned(), "fd00::1"),
        ("[fe80::1]/list".to_owned(), "fe80::1"),
        ("router.lan/list".to_owned(), "router.lan"),
    ] {
        let url = site.url(&format!("/hop/to/{to}"));
        let fetched = fetcher.fetch(&url, &Validators::default(), Some(config.clone())).await;
        assert_eq!(fetched.unwrap_err(), SubscriptionFault::PrivateHost { host: host.to_owned() }, "{to}");
    }
    // What is refused are the addresses, and not redirects.
    let url = site.url(&format!("/to/{NAME}:{port}/list"));
    assert_eq!(&list(fetcher.fetch(&url, &Validators::default(), Some(config)).await).body[..], LINK);
}

#[tokio::test]
async fn it_comes_directly_when_the_server_refuses_us() {
    let site = Site::start().await;
    let server = ss_server("aes-256-gcm", "secret").await;
    let config = ServerConfig::new(server.address.into(), Method::Aes256Gcm, "another").unwrap();
    let fetcher = site.fetcher().within(Duration::from_secs(6));
    let fetched = fetcher.fetch(&site.url("/list"), &Validators::default(), Some(config)).await;
    assert_eq!(&list(fetched).body[..], LINK);
}

fn saved(config: &Path) -> Document {
    Store::open(config, SystemTime::now()).document
}

fn links(names: &[&str]) -> Vec<u8> {
    let link = |name: &&str| format!("ss://YWVzLTEyOC1nY206dGVzdA@192.0.2.1:8888/?plugin=obfs-local#{name}\n");
    names.iter().map(link).collect::<String>().into_bytes()
}

/// What `parasol subscription` says to a person, and in JSON; nothing of the URL but its host is in it.
async fn told(site: &Site, config: &Path, line: &[&str], input: &str) -> (String, Result<(), String>) {
    let (text, done) = try_subscription(line, config, &site.fetcher(), &mut input.as_bytes()).await;
    assert!(!format!("{text}{done:?}").contains("t0ken"), "{text} {done:?}");
    (text, done)
}

#[tokio::test]
async fn a_terminal_adds_updates_and_lists_them() {
    let site = Site::start().await;
    let config = TempDir::new().unwrap();
    let config = config.path();
    site.write("t0ken", &links(&["One", "Two"]));
    let url = site.url("/t0ken");
    let (text, done) = told(&site, config, &["add", "-", "--name", "Home"], &format!("{}\nmore", url.as_str())).await;
    assert_eq!(done, Ok(()));
    assert_eq!(text, "added      Home  list.test  2 profiles\n  waits for approval: the plugin obfs-local\n");
    let document = saved(config);
    assert_eq!((document.profiles.len(), document.subscriptions[0].url.as_str()), (2, url.as_str()));
    assert!(document.active_profile().is_some() && document.profiles.iter().all(|profile| !profile.plugin_approved));

    let waits = "  waits for approval: the plugin obfs-local\n";
    let (text, done) = told(&site, config, &["update", "--all"], "").await;
    assert_eq!((text, done), (format!("unchanged  Home\n{waits}"), Ok(())));
    site.write("t0ken", &links(&["Two", "Three", "Four"]));
    let (text, done) = told(&site, config, &["update", "Home", "--json"], "").await;
    assert_eq!(done, Ok(()));
    let told_of: Value = serde_json::from_str(&text).unwrap();
    // The one in use is kept.
    let counts = ["added", "changed", "unchanged", "removed", "kept"].map(|name| told_of[0][name].as_u64().unwrap());
    assert_eq!((counts, &told_of[0]["fault"]), ([2, 0, 1, 0, 1], &Value::Null), "{text}");
    let (text, _) = told(&site, config, &["list", "--json"], "").await;
    let listed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&listed[0]["profiles"], &listed[0]["gone"]), (&4.into(), &1.into()), "{text}");
    assert_eq!((&listed[0]["usage"]["total"], &listed[0]["host"]), (&10.into(), &"list.test".into()));

    // What fails leaves the last good list, and the next one that comes is taken.
    site.write("t0ken", b"<html>");
    let (text, done) = told(&site, config, &["update", "Home"], "").await;
    let why = "what came is no list of servers but probably a web page; ask your provider for the Shadowsocks subscription address";
    assert_eq!(text, format!("failed     Home: {why}\n{waits}"));
    assert!(done.unwrap_err().starts_with("1 of 1 was not fetched"));
    assert_eq!(saved(config).profiles.len(), 4);
    for n in 0..12 {
        site.write("t0ken", &links(&["Two", &format!("n{n}")]));
        assert_eq!(told(&site, config, &["update", "--all"], "").await.1, Ok(()));
    }
    assert_eq!(EarlierStates::in_dir(config).list().len(), 1, "a row of updates takes one place");
}

#[tokio::test]
async fn a_terminal_fetches_through_the_server_in_use_where_it_is_told_to() {
    let site = Site::start().await;
    let dns = Scripted::start(|asked, _| vec![asked.addresses(&[Ipv4Addr::LOCALHOST])]).await;
    let server = ss_server_asking(dns.address, "aes-256-gcm", "secret").await;
    let config = TempDir::new().unwrap();
    let mut store = Store::open(config.path(), SystemTime::now());
    store.document.profiles.push(parasol_app::profile::Profile {
        id: "own".to_owned(),
        server: server.address.ip().to_string(),
        port: server.address.port(),
        method: "aes-256-gcm".to_owned(),
        password: "secret".into(),
        ..Default::default()
    });
    store.document.active = Some("own".to_owned());
    store.store.save(&store.document).unwrap();
    drop(store);
    // Only the server can have found the name, and reached the address.
    let fetcher = Fetcher::new(site.trust.clone(), Names::These(HashMap::new()), Vec::new());
    for (line, works) in [(&["add", "-"][..], false), (&["add", "-", "--through-server"], true)] {
        let url = site.url("/list");
        let (text, done) = try_subscription(line, config.path(), &fetcher, &mut url.as_str().as_bytes()).await;
        assert_eq!(done.is_ok(), works, "{line:?} {text} {done:?}");
    }
    assert_eq!(saved(config.path()).profiles.len(), 2);
}
