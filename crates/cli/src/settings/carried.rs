//! What is relayed, TCP, UDP or both, out of options and file.

use std::time::Duration;

use parasol_app::relay::{PortMode, RelaySpec};

use crate::args::CarriedArgs;
use crate::config_file::ConfigFile;
use crate::fault::Fault;

/// The mode of the options, if they say one.
pub(super) fn asked(args: &CarriedArgs) -> Option<PortMode> {
    [(args.tcp_and_udp, PortMode::TcpAndUdp), (args.udp_only, PortMode::UdpOnly), (args.tcp_only, PortMode::TcpOnly)]
        .into_iter()
        .find_map(|(asked, mode)| asked.then_some(mode))
}

/// The mode of that name.
pub(super) fn mode(name: &str) -> Result<PortMode, Fault> {
    match name {
        "tcp_only" => Ok(PortMode::TcpOnly),
        "tcp_and_udp" => Ok(PortMode::TcpAndUdp),
        "udp_only" => Ok(PortMode::UdpOnly),
        other => Err(Fault::UnknownMode { mode: super::plugin::short(other) }),
    }
}

/// The options win over what stands beside a port in the file, and that over the whole file.
pub(super) fn mode_of(args: &CarriedArgs, own: Option<&str>, file: &ConfigFile) -> Result<PortMode, Fault> {
    let named = own.or(file.mode.as_deref()).map(mode).transpose()?;
    Ok(asked(args).or(named).unwrap_or_default())
}

/// How long UDP clients are remembered, and how many.
pub(super) fn limits(spec: RelaySpec, args: &CarriedArgs, file: &ConfigFile) -> RelaySpec {
    let spec = match args.udp_timeout.or(file.udp_timeout) {
        Some(seconds) => spec.udp_timeout(Duration::from_secs(seconds.into())),
        None => spec,
    };
    match args.udp_max_associations.map(u64::from).or(file.udp_max_associations) {
        Some(most) => spec.udp_max_associations(usize::try_from(most).unwrap_or(usize::MAX)),
        None => spec,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_win_over_a_port_and_that_over_the_file() {
        let file = |mode: Option<&str>| ConfigFile { mode: mode.map(str::to_owned), ..ConfigFile::default() };
        let udp = CarriedArgs { udp_only: true, ..CarriedArgs::default() };
        let none = CarriedArgs::default();
        for (args, own, whole, expected) in [
            (&none, None, None, PortMode::TcpAndUdp),
            (&none, None, Some("tcp_only"), PortMode::TcpOnly),
            (&none, Some("udp_only"), Some("tcp_only"), PortMode::UdpOnly),
            (&udp, Some("tcp_only"), Some("tcp_and_udp"), PortMode::UdpOnly),
        ] {
            assert_eq!(mode_of(args, own, &file(whole)).unwrap(), expected, "{own:?} {whole:?}");
        }
        assert!(matches!(mode_of(&udp, Some("both"), &file(None)), Err(Fault::UnknownMode { .. })));
    }
}
