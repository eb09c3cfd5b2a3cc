//! Against hosts of our own, which say whatever the test wants.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use parasol_proto::{Access, Method};

use super::*;
use crate::relay::{Egress, NameServers, Relay, RelaySpec};
use crate::subscription::CertificateFault;
use crate::subscription::host::{self, Authority, Host, LOOPBACK, Says, head};

const NAME: &str = "list.example";

fn url(host: &Host, path: &str) -> SubscriptionUrl {
    SubscriptionUrl::from(format!("https://{NAME}:{}{path}", host.port()))
}

/// Knows the usual names and reaches loopback at its usual address.
fn fetcher(authority: &Authority) -> Fetcher {
    Fetcher::new(authority.trust(), host::names(), vec![LOOPBACK])
}

async fn fetch(authority: &Authority, host: &Host, path: &str) -> Result<Fetched, SubscriptionFault> {
    fetcher(authority).fetch(&url(host, path), &Validators::default(), None).await
}

/// What becomes of this answer to every request.
async fn after(says: Says) -> Result<Fetched, SubscriptionFault> {
    let authority = Authority::new();
    let host = Host::start(authority.identity(NAME), move |_| says.clone()).await;
    fetch(&authority, &host, "/").await
}

fn list(fetched: Result<Fetched, SubscriptionFault>) -> List {
    match fetched {
        Ok(Fetched::List(list)) => list,
        other => panic!("no list but {other:?}"),
    }
}

fn whole(head: Vec<u8>, body: &[u8]) -> Vec<u8> {
    [&head, body].concat()
}

