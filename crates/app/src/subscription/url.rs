//! `SubscriptionUrl`: where a subscription is fetched. Whoever has it has the servers in the list, so it is a secret; of it
//! the host alone is shown.

use std::fmt;

use parasol_proto::Password;
use parasol_proto::link::{clean_name, is_link};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::{Host, Url};
use zeroize::Zeroize;

use super::fault::{SubscriptionFault, UrlSlip};

/// The longest URL that is taken.
const MAX_URL: usize = 4096;

/// A subscription's URL as the user gave it, or as a file says; empty where it is sealed. Any text; wiped when dropped,
/// and `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SubscriptionUrl(Password);

impl SubscriptionUrl {
    /// For the profile file, and for nothing that is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether there is none, or none that is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    /// The same as the secret that it is.
    pub(crate) fn secret(&self) -> &Password {
        &self.0
    }

    /// The same, to be opened or sealed.
    pub(crate) fn secret_mut(&mut self) -> &mut Password {
        &mut self.0
    }

    /// The host; empty when there is none in it.
    #[must_use]
    pub fn host(&self) -> String {
        self.page().map(|page| host(&page)).unwrap_or_default()
    }

    /// What the URL itself says the list is called: some put it behind a `#`.
    #[must_use]
    pub fn title(&self) -> Option<String> {
        let page = self.parse()?;
        clean_name(percent_decode_str(page.fragment()?).decode_utf8().ok()?.trim())
    }

    /// What is asked for.
    ///
    /// # Errors
    /// When it is no URL that a list may be fetched from.
    pub(crate) fn page(&self) -> Result<Url, SubscriptionFault> {
        let bad = || SubscriptionFault::BadUrl { slip: self.slip() };
        let mut page = self.parse().ok_or_else(bad)?;
        page.set_fragment(None);
        if is_page(&page) { Ok(page) } else { Err(bad()) }
    }

    /// What it looks like, where it is no URL that a list may be fetched from.
    #[must_use]
    pub fn slip(&self) -> UrlSlip {
        let text = self.as_str().trim();
        if is_link(text) {
            return UrlSlip::Link;
        }
        let parsed = self.parse();
        if parsed.as_ref().is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
            return UrlSlip::Login;
        }
        // With a port it is a scheme to a parser of URLs.
        let bare = !text.contains("://") && Url::parse(&format!("https://{text}")).is_ok_and(|url| is_host(&url));
        match parsed {
            Some(url) if url.scheme() == "http" => UrlSlip::Http,
            _ if bare && text.len() <= MAX_URL => UrlSlip::NoScheme,
            _ => UrlSlip::Other,
        }
    }

    fn parse(&self) -> Option<Url> {
        let text = self.as_str().trim();
        if text.len() > MAX_URL {
            return None;
        }
        // Outline's own name for https, with which its links are handed to it.
        let ssconf = text.get(..SSCONF.len()).filter(|scheme| scheme.eq_ignore_ascii_case(SSCONF));
        match ssconf {
            Some(_) => Url::parse(&format!("https://{}", &text[SSCONF.len()..])).ok(),
            None => Url::parse(text).ok(),
        }
    }
}

/// Whether it has the name of a host of the internet, or an IP, and no login before it.
fn is_host(url: &Url) -> bool {
    url.username().is_empty() && url.host_str().is_some_and(|host| host.contains(['.', ':']))
}

const SSCONF: &str = "ssconf://";

/// Whether a list may be fetched from there, as far as the text tells.
pub(super) fn is_page(url: &Url) -> bool {
    let login = !url.username().is_empty() || url.password().is_some();
    url.scheme() == "https" && url.host().is_some() && !login && url.port() != Some(0)
}

/// The host as it is shown and compared: without brackets, in ASCII.
pub(super) fn host(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(ip)) => ip.to_string(),
        Some(Host::Ipv6(ip)) => ip.to_string(),
        None => String::new(),
    }
}

impl From<&str> for SubscriptionUrl {
    fn from(text: &str) -> Self {
        SubscriptionUrl(text.trim().into())
    }
}

impl From<String> for SubscriptionUrl {
    fn from(mut text: String) -> Self {
        let url = SubscriptionUrl::from(text.as_str());
        text.zeroize();
        url
    }
}

