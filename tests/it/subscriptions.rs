//! Lists of servers from a real host, directly and through servers: catalogue 84 and 85.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use harness::nginx::nginx;
use harness::peer::{Peer, ss_server, ss_server_asking};
use harness::scripted_dns::Scripted;
use parasol_app::subscription::{Fetched, Fetcher, List, Names, SubscriptionFault, SubscriptionUrl, Trust, Validators};
use parasol_proto::{Method, ServerConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
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

#[tokio::test]
async fn it_comes_directly_when_the_server_refuses_us() {
    let site = Site::start().await;
    let server = ss_server("aes-256-gcm", "secret").await;
    let config = ServerConfig::new(server.address.into(), Method::Aes256Gcm, "another").unwrap();
    let fetcher = site.fetcher().within(Duration::from_secs(6));
    let fetched = fetcher.fetch(&site.url("/list"), &Validators::default(), Some(config)).await;
    assert_eq!(&list(fetched).body[..], LINK);
}
