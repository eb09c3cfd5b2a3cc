//! What a fetched list is: its servers, and what stands in it about its use.

use serde::Deserialize;

use super::fault::SubscriptionFault;
use super::fetch::{Fetched, Fetcher, List};
use super::url::SubscriptionUrl;
use super::validators::Validators;
use super::{About, Usage};
use crate::import::{self, Format, Import};
use crate::profile::Profile;
use parasol_proto::ServerConfig;

/// What came, read.
#[derive(Debug)]
pub enum Came {
    /// The list is as it was.
    Unchanged(About),
    /// A list, perhaps with nothing in it.
    List(ReadList),
}

/// A list that was read. There are passwords in it.
#[derive(Debug, Clone)]
pub struct ReadList {
    pub(crate) import: Import,
    pub(crate) validators: Validators,
    pub(crate) about: About,
}

/// Fetches a list and reads it, within the time that a list may take in all.
///
/// # Errors
/// Why there is none.
pub async fn fetch(
    fetcher: &Fetcher,
    url: &SubscriptionUrl,
    known: &Validators,
    server: Option<ServerConfig>,
) -> Result<Came, SubscriptionFault> {
    fetch_and(fetcher, url, known, server, ReadList::of).await
}

/// Whoever waits for it is free when the time is over, also while `read` still runs.
async fn fetch_and(
    fetcher: &Fetcher,
    url: &SubscriptionUrl,
    known: &Validators,
    server: Option<ServerConfig>,
    read: impl FnOnce(List) -> ReadList + Send + 'static,
) -> Result<Came, SubscriptionFault> {
    // Boxed, as each step within: together they are more than a small stack holds.
    let work = Box::pin(async {
        match fetcher.fetch(url, known, server).await? {
            Fetched::Unchanged(about) => Ok(Came::Unchanged(about)),
            Fetched::List(list) => {
                let read = tokio::task::spawn_blocking(move || read(list)).await;
                read.map(Came::List).map_err(|_| SubscriptionFault::Crashed)
            }
        }
    });
    fetcher.in_time(work).await
}

impl ReadList {
    fn of(list: List) -> ReadList {
        let List { body, validators, mut about } = list;
        if let Some(usage) = usage(&body) {
            about.usage = Usage { expires_ms: about.usage.expires_ms, ..usage };
        }
        ReadList { import: import::read_text(&body), validators, about }
    }

    /// Its servers, with the list's own ids; and how many of its entries are none that can be used.
    pub(crate) fn servers(self) -> (Vec<Profile>, usize) {
        let entries = self.import.entries.len();
        let servers: Vec<Profile> =
            self.import.entries.into_iter().filter_map(|entry| Some(entry.found.ok()?.profile)).collect();
        let refused = entries - servers.len();
        (servers, refused)
    }

    /// Why it is not to be used, if it is not.
    pub(crate) fn fault(&self) -> Option<SubscriptionFault> {
        if self.import.entries.iter().any(|entry| entry.found.is_ok()) {
            return None;
        }
        let unknown = matches!(self.import.format, Format::Unknown | Format::Picture);
        Some(if unknown { SubscriptionFault::NoList } else { SubscriptionFault::NoServers })
    }
}

/// The counters of SIP008. What remains means something only beside what is used.
fn usage(body: &[u8]) -> Option<Usage> {
    #[derive(Deserialize)]
    struct Counters {
        bytes_used: u64,
        #[serde(default)]
        bytes_remaining: Option<u64>,
    }
    let Counters { bytes_used, bytes_remaining } = serde_json::from_slice(body).ok()?;
    Some(Usage {
        used: Some(bytes_used),
        total: bytes_remaining.map(|remaining| remaining.saturating_add(bytes_used)),
        expires_ms: None,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::export::qr_png;
    use crate::subscription::host::{self, Authority, Host, LOOPBACK, Says, head};

    fn read(body: &str) -> ReadList {
        let body = zeroize::Zeroizing::new(body.as_bytes().to_vec());
        ReadList::of(List { body, validators: Validators::default(), about: About::default() })
    }

    #[test]
    fn the_counters_of_a_list_are_read_and_cost_nothing_but_themselves() {
        for (body, used, total) in [
            (r#"{"version":1,"servers":[],"bytes_used":5,"bytes_remaining":7}"#, Some(5), Some(12)),
            (r#"{"bytes_used":5}"#, Some(5), None),
            (r#"{"bytes_remaining":7}"#, None, None),
            (r#"{"bytes_used":"5","servers":[]}"#, None, None),
            (r#"{"bytes_used":-5}"#, None, None),
            (r#"{"bytes_used":18446744073709551615,"bytes_remaining":1}"#, Some(u64::MAX), Some(u64::MAX)),
            ("c3M6Ly8=", None, None),
        ] {
            let usage = read(body).about.usage;
            assert_eq!((usage.used, usage.total), (used, total), "{body}");
        }
    }

    #[test]
    fn one_bad_entry_costs_itself_and_a_list_without_a_good_one_is_none() {
        let good = r#"{"id":"a","server":"a.example","server_port":1,"method":"aes-256-gcm","password":"x"}"#;
        let bad = r#"{"id":7,"server":["x"],"server_port":"y","method":null}"#;
        let list = read(&format!(r#"{{"version":1,"servers":[{bad},{good},5]}}"#));
        assert_eq!(list.fault(), None);
        let (servers, refused) = list.servers();
        assert_eq!((servers.len(), refused), (1, 2));
        assert_eq!((servers[0].id.as_str(), servers[0].server.as_str()), ("a", "a.example"));

        let deep = "[".repeat(100_000);
        for (body, fault) in [
            (r#"{"version":1,"servers":[]}"#, SubscriptionFault::NoServers),
            (&format!(r#"{{"version":1,"servers":[{bad}]}}"#), SubscriptionFault::NoServers),
            ("<html>Sign in</html>", SubscriptionFault::NoList),
            ("", SubscriptionFault::NoList),
            (&deep, SubscriptionFault::NoList),
        ] {
            assert_eq!(read(body).fault(), Some(fault), "{}", &body[..body.len().min(80)]);
        }
    }

    #[test]
    fn a_picture_is_no_list_and_is_not_looked_at() {
        let picture = qr_png("ss://YWVzLTEyOC1nY206dGVzdA@192.0.2.1:8888#a").unwrap();
        assert!(import::read(&picture).entries[0].found.is_ok());
        let list = List { body: picture.into(), validators: Validators::default(), about: About::default() };
        let list = ReadList::of(list);
        assert_eq!(list.import.entries[0].found, Err(import::ImportFault::Picture));
        assert_eq!(list.fault(), Some(SubscriptionFault::NoList));
    }

    #[tokio::test]
    async fn a_list_that_takes_long_to_read_is_given_up() {
        let authority = Authority::new();
        let answer = Says::Whole([head("200 OK", 1, ""), b"x".to_vec()].concat());
        let host = Host::start(authority.identity("list.example"), move |_| answer.clone()).await;
        let fetcher = Fetcher::new(authority.trust(), host::names(), vec![LOOPBACK]).within(Duration::from_secs(1));
        let url = SubscriptionUrl::from(format!("https://list.example:{}/", host.port()));
        let (end, ended) = mpsc::channel::<()>();
        let slow = move |list| {
            let _ = ended.recv_timeout(Duration::from_secs(20));
            ReadList::of(list)
        };
        let came = fetch_and(&fetcher, &url, &Validators::default(), None, slow).await;
        assert_eq!(came.unwrap_err(), SubscriptionFault::TimedOut);
        drop(end);
    }
}