impl fmt::Debug for SubscriptionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubscriptionUrl(…)")
    }
}

/// Written out to the profile file only, which its owner alone can read, and there only where it is not sealed.
impl Serialize for SubscriptionUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SubscriptionUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(SubscriptionUrl::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn any_text_is_a_page_of_https_or_a_slip(
            text in "(https?|ssconf|ss|file)?(://)?[a-z0-9.:@%\\[\\]/?#-]{0,60}.{0,20}"
        ) {
            let url = SubscriptionUrl::from(text);
            match url.page() {
                Ok(page) => assert!(page.scheme() == "https" && page.username().is_empty() && page.fragment().is_none()),
                Err(fault) => assert_eq!(fault, SubscriptionFault::BadUrl { slip: url.slip() }),
            }
            assert!(!url.host().contains(char::is_control));
            assert!(url.title().is_none_or(|title| !title.contains(char::is_control)));
        }
    }

    #[test]
    fn a_list_is_fetched_by_https_and_in_no_other_way() {
        for (text, page) in [
            ("https://sub.example/list?token=1#Home", Some("https://sub.example/list?token=1")),
            ("  HTTPS://Sub.Example  ", Some("https://sub.example/")),
            ("ssconf://sub.example/key.json#Outline", Some("https://sub.example/key.json")),
            ("SSCONF://sub.example:8443/key", Some("https://sub.example:8443/key")),
            ("https://bücher.example/x", Some("https://xn--bcher-kva.example/x")),
            ("https://[2001:db8::1]:8443/x", Some("https://[2001:db8::1]:8443/x")),
            ("http://sub.example/list", None),
            ("ftp://sub.example/list", None),
            ("file:///etc/passwd", None),
            ("ssconf:///etc/passwd", Some("https://etc/passwd")),
            ("data:text/plain,ss://x", None),
            ("javascript:alert(1)", None),
            ("sub.example/list", None),
            ("https://user:pass@sub.example/", None),
            ("https://user@sub.example/", None),
            ("https://sub.example:0/", None),
            ("https://", None),
            ("https://a b/", None),
            ("ß", None),
            ("", None),
        ] {
            let found = SubscriptionUrl::from(text).page();
            assert_eq!(found.as_ref().ok().map(Url::as_str), page, "{text}");
        }
        let long = format!("https://sub.example/{}", "x".repeat(MAX_URL));
        assert_eq!(SubscriptionUrl::from(long).page(), Err(SubscriptionFault::BadUrl { slip: UrlSlip::Other }));
    }

    #[test]
    fn what_was_given_in_its_place_is_told_apart() {
        for (text, slip) in [
            ("ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888", UrlSlip::Link),
            (" SS://x", UrlSlip::Link),
            ("http://sub.example/list", UrlSlip::Http),
            ("http://user:pass@sub.example/list", UrlSlip::Login),
            ("https://user@sub.example/", UrlSlip::Login),
            ("ssconf://user@sub.example/", UrlSlip::Login),
            ("sub.example/list?token=1", UrlSlip::NoScheme),
            ("sub.example:8443/list", UrlSlip::NoScheme),
            ("list", UrlSlip::Other),
            ("javascript:alert(1)", UrlSlip::Other),
            ("file:///etc/passwd", UrlSlip::Other),
            ("https://sub.example:0/", UrlSlip::Other),
            ("", UrlSlip::Other),
        ] {
            assert_eq!(SubscriptionUrl::from(text).slip(), slip, "{text}");
        }
        assert_eq!(
            serde_json::from_str::<SubscriptionFault>(r#"{"kind":"badUrl"}"#).unwrap(),
            SubscriptionFault::BadUrl { slip: UrlSlip::Other },
            "as it was noted before"
        );
    }

    #[test]
    fn nothing_of_it_is_shown_but_its_host_and_its_title() {
        let url = SubscriptionUrl::from("https://sub.example/s3cret?token=s3cret#My%20list%0a%E2%80%AE!");
        assert_eq!(format!("{url:?}"), "SubscriptionUrl(…)");
        assert_eq!((url.host(), url.title()), ("sub.example".to_owned(), Some("My list!".to_owned())));
        assert_eq!(SubscriptionUrl::from("https://sub.example/#").title(), None);
        assert_eq!(SubscriptionUrl::from("nonsense").host(), "");
    }
}
