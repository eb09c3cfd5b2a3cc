//! Who may open and close the server's ports, out of options and file.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use parasol_app::manager::{MakePort, ManagerAddress, Telling};
use parasol_proto::link::Password;

use crate::args::{ManagerArgs, ManagerStyle};
use crate::config_file::ConfigFile;
use crate::fault::Fault;

/// A manager's socket, and what a port is that it adds.
pub(crate) struct Managed {
    pub(crate) address: ManagerAddress,
    pub(crate) telling: Telling,
    pub(crate) make: MakePort,
    /// Password and method of each port that is open from the start.
    pub(crate) first: Vec<(Password, &'static str)>,
}

/// Where commands are taken, if anywhere.
pub(super) fn address(
    args: &ManagerArgs,
    file: &ConfigFile,
    warnings: &mut Vec<String>,
) -> Result<Option<ManagerAddress>, Fault> {
    let (text, port) = match (&args.manager_address, &file.manager_address) {
        (Some(text), _) => (text, None),
        (None, Some(text)) => (text, file.manager_port),
        (None, None) => return Ok(None),
    };
    let Some(address) = udp(text, port) else {
        return Ok(Some(ManagerAddress::Unix(text.into())));
    };
    if !(address.ip().is_loopback() || args.manager_from_anywhere || file.manager_from_anywhere) {
        return Err(Fault::ManagerOpen { address });
    }
    let who = if address.ip().is_loopback() { "every user of this machine" } else { "whoever reaches that address" };
    warnings.push(format!("{who} can send commands to {address}; a path in its place is for this user alone"));
    Ok(Some(ManagerAddress::Udp(address)))
}

/// The warning of a server whose clients may reach this machine, and so where commands are taken over UDP.
pub(super) fn open_to_clients(address: &ManagerAddress) -> Option<String> {
    match address {
        ManagerAddress::Udp(address) => Some(format!(
            "with private targets allowed, every client of the server can send commands to {address} through it"
        )),
        ManagerAddress::Unix(_) => None,
    }
}

/// `IP:PORT`, or an IP with the port beside it. Everything else is a path, as in other programs.
fn udp(text: &str, port: Option<u16>) -> Option<SocketAddr> {
    let ip = |text: &str| match text {
        "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        text => parasol_proto::address::without_brackets(text).parse().ok(),
    };
    match port {
        Some(port) => Some(SocketAddr::new(ip(text)?, port)),
        None => {
            let (host, port) = text.rsplit_once(':')?;
            Some(SocketAddr::new(ip(host)?, port.parse().ok()?))
        }
    }
}

pub(super) fn telling(args: &ManagerArgs) -> Telling {
    match args.manager_style {
        Some(ManagerStyle::Python) => Telling::News,
        Some(ManagerStyle::Totals) | None => Telling::Totals,
    }
}

impl fmt::Debug for Managed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Managed").field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_ip_with_a_port_or_a_path() {
        for (text, port, expected) in [
            ("127.0.0.1:6001", None, Some("127.0.0.1:6001")),
            ("[::1]:6001", None, Some("[::1]:6001")),
            ("localhost:6001", None, Some("127.0.0.1:6001")),
            ("127.0.0.1", Some(6001), Some("127.0.0.1:6001")),
            ("::1", Some(6001), Some("[::1]:6001")),
            ("/run/manager.sock", None, None),
            ("/run/manager.sock", Some(6001), None),
            ("manager.sock", None, None),
        ] {
            assert_eq!(udp(text, port), expected.map(|address| address.parse().unwrap()), "{text} {port:?}");
        }
    }

    #[test]
    fn commands_from_other_machines_must_be_asked_for() {
        let args = |text: &str, anywhere| ManagerArgs {
            manager_address: Some(text.to_owned()),
            manager_from_anywhere: anywhere,
            ..ManagerArgs::default()
        };
        for (text, anywhere, warned, works) in [
            ("127.0.0.1:1", false, 1, true),
            ("0.0.0.0:1", false, 0, false),
            ("192.0.2.1:1", false, 0, false),
            ("0.0.0.0:1", true, 1, true),
            ("/tmp/x", false, 0, true),
        ] {
            let mut warnings = Vec::new();
            let found = address(&args(text, anywhere), &ConfigFile::default(), &mut warnings);
            assert_eq!((found.is_ok(), warnings.len()), (works, warned), "{text} {anywhere}");
        }
    }
}
