//! `SubscriptionFault`: why a subscription could not be fetched. Of its URL the host alone is named.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a subscription could not be fetched, or its list not be used. The last good list stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SubscriptionFault {
    /// The URL is none that a list is fetched from.
    BadUrl {
        /// What it looks like instead.
        #[serde(default)]
        slip: UrlSlip,
    },
    /// The URL is sealed, and the key store has not given its key. Only told, never noted beside the list.
    Locked,
    /// The host has no address.
    NoSuchHost {
        /// Which.
        host: String,
    },
    /// The host is on this machine or in its network, or leads there; lists are fetched from the internet only.
    PrivateHost {
        /// Which.
        host: String,
    },
    /// Nobody answers there, or hangs up.
    NoConnection {
        /// Where.
        host: String,
    },
    /// The host does not prove that it is the one it should be. Perhaps somebody stands in between.
    BadCertificate {
        /// Which.
        host: String,
        /// What is wrong with its certificate.
        fault: CertificateFault,
    },
    /// This machine's certificates of authorities cannot be read, so nobody can be trusted.
    NoAuthorities,
    /// It took longer than half a minute in all.
    TimedOut,
    /// More than 4 MiB.
    TooLarge,
    /// More than five redirects.
    TooManyRedirects,
    /// It leads on to something that is not `https://`.
    BadRedirect {
        /// Who said so.
        host: String,
    },
    /// The host has no list for this URL, now or ever.
    Refused {
        /// Which.
        host: String,
        /// The status of HTTP.
        status: u16,
    },
    /// What came is no answer of HTTP, or broken, or packed in a way that was not asked for.
    BadAnswer {
        /// From whom.
        host: String,
    },
    /// What came is no list of servers.
    NoList,
    /// There is no server in the list that can be used.
    NoServers,
    /// Fetching crashed: a fault of Parasol.
    Crashed,
}

/// What was given in place of a list's URL.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum UrlSlip {
    /// The link of one server.
    Link,
    /// An address of HTTP, which anybody on the way reads and changes.
    Http,
    /// An address without its scheme.
    NoScheme,
    /// An address with a login in it.
    Login,
    /// Anything else.
    #[default]
    Other,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CertificateFault {
    /// It is signed by itself, or by nobody whom this machine trusts.
    Untrusted,
    /// It is for another name.
    WrongName,
    /// It is out of date, or not valid yet; or this machine's clock is wrong.
    Expired,
    /// It was taken back.
    Revoked,
    /// Something else.
    Other,
}

impl SubscriptionFault {
    /// The same address may give the list another time.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            SubscriptionFault::NoConnection { .. }
            | SubscriptionFault::TimedOut
            | SubscriptionFault::NoSuchHost { .. }
            | SubscriptionFault::Locked => true,
            SubscriptionFault::Refused { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// Another way to the host may mend it: what a machine in between can have done, or the host does to some and not to
    /// others.
    pub(super) fn may_be_of_the_way(&self) -> bool {
        match self {
            SubscriptionFault::NoSuchHost { .. }
            | SubscriptionFault::NoConnection { .. }
            | SubscriptionFault::BadCertificate { .. }
            | SubscriptionFault::TimedOut
            | SubscriptionFault::Refused { .. }
            | SubscriptionFault::BadAnswer { .. } => true,
            SubscriptionFault::BadUrl { .. }
            | SubscriptionFault::Locked
            | SubscriptionFault::PrivateHost { .. }
            | SubscriptionFault::NoAuthorities
            | SubscriptionFault::TooLarge
            | SubscriptionFault::TooManyRedirects
            | SubscriptionFault::BadRedirect { .. }
            | SubscriptionFault::NoList
            | SubscriptionFault::NoServers
            | SubscriptionFault::Crashed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_told_from_what_will_be_so_another_time() {
        let host = || "list.example".to_owned();
        let refused = |status| SubscriptionFault::Refused { host: host(), status };
        for (fault, passes) in [
            (SubscriptionFault::NoConnection { host: host() }, true),
            (SubscriptionFault::NoSuchHost { host: host() }, true),
            (SubscriptionFault::TimedOut, true),
            (SubscriptionFault::Locked, true),
            (refused(503), true),
            (refused(404), false),
            (SubscriptionFault::NoList, false),
            (SubscriptionFault::PrivateHost { host: host() }, false),
            (SubscriptionFault::BadUrl { slip: UrlSlip::Http }, false),
        ] {
            assert_eq!(fault.may_pass(), passes, "{fault:?}");
        }
    }
}