fn bad_answer() -> SubscriptionFault {
    SubscriptionFault::BadAnswer { host: NAME.to_owned() }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_list_comes_with_what_its_head_says_of_it() {
    let body = gzip(b"ss://list");
    let fields = "Content-Encoding: gzip\r\nETag: \"1\"\r\nProfile-Title: Mine\r\nProfile-Update-Interval: 6\r\n\
                  Subscription-Userinfo: upload=1; download=2; total=9\r\n";
    let list = list(after(Says::Whole(whole(head("200 OK", body.len(), fields), &body))).await);
    assert_eq!(&list.body[..], b"ss://list");
    assert_eq!(list.about.title.as_deref(), Some("Mine"));
    assert_eq!((list.about.interval_h, list.about.usage.used, list.about.usage.total), (Some(6), Some(3), Some(9)));
    assert!(!list.validators.is_empty());
    assert!(!format!("{list:?}").contains("ss://"));
}

#[tokio::test]
async fn a_host_is_told_what_we_have_and_nothing_else_of_us() {
    let authority = Authority::new();
    let host = Host::start(authority.identity(NAME), |request| {
        let fields = "ETag: \"v1\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n";
        match request.contains("if-none-match: \"v1\"") {
            true => Says::Whole(head("304 Not Modified", 0, "Profile-Title: New title\r\n")),
            false => Says::Whole(whole(head("200 OK", 1, fields), b"x")),
        }
    })
    .await;
    let fetcher = fetcher(&authority);
    let first = list(fetcher.fetch(&url(&host, "/list?token=1"), &Validators::default(), None).await);
    let again = fetcher.fetch(&url(&host, "/list?token=1"), &first.validators, None).await;
    assert!(matches!(again, Ok(Fetched::Unchanged(about)) if about.title.as_deref() == Some("New title")));
    let [first, again] = &host.requests()[..] else { panic!("two requests") };
    let version = env!("CARGO_PKG_VERSION");
    let plain = format!(
        "GET /list?token=1 HTTP/1.1\r\nhost: {NAME}:{}\r\nuser-agent: Parasol/{version}\r\naccept: */*\r\n\
         accept-encoding: gzip\r\n",
        host.port()
    );
    assert_eq!(first, &format!("{plain}\r\n"));
    assert_eq!(
        again,
        &format!("{plain}if-none-match: \"v1\"\r\nif-modified-since: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n")
    );
}

#[tokio::test]
async fn that_nothing_changed_is_believed_only_when_it_was_asked() {
    let answer = after(Says::Whole(head("304 Not Modified", 0, ""))).await;
    assert_eq!(answer.unwrap_err(), SubscriptionFault::Refused { host: NAME.to_owned(), status: 304 });
}

/// A host whose answer can be changed.
async fn changing(identity: host::Identity, says: &Says) -> (Host, std::sync::Arc<std::sync::Mutex<Says>>) {
    let says = std::sync::Arc::new(std::sync::Mutex::new(says.clone()));
    let answer = std::sync::Arc::clone(&says);
    (Host::start(identity, move |_| answer.lock().unwrap().clone()).await, says)
}

fn tagged() -> Says {
    let fields = "ETag: \"of ann\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n";
    Says::Whole(whole(head("200 OK", 1, fields), b"x"))
}

/// Whether the last request to this host told it what it had said before.
fn was_told(host: &Host) -> bool {
    let request = host.requests().pop().expect("it was asked");
    assert_eq!(request.contains("of ann"), request.contains("if-none-match"));
    assert_eq!(request.contains("if-none-match"), request.contains("if-modified-since"));
    request.contains("of ann")
}

#[tokio::test]
async fn what_a_host_has_said_is_told_to_no_other_and_no_other_says_that_nothing_changed() {
    let authority = Authority::new();
    let (not_modified, other_name) = (Says::Whole(head("304 Not Modified", 0, "")), "other.example");
    let (first, first_says) = changing(authority.identity(NAME), &tagged()).await;
    let (second, second_says) = changing(authority.identity(other_name), &not_modified).await;
    let fetcher = fetcher(&authority);
    let elsewhere = format!("Location: https://{other_name}:{}/x\r\n", second.port());
    let elsewhere = Says::Whole(head("302 Found", 0, &elsewhere));
    let refused = |host: &str| SubscriptionFault::Refused { host: host.to_owned(), status: 304 };

    // The first one's own is not told to where it leads later.
    let of_first = list(fetcher.fetch(&url(&first, "/"), &Validators::default(), None).await).validators;
    *first_says.lock().unwrap() = elsewhere.clone();
    let answer = fetcher.fetch(&url(&first, "/"), &of_first, None).await;
    assert_eq!(answer.unwrap_err(), refused(other_name));
    assert!(was_told(&first) && !was_told(&second));

    // Nor the second one's to the first on the way there.
    *second_says.lock().unwrap() = tagged();
    let of_second = list(fetcher.fetch(&url(&first, "/"), &of_first, None).await).validators;
    assert!(!was_told(&second));
    *second_says.lock().unwrap() = not_modified.clone();
    let answer = fetcher.fetch(&url(&first, "/"), &of_second, None).await;
    assert!(matches!(answer, Ok(Fetched::Unchanged(_))), "{answer:?}");
    assert!(!was_told(&first) && was_told(&second));
    *first_says.lock().unwrap() = not_modified;
    let answer = fetcher.fetch(&url(&first, "/"), &of_second, None).await;
    assert_eq!(answer.unwrap_err(), refused(NAME));
}

#[tokio::test]
async fn an_answer_that_is_too_long_or_no_answer_is_not_taken() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_bytes().to_vec();
    let bomb = gzip(&vec![0; 64 << 20]);
    let twice = gzip(&bomb);
    let too_large = SubscriptionFault::TooLarge;
    for (what, says, fault) in [
        ("a length that is too large", Says::Whole(head("200 OK", MAX_BODY + 1, "")), too_large.clone()),
        (
            "chunks without end",
            Says::Endless(chunked, b"1000\r\n".iter().copied().chain([b' '; 4096]).chain(*b"\r\n").collect()),
            too_large.clone(),
        ),
        (
            "bytes without end",
            Says::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b' '; 65_536]),
            too_large.clone(),
        ),
        (
            "a bomb",
            Says::Whole(whole(head("200 OK", bomb.len(), "Content-Encoding: gzip\r\n"), &bomb)),
            too_large.clone(),
        ),
        (
            "a head without end",
            Says::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-A: aaaaaaaaaaaaaaaa\r\n".to_vec()),
            bad_answer(),
        ),
        ("a field without end", Says::Endless(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'a'; 4096]), bad_answer()),
        ("another packing", Says::Whole(whole(head("200 OK", 1, "Content-Encoding: br\r\n"), b"x")), bad_answer()),
        (
            "packed twice",
            Says::Whole(whole(head("200 OK", twice.len(), "Content-Encoding: gzip, gzip\r\n"), &twice)),
            bad_answer(),
        ),
        ("packed badly", Says::Whole(whole(head("200 OK", 1, "Content-Encoding: gzip\r\n"), b"x")), bad_answer()),
        ("a body that is cut", Says::Whole(whole(head("200 OK", 100, ""), b"x")), bad_answer()),
        ("no HTTP", Says::Whole(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), bad_answer()),
        ("nothing", Says::Whole(Vec::new()), bad_answer()),
        (
            "a status",
            Says::Whole(head("403 Forbidden", 0, "")),
            SubscriptionFault::Refused { host: NAME.to_owned(), status: 403 },
        ),
    ] {
        assert_eq!(after(says).await.err(), Some(fault), "{what}");
    }
}

