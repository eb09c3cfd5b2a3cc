//! Words for why a list was not fetched.

use parasol_app::subscription::{CertificateFault, SubscriptionFault, UrlSlip};

/// Why, and what would help.
pub(super) fn fault(fault: &SubscriptionFault) -> String {
    match fault {
        SubscriptionFault::BadUrl { slip } => self::slip(*slip).to_owned(),
        SubscriptionFault::Locked => {
            "its address is locked in the password store; unlock it and try again".to_owned()
        }
        SubscriptionFault::NoSuchHost { host } => format!("the name {host} is not found"),
        SubscriptionFault::PrivateHost { host } => {
            format!("{host} is on this machine or in its network; lists are fetched from the internet alone")
        }
        SubscriptionFault::NoConnection { host } => format!("there is no connection to {host}"),
        SubscriptionFault::BadCertificate { host, fault } => {
            format!("the certificate of {host} {}; somebody else may be answering", certificate(*fault))
        }
        SubscriptionFault::NoAuthorities => "this machine's list of trusted authorities cannot be read".to_owned(),
        SubscriptionFault::TimedOut => "it took longer than half a minute".to_owned(),
        SubscriptionFault::TooLarge => "the list is longer than 4 MiB".to_owned(),
        SubscriptionFault::TooManyRedirects => "it leads on more than five times".to_owned(),
        SubscriptionFault::BadRedirect { host } => format!("{host} leads on to something that is not https://"),
        SubscriptionFault::Refused { host, status } => format!("{host} does not give the list (status {status})"),
        SubscriptionFault::BadAnswer { host } => format!("the answer of {host} cannot be read"),
        SubscriptionFault::NoList => {
            "what came is no list of servers but probably a web page; ask your provider for the Shadowsocks subscription address"
                .to_owned()
        }
        SubscriptionFault::NoServers => "there is no server in the list that can be used".to_owned(),
        SubscriptionFault::Crashed => "fetching it crashed, which is a fault of Parasol".to_owned(),
    }
}

/// What was given in place of an address.
pub(super) fn slip(slip: UrlSlip) -> &'static str {
    match slip {
        UrlSlip::Link => "this is the link of one server; `parasol import -` takes it",
        UrlSlip::Http => {
            "http:// is not encrypted on the way; try it with https://, or ask your provider for an address of that"
        }
        UrlSlip::NoScheme => "the address lacks its beginning; put https:// before it",
        UrlSlip::Login => "an address with a login in it is not taken",
        UrlSlip::Other => "this is not the address of a list; one begins with https:// or ssconf://",
    }
}

fn certificate(fault: CertificateFault) -> &'static str {
    match fault {
        CertificateFault::Untrusted => "is vouched for by nobody that this machine trusts",
        CertificateFault::WrongName => "is for another name",
        CertificateFault::Expired => "is not valid today, or this machine's clock is wrong",
        CertificateFault::Revoked => "was revoked",
        CertificateFault::Other => "cannot be used",
    }
}
