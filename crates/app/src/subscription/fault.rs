//! `SubscriptionFault`: why a subscription could not be fetched. Of its URL the host alone is named.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a subscription could not be fetched, or its list not be used. The last good list stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SubscriptionFault {
    /// The URL is none that begins with `https://` or `ssconf://`, or there is a login in it.
    BadUrl,
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
            SubscriptionFault::BadUrl
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