#[tokio::test]
async fn a_host_that_takes_its_time_is_given_up() {
    let authority = Authority::new();
    let silent = |bytes: &[u8]| {
        let bytes = bytes.to_vec();
        Host::start(authority.identity(NAME), move |_| Says::Begins(bytes.clone()))
    };
    for host in [silent(b"").await, silent(b"HTTP/1.1 200 OK\r\nX").await, silent(&head("200 OK", 9, "")).await] {
        let fetcher = fetcher(&authority).within(Duration::from_millis(200));
        let given_up = fetcher.fetch(&url(&host, "/"), &Validators::default(), None).await;
        assert_eq!(given_up.unwrap_err(), SubscriptionFault::TimedOut);
    }
    let mute = tokio::net::TcpListener::bind((LOOPBACK, 0)).await.unwrap();
    let url = SubscriptionUrl::from(format!("https://{NAME}:{}/", mute.local_addr().unwrap().port()));
    let fetcher = fetcher(&authority).within(Duration::from_millis(200));
    let given_up = fetcher.fetch(&url, &Validators::default(), None).await;
    assert_eq!(given_up.unwrap_err(), SubscriptionFault::TimedOut);
}

#[tokio::test]
async fn it_follows_five_redirects_and_none_but_to_https_on_the_internet() {
    let authority = Authority::new();
    let host = Host::start(authority.identity(NAME), |request| {
        let path = request.split(' ').nth(1).unwrap();
        let to = |location: &str| Says::Whole(head("302 Found", 0, &format!("Location: {location}\r\n")));
        match path.strip_prefix("/down/").map(|left| left.parse::<u32>().unwrap()) {
            Some(0) => Says::Whole(whole(head("200 OK", 1, ""), b"x")),
            Some(left) => to(&format!("{}#x", left - 1)),
            None => to(path.strip_prefix("/to/").unwrap_or_default()),
        }
    })
    .await;
    assert_eq!(&list(fetch(&authority, &host, "/down/5").await).body[..], b"x");
    assert_eq!(fetch(&authority, &host, "/down/6").await.unwrap_err(), SubscriptionFault::TooManyRedirects);

    let bad = SubscriptionFault::BadRedirect { host: NAME.to_owned() };
    let private = |host: &str| SubscriptionFault::PrivateHost { host: host.to_owned() };
    for (location, fault) in [
        ("http://list.example/", bad.clone()),
        ("ssconf://list.example/", bad.clone()),
        ("file:///etc/passwd", bad.clone()),
        ("data:text/plain,ss://x", bad.clone()),
        ("https://user:pass@list.example/", bad.clone()),
        ("https://127.0.0.2/", private("127.0.0.2")),
        ("https://2130706434/", private("127.0.0.2")),
        ("https://0x7f.2/", private("127.0.0.2")),
        ("https://[::1]/", private("::1")),
        ("https://[::ffff:127.0.0.2]/", private("::ffff:127.0.0.2")),
        ("https://10.0.0.1/", private("10.0.0.1")),
        ("https://169.254.169.254/latest/meta-data", private("169.254.169.254")),
        ("https://[fe80::1]/", private("fe80::1")),
        ("https://localhost/", private("localhost")),
        ("https://router/", private("router")),
        ("//inside.example/", private("inside.example")),
        ("https://loop.example/", private("loop.example")),
        ("https://nobody.example/", SubscriptionFault::NoSuchHost { host: "nobody.example".to_owned() }),
    ] {
        assert_eq!(fetch(&authority, &host, &format!("/to/{location}")).await.err(), Some(fault), "{location}");
    }
    let nowhere = after(Says::Whole(head("302 Found", 0, ""))).await;
    assert_eq!(nowhere.unwrap_err(), bad);
}

#[tokio::test]
async fn a_host_that_does_not_prove_who_it_is_gets_no_request() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for (identity, fault) in [
        (stranger.identity(NAME), CertificateFault::Untrusted),
        (host::self_signed(NAME), CertificateFault::Untrusted),
        (authority.identity("other.example"), CertificateFault::WrongName),
        (authority.expired(NAME), CertificateFault::Expired),
    ] {
        let host = Host::start(identity, |_| Says::Whole(whole(head("200 OK", 1, ""), b"x"))).await;
        let answer = fetch(&authority, &host, "/secret").await;
        assert_eq!(answer.unwrap_err(), SubscriptionFault::BadCertificate { host: NAME.to_owned(), fault });
        assert!(host.requests().is_empty());
    }
    let plain = host::plain(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let url = SubscriptionUrl::from(format!("https://{NAME}:{}/", plain.port()));
    let answer = fetcher(&authority).fetch(&url, &Validators::default(), None).await;
    assert_eq!(answer.unwrap_err(), bad_answer());
}

