//! From a port's draft, as typed, to a saved port, and from there to what the relay opens: by one set of rules.

use std::net::{Ipv4Addr, SocketAddr};

use parasol_proto::credentials::MAX_FIELD;
use parasol_proto::dns;
use parasol_proto::{Address, Credentials, CredentialsError};

use crate::check::{MAX_NAME, longer, port as port_number};
use crate::document::Document;
use crate::draft::Fault;
use crate::port::{PortKind, SavedPort};
use crate::port_draft::{PortDraft, PortField, PortFieldProblem};
use crate::relay::{RelaySpec, SharedServer};

/// The port that the draft would become beside what `document` has saved.
///
/// # Errors
/// Everything that is wrong, in the order of the editor's fields, at most one fault for a field.
pub fn check(draft: &PortDraft, document: &Document) -> Result<SavedPort, Vec<PortFieldProblem>> {
    let saved = draft.id.as_deref().and_then(|id| document.port(id));
    let mut port = saved.cloned().unwrap_or_else(|| SavedPort { id: SavedPort::new_id(), ..SavedPort::default() });
    let mixed = draft.kind == PortKind::Mixed;
    draft.name.trim().clone_into(&mut port.name);
    port.kind = draft.kind;
    port.target = if mixed { String::new() } else { draft.target.trim().to_owned() };
    port.profile = draft.profile.clone().filter(|id| !id.is_empty());
    port.carries = if draft.kind == PortKind::Dns { Default::default() } else { draft.carries };
    // Only a mixed port can ask for a login, and without one nothing is opened to other machines.
    port.lan = draft.lan && mixed;
    port.user = if mixed { draft.user.clone() } else { String::new() };
    match &draft.password {
        // A login that is taken away takes its password along.
        _ if !mixed || (draft.user.is_empty() && draft.password.is_none()) => {
            (port.password, port.sealed) = ("".into(), None);
        }
        Some(password) => (port.password, port.sealed) = (password.as_str().into(), None),
        None => {}
    }

    let mut problems = Vec::new();
    let mut say = |field, fault| problems.push(PortFieldProblem { field, fault });
    if longer(&port.name, MAX_NAME) {
        say(PortField::Name, Fault::TooLong);
    }
    match port_number(&draft.port) {
        Ok(number) if document.port_is_used(number, Some(&port.id)) => say(PortField::Port, Fault::PortUsedTwice),
        Ok(number) => port.port = number,
        Err(fault) => say(PortField::Port, fault),
    }
    if let Err(fault) = target(&port) {
        say(PortField::Target, fault);
    }
    if port.profile.as_deref().is_some_and(|id| document.profile(id).is_none()) {
        say(PortField::Profile, Fault::NoSuchProfile);
    }
    if let Err(PortFieldProblem { field, fault }) = login(&port) {
        say(field, fault);
    }
    if problems.is_empty() { Ok(port) } else { Err(problems) }
}

/// What the relay opens for a port: it goes by the port's id, and out through `server`.
///
/// # Errors
/// The first field that is wrong, in the order of the editor's.
pub fn relay_spec(port: &SavedPort, server: impl Into<SharedServer>) -> Result<RelaySpec, PortFieldProblem> {
    let bad = |field| move |fault| PortFieldProblem { field, fault };
    if port.port == 0 {
        return Err(bad(PortField::Port)(Fault::BadPort));
    }
    if port.is_locked() {
        return Err(bad(PortField::Password)(Fault::Empty));
    }
    let target = target(port).map_err(bad(PortField::Target))?;
    let login = login(port)?;
    let listen = listen(port);
    let spec = match (port.kind, target) {
        (PortKind::Tunnel, Some(target)) => RelaySpec::tunnel(listen, target, server).mode(port.carries.into()),
        (PortKind::Dns, Some(remote)) => RelaySpec::dns(listen, remote, Vec::new(), server),
        (PortKind::Mixed | PortKind::Tunnel | PortKind::Dns, _) => {
            let spec = RelaySpec::local(listen, server).mode(port.carries.into());
            login.iter().fold(spec, RelaySpec::login)
        }
    };
    Ok(spec.named(&port.id))
}

