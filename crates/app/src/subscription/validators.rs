//! `Validators`: what a host has said about a list, so that it need not send it again.
//!
//! A host may know its users by it. So it is kept like a password, and told to nobody but the very page that said it, by
//! the way by which it came: neither a host on the way there, nor one that a redirect names later, nor the host itself
//! learns by it that one who comes directly has come through a server before.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use hyper::HeaderMap;
use hyper::header::{ETAG, HeaderName, LAST_MODIFIED};
use parasol_proto::Password;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use url::{Position, Url};
use zeroize::Zeroizing;

/// What a host has said, and where; empty where nothing was, or it is sealed. Opaque; wiped when dropped, and `Debug`
/// shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Validators(Password);

/// What stands in it.
#[derive(Serialize, Deserialize)]
struct Noted {
    /// A hash of the page's URL, which may be a secret of its own.
    page: String,
    /// It came from this machine's own address.
    direct: bool,
    told: Told,
}

/// What a host is told of what it has said.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Told {
    /// As the field `ETag` was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) etag: Option<String>,
    /// As the field `Last-Modified` was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) modified: Option<String>,
}

impl Validators {
    /// What this page has said.
    pub(super) fn said(head: &HeaderMap, page: &Url, direct: bool) -> Validators {
        /// None that is longer does any good.
        const LONGEST: usize = 1000;
        let field = |name: HeaderName| {
            let text = head.get(name)?.to_str().ok()?;
            (text.len() <= LONGEST).then(|| text.to_owned())
        };
        let told = Told { etag: field(ETAG), modified: field(LAST_MODIFIED) };
        if !told.is_some() {
            return Validators::default();
        }
        let text = serde_json::to_string(&Noted { page: hash(page), direct, told });
        Validators(text.expect("texts under fixed names").into())
    }

    /// What this page may be told: what it has said itself, to one who came in the same way.
    pub(super) fn told_to(&self, page: &Url, direct: bool) -> Told {
        let noted = serde_json::from_str::<Noted>(self.0.as_str()).ok();
        let same = noted.filter(|noted| noted.direct == direct && noted.page == hash(page));
        same.map(|noted| noted.told).unwrap_or_default()
    }

    /// The same as the secret that it is.
    pub(crate) fn secret(&self) -> &Password {
        &self.0
    }

    /// The same, to be opened or sealed.
    pub(crate) fn secret_mut(&mut self) -> &mut Password {
        &mut self.0
    }

    /// Whether there is none, or none that is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_str().is_empty()
    }
}

impl Told {
    /// Whether the host is told anything, and so may say that nothing has changed.
    pub(super) fn is_some(&self) -> bool {
        self.etag.is_some() || self.modified.is_some()
    }
}

/// What is behind a `#` stays here.
fn hash(page: &Url) -> String {
    BASE64_STANDARD_NO_PAD.encode(digest(&SHA256, page[..Position::AfterQuery].as_bytes()))
}

/// For the profile file; it stands there only where it is not sealed.
impl Serialize for Validators {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// What is no text costs nothing but one list that comes whole, as what an earlier Parasol wrote, without where it came
/// from.
impl<'de> Deserialize<'de> for Validators {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(text) => Validators(Zeroizing::new(text).as_str().into()),
            _ => Validators::default(),
        })
    }
}

impl fmt::Debug for Validators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Validators(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn only_the_page_that_said_it_is_told_it_and_only_in_the_same_way() {
        let head = HeaderMap::from_iter([(ETAG, "\"v1\"".parse().unwrap())]);
        let known = Validators::said(&head, &page("https://a.example/list?token=1#x"), true);
        assert_eq!(format!("{known:?}"), "Validators(…)");
        let again = serde_json::from_str::<Validators>(&serde_json::to_string(&known).unwrap()).unwrap();
        assert_eq!(again, known);
        for (url, direct, told) in [
            ("https://a.example/list?token=1", true, Some("\"v1\"")),
            ("https://a.example/list?token=1#y", true, Some("\"v1\"")),
            ("https://a.example/list?token=1", false, None),
            ("https://a.example/list?token=2", true, None),
            ("https://a.example:8443/list?token=1", true, None),
            ("https://b.example/list?token=1", true, None),
        ] {
            assert_eq!(known.told_to(&page(url), direct).etag.as_deref(), told, "{url}");
        }
        assert!(Validators::said(&HeaderMap::new(), &page("https://a.example/"), true).is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_none() {
        for text in [r#"{"etag":"1","modified":"x"}"#, "7", "null", "[]", r#""x""#, r#""{\"page\":7}""#] {
            let read = serde_json::from_str::<Validators>(text).unwrap();
            assert!(!read.told_to(&page("https://a.example/"), true).is_some(), "{text}");
        }
    }
}