#[tokio::test]
async fn nobody_there_is_said() {
    let authority = Authority::new();
    let free = std::net::TcpListener::bind((LOOPBACK, 0)).unwrap().local_addr().unwrap();
    let url = SubscriptionUrl::from(format!("https://{NAME}:{}/", free.port()));
    let answer = fetcher(&authority).fetch(&url, &Validators::default(), None).await;
    assert_eq!(answer.unwrap_err(), SubscriptionFault::NoConnection { host: NAME.to_owned() });
}

/// A server that dials anything, and what a client needs for it.
fn server(password: &str) -> (Relay, ServerConfig) {
    let access = Access::new(Method::Aes256Gcm, "right").unwrap();
    let spec = RelaySpec::server((LOOPBACK, 0).into(), access, Egress::Any);
    let relay = Relay::start(spec.name_servers(NameServers::These(Vec::new())), std::sync::Arc::new(())).unwrap();
    let address = relay.bound()[0].listen;
    (relay, ServerConfig::new(address.into(), Method::Aes256Gcm, password).unwrap())
}

#[tokio::test]
async fn the_server_in_use_is_asked_first_and_looks_the_name_up_itself() {
    let authority = Authority::new();
    // What is not at this name for us is at this address for the server.
    let host = Host::start(authority.identity("127.0.0.1"), |_| Says::Whole(whole(head("200 OK", 1, ""), b"x"))).await;
    let (relay, config) = server("right");
    let url = SubscriptionUrl::from(format!("https://127.0.0.1:{}/", host.port()));
    let list = list(fetcher(&authority).fetch(&url, &Validators::default(), Some(config)).await);
    assert_eq!(&list.body[..], b"x");
    assert!(relay.ports()[0].rx > 0);
    relay.stop().await;
}

#[tokio::test]
async fn it_goes_directly_when_the_server_does_not_serve() {
    let authority = Authority::new();
    let host = Host::start(authority.identity(NAME), |_| Says::Whole(whole(head("200 OK", 1, ""), b"x"))).await;
    let (relay, wrong) = server("wrong");
    let nobody = std::net::TcpListener::bind((LOOPBACK, 0)).unwrap().local_addr().unwrap();
    let nobody = ServerConfig::new(nobody.into(), Method::Aes256Gcm, "x").unwrap();
    let (other, cannot_resolve) = server("right");
    for config in [nobody, cannot_resolve, wrong] {
        let fetcher = fetcher(&authority).within(Duration::from_secs(4));
        let list = list(fetcher.fetch(&url(&host, "/"), &Validators::default(), Some(config)).await);
        assert_eq!(&list.body[..], b"x");
    }
    relay.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn what_a_host_must_not_do_it_must_not_do_by_another_way_either() {
    let authority = Authority::new();
    let host = Host::start(authority.identity("127.0.0.1"), |_| {
        Says::Whole(head("302 Found", 0, "Location: http://127.0.0.1/\r\n"))
    })
    .await;
    let (relay, config) = server("right");
    let url = SubscriptionUrl::from(format!("https://127.0.0.1:{}/", host.port()));
    let answer = fetcher(&authority).fetch(&url, &Validators::default(), Some(config)).await;
    assert!(matches!(answer.unwrap_err(), SubscriptionFault::BadRedirect { .. }));
    assert_eq!(host.requests().len(), 1);
    relay.stop().await;
}

#[tokio::test]
async fn what_came_through_the_server_is_not_told_by_another_way() {
    let authority = Authority::new();
    let (host, _) = changing(authority.identity("127.0.0.1"), &tagged()).await;
    let (relay, config) = server("right");
    let url = SubscriptionUrl::from(format!("https://127.0.0.1:{}/", host.port()));
    let fetcher = fetcher(&authority);
    let known = list(fetcher.fetch(&url, &Validators::default(), Some(config.clone())).await).validators;
    let through = list(fetcher.fetch(&url, &known, Some(config)).await).validators;
    assert!(was_told(&host) && through == known);
    relay.stop().await;
    let directly = list(fetcher.fetch(&url, &known, None).await).validators;
    assert!(!was_told(&host) && directly != known);
    list(fetcher.fetch(&url, &directly, None).await);
    assert!(was_told(&host));
}