/// Whether other machines can reach a port.
#[must_use]
pub fn is_for_others(port: &SavedPort) -> bool {
    port.lan && port.kind == PortKind::Mixed
}

/// Where a port listens: on loopback, or on every IPv4 address of this machine.
#[must_use]
pub fn listen(port: &SavedPort) -> SocketAddr {
    let ip = if is_for_others(port) { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    SocketAddr::from((ip, port.port))
}

/// `None` for a mixed port, which has none.
fn target(port: &SavedPort) -> Result<Option<Address>, Fault> {
    let typed = port.target.trim();
    match port.kind {
        PortKind::Mixed => Ok(None),
        PortKind::Tunnel | PortKind::Dns if typed.is_empty() => Err(Fault::Empty),
        PortKind::Tunnel => typed.parse().map(Some).map_err(|_| Fault::BadTarget),
        PortKind::Dns => {
            let address = Address::from_host(typed, dns::PORT).or_else(|_| typed.parse());
            address.map(Some).map_err(|_| Fault::BadNameServer)
        }
    }
}

fn login(port: &SavedPort) -> Result<Option<Credentials>, PortFieldProblem> {
    let bad = |field, fault| Err(PortFieldProblem { field, fault });
    let (user, password) = (port.user.as_str(), port.password.as_str());
    if port.kind != PortKind::Mixed {
        return Ok(None);
    }
    match (user.is_empty(), password.is_empty()) {
        (true, true) if port.lan => return bad(PortField::User, Fault::LoginNeeded),
        (true, true) => return Ok(None),
        (true, false) => return bad(PortField::User, Fault::Empty),
        // It is looked at when it is opened; until then the port is not.
        (false, true) if port.is_locked() => return Ok(None),
        (false, true) => return bad(PortField::Password, Fault::Empty),
        (false, false) => {}
    }
    let of_user = |wrong: bool| if wrong { PortField::User } else { PortField::Password };
    match Credentials::new(user, password) {
        Ok(credentials) => Ok(Some(credentials)),
        Err(CredentialsError::Empty) => bad(PortField::Password, Fault::Empty),
        Err(CredentialsError::TooLong) => bad(of_user(user.len() > MAX_FIELD), Fault::TooLong),
        Err(CredentialsError::Colon) => bad(PortField::User, Fault::BadLogin),
        Err(CredentialsError::Control) => bad(of_user(user.chars().any(char::is_control)), Fault::BadLogin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Carries;
    use crate::profile::Profile;

    fn draft() -> PortDraft {
        PortDraft {
            id: None,
            name: "Work".into(),
            port: "1081".into(),
            kind: PortKind::Mixed,
            target: String::new(),
            profile: None,
            lan: false,
            user: String::new(),
            password: None,
            carries: Carries::Both,
        }
    }

    fn document() -> Document {
        let mut document = Document::default();
        document.profiles.push(Profile { id: "tokyo".into(), ..Profile::default() });
        document.ports.push(SavedPort { id: "dns".into(), port: 5353, ..SavedPort::default() });
        document
    }

    fn faults(draft: &PortDraft) -> Vec<(PortField, Fault)> {
        let problems = check(draft, &document()).err().unwrap_or_default();
        problems.into_iter().map(|problem| (problem.field, problem.fault)).collect()
    }

    #[test]
    fn every_field_is_checked_by_the_relays_own_rules() {
        type Change = fn(&mut PortDraft);
        let cases: [(Change, Option<(PortField, Fault)>); 26] = [
            (|_| (), None),
            (|d| d.name = "n".repeat(201), Some((PortField::Name, Fault::TooLong))),
            (|d| d.port = String::new(), Some((PortField::Port, Fault::Empty))),
            (|d| d.port = "0".into(), Some((PortField::Port, Fault::BadPort))),
            (|d| d.port = "65535".into(), None),
            (|d| d.port = "65536".into(), Some((PortField::Port, Fault::BadPort))),
            (|d| d.port = "1080".into(), Some((PortField::Port, Fault::PortUsedTwice))),
            (|d| d.port = "5353".into(), Some((PortField::Port, Fault::PortUsedTwice))),
            (|d| (d.id, d.port) = (Some("dns".into()), "5353".into()), None),
            (|d| d.kind = PortKind::Tunnel, Some((PortField::Target, Fault::Empty))),
            (
                |d| (d.kind, d.target) = (PortKind::Tunnel, "example.org".into()),
                Some((PortField::Target, Fault::BadTarget)),
            ),
            (|d| (d.kind, d.target) = (PortKind::Tunnel, " example.org:22 ".into()), None),
            (|d| d.kind = PortKind::Dns, Some((PortField::Target, Fault::Empty))),
            (|d| (d.kind, d.target) = (PortKind::Dns, "9.9.9.9".into()), None),
            (|d| (d.kind, d.target) = (PortKind::Dns, "2620:fe::fe".into()), None),
            (|d| (d.kind, d.target) = (PortKind::Dns, "9.9.9.9:5353".into()), None),
            (|d| (d.kind, d.target) = (PortKind::Dns, "a b".into()), Some((PortField::Target, Fault::BadNameServer))),
            (|d| d.profile = Some("tokyo".into()), None),
            (|d| d.profile = Some("oslo".into()), Some((PortField::Profile, Fault::NoSuchProfile))),
            (|d| d.lan = true, Some((PortField::User, Fault::LoginNeeded))),
            (|d| (d.lan, d.user) = (true, "me".into()), Some((PortField::Password, Fault::Empty))),
            (|d| (d.lan, d.user, d.password) = (true, "me".into(), Some("pass".into())), None),
            (|d| d.password = Some("pass".into()), Some((PortField::User, Fault::Empty))),
            (|d| (d.user, d.password) = ("m:e".into(), Some("pass".into())), Some((PortField::User, Fault::BadLogin))),
            (
                |d| (d.user, d.password) = ("me".into(), Some("p\n".into())),
                Some((PortField::Password, Fault::BadLogin)),
            ),
            (
                |d| (d.user, d.password) = ("me".into(), Some("p".repeat(256))),
                Some((PortField::Password, Fault::TooLong)),
            ),
        ];
        for (at, (change, expected)) in cases.into_iter().enumerate() {
            let mut draft = draft();
            change(&mut draft);
            assert_eq!(faults(&draft), Vec::from_iter(expected), "case {at}");
        }
    }

    #[test]
    fn a_draft_without_a_password_keeps_the_saved_one_until_the_login_is_taken_away() {
        let mut document = document();
        let set = PortDraft { id: Some("dns".into()), user: "me".into(), password: Some("pass".into()), ..draft() };
        document.ports = vec![check(&set, &document).unwrap()];
        let kept = check(&PortDraft { password: None, ..set.clone() }, &document).unwrap();
        assert_eq!((kept.user.as_str(), kept.password.as_str()), ("me", "pass"));
        let gone = check(&PortDraft { user: String::new(), password: None, ..set }, &document).unwrap();
        assert_eq!(gone.password.as_str(), "");
    }

    #[test]
    fn nothing_that_a_hand_at_the_file_wrote_opens_a_port_to_others_without_a_login() {
        let server = parasol_proto::ServerConfig::new(
            "example.net:8388".parse().unwrap(),
            parasol_proto::Method::Aes128Gcm,
            "x",
        )
        .unwrap();
        let open = |port: &SavedPort| relay_spec(port, server.clone()).map(drop).map_err(|problem| problem.fault);
        let lan = SavedPort { id: "a".into(), port: 1081, lan: true, ..SavedPort::default() };
        assert_eq!(open(&lan), Err(Fault::LoginNeeded));
        assert_eq!(open(&SavedPort { port: 0, lan: false, ..lan.clone() }), Err(Fault::BadPort));
        let tunnel = SavedPort { kind: PortKind::Tunnel, target: "example.org:22".into(), ..lan.clone() };
        assert_eq!(open(&tunnel), Ok(()));
        assert!(listen(&tunnel).ip().is_loopback());
        let login = SavedPort { user: "me".into(), password: "pass".into(), ..lan };
        assert_eq!(open(&login), Ok(()));
        assert!(listen(&login).ip().is_unspecified());
    }
}
