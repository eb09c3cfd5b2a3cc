//! Words for what a diagnosis finds.

use parasol_app::diagnosis::{Action, DiagnosisReason, DiagnosisStep, SelfTestPlace};
use parasol_app::state::KeyStoreView;
use parasol_app::subscription::SubscriptionFault;
use parasol_app::tested::TestStep;

use crate::words;

/// A step.
pub(crate) fn step(step: DiagnosisStep) -> &'static str {
    match step {
        DiagnosisStep::Port => "port",
        DiagnosisStep::SystemProxy => "system proxy",
        DiagnosisStep::Tray => "tray",
        DiagnosisStep::KeyStore => "password store",
        DiagnosisStep::Socks5 => "SOCKS5 here",
        DiagnosisStep::Http => "HTTP here",
        DiagnosisStep::LocalUdp => "UDP here",
        DiagnosisStep::Resolve => words::step(TestStep::Resolve),
        DiagnosisStep::Connect => words::step(TestStep::Connect),
        DiagnosisStep::Handshake => words::step(TestStep::Handshake),
        DiagnosisStep::FirstByte => words::step(TestStep::FirstByte),
        DiagnosisStep::Udp => words::step(TestStep::Udp),
        DiagnosisStep::Clock => "clock",
        DiagnosisStep::Plugin => "plugin",
        DiagnosisStep::Names => "names",
    }
}

/// Why it was not passed.
pub(crate) fn reason(reason: &DiagnosisReason) -> String {
    let words = match reason {
        DiagnosisReason::Problem { problem } => return words::problem(problem),
        DiagnosisReason::Server { verdict } => return words::tested(verdict),
        DiagnosisReason::Untested { reason } => words::reason(*reason),
        DiagnosisReason::PortSilent => "the port takes connections and does not answer as Parasol does",
        DiagnosisReason::ProxyNotSet => "Parasol is on, and the system proxy does not point at it",
        DiagnosisReason::ProxyLeft => "the system proxy points at a Parasol that died",
        DiagnosisReason::NoTray => "this desktop shows no tray icons; on GNOME, its AppIndicator extension does",
        DiagnosisReason::KeyStore { says } => key_store(says),
        DiagnosisReason::SelfTest { place: SelfTestPlace::Port { port } } => {
            return format!(
                "what was said through port {port} on this machine did not come back; look at its firewall"
            );
        }
        DiagnosisReason::SelfTest { place: SelfTestPlace::Method { name } } => {
            return format!(
                "what was said through a server of our own with {name} did not come back; look at this machine's firewall"
            );
        }
        DiagnosisReason::WrongClock { ahead_s } => {
            let way = if *ahead_s < 0 { "behind" } else { "ahead" };
            return format!(
                "this machine's clock is {} s {way}; 2022 methods need a right one",
                ahead_s.unsigned_abs()
            );
        }
        DiagnosisReason::NamesAskedHere => {
            "the name of something that goes through the server was asked for here; please report this"
        }
        DiagnosisReason::TooLong => "it took too long",
        DiagnosisReason::Off => "Parasol is off",
        DiagnosisReason::Changing => "it is just changing",
        DiagnosisReason::ProxyLeftAlone => "it is to be left alone",
        DiagnosisReason::NoWindow => "a terminal has none",
        DiagnosisReason::SecretsInFile => "it is not used: passwords are in a file for you alone",
        DiagnosisReason::LinkGiven => "a link needs none",
        DiagnosisReason::NoTime { fault } => return format!("nobody told the time: {}", no_time(fault)),
        DiagnosisReason::BadTime => "the host that was asked told no time",
        DiagnosisReason::NoPlugin => "there is none",
        DiagnosisReason::AllDirect => "everything goes directly, and is looked up here",
        DiagnosisReason::NamesNotAsked => "it could not be tried on this machine",
    };
    words.to_owned()
}

/// What helps, here.
pub(crate) fn action(action: &Action) -> String {
    let words = match action {
        Action::UsePort { port } => return format!("port {port} is free: set it in the window, or end that program"),
        Action::EditPort => "change the port in the window's settings, or end that program",
        Action::TryAgain => "switch it on again: parasol on",
        Action::TakeProxyBack => "have it set again in the window",
        Action::LeaveProxy => "have it left alone in the window's settings",
        Action::GiveProxyBack => "give it back: parasol proxy release",
        Action::UnlockSecrets => "unlock it, and try again",
        Action::AddProfile => "add one: parasol import",
        Action::EditProfile => "compare the profile with what the server's owner says",
        Action::ApprovePlugin => "approve it in the window, if you know it",
        Action::ApproveLegacy => "approve it in the window, or better ask for another one",
        Action::SetClock => "set it right",
        Action::EditProbe => "give another address with --fetch",
    };
    words.to_owned()
}

fn key_store(says: &KeyStoreView) -> &'static str {
    match says {
        KeyStoreView::Unasked => "it has not answered yet",
        KeyStoreView::Ready => "it answers",
        KeyStoreView::Locked => "passwords are locked in it",
        KeyStoreView::Dismissed => "unlocking it was refused",
        KeyStoreView::Absent { .. } => "there is none, and passwords are sealed with a key from one",
        KeyStoreView::Silent => "it does not answer",
        KeyStoreView::NoKey => "it does not have the key that passwords are sealed with",
        KeyStoreView::Failed { .. } => "it answers that it cannot",
    }
}

/// Of the host nothing is said: the user has named it, or knows where it is named.
fn no_time(fault: &SubscriptionFault) -> &'static str {
    match fault {
        SubscriptionFault::BadUrl { .. } => "give an https:// address with --clock",
        SubscriptionFault::NoSuchHost { .. } => "the host has no address",
        SubscriptionFault::PrivateHost { .. } => "only hosts of the internet are asked",
        SubscriptionFault::NoConnection { .. } => "the host does not answer",
        SubscriptionFault::BadCertificate { .. } => {
            "the host does not prove who it is; a clock that is days wrong does that, too"
        }
        SubscriptionFault::NoAuthorities => "this machine's certificates cannot be read",
        SubscriptionFault::TimedOut => "it took too long",
        _ => "what came is no answer",
    }
}
