//! How sockets are set up, out of options and file.

use std::time::Duration;

use parasol_app::relay::{Families, SocketOptions};

use crate::args::SocketArgs;
use crate::config_file::SocketKeys;
use crate::fault::Fault;

/// The options win over the file; what neither says is as usual.
pub(super) fn of(args: &SocketArgs, file: &SocketKeys) -> Result<SocketOptions, Fault> {
    let usual = SocketOptions::default();
    let keep_alive = match args.keep_alive.map(u64::from).or(file.keep_alive) {
        None => usual.keep_alive,
        Some(0) => None,
        // What Linux takes at most.
        Some(seconds) => Some(Duration::from_secs(seconds.min(32_767))),
    };
    let families = match (args.ipv6_names_only, args.ipv6_first || file.ipv6_first) {
        (true, _) => Families::V6Only,
        (false, true) => Families::V6First,
        (false, false) => usual.families,
    };
    let options = SocketOptions {
        keep_alive,
        no_delay: args.no_delay || file.no_delay.unwrap_or(usual.no_delay),
        fast_open: args.fast_open || file.fast_open,
        mptcp: args.mptcp || file.mptcp,
        families,
        listen_v6_only: file.ipv6_only,
        bind_address: args.bind_address.or(file.bind_address),
        interface: args.interface.clone().or_else(|| file.interface.clone()),
        mark: args.outbound_fwmark.or(file.mark),
        reuse_port: args.reuse_port || file.reuse_port,
    };
    match options.unsupported() {
        Some(option) => Err(Fault::Unsupported { option }),
        None => Ok(options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_win_over_the_file() {
        let nothing = of(&SocketArgs::default(), &SocketKeys::default()).unwrap();
        assert_eq!(nothing, SocketOptions::default());
        let file = SocketKeys {
            no_delay: Some(false),
            keep_alive: Some(0),
            ipv6_first: true,
            ipv6_only: true,
            bind_address: Some([127, 0, 0, 1].into()),
            ..SocketKeys::default()
        };
        let read = of(&SocketArgs::default(), &file).unwrap();
        assert_eq!((read.no_delay, read.keep_alive, read.families), (false, None, Families::V6First));
        assert!(read.listen_v6_only);
        let args = SocketArgs {
            no_delay: true,
            keep_alive: Some(15),
            ipv6_names_only: true,
            bind_address: Some([127, 0, 0, 2].into()),
            ..SocketArgs::default()
        };
        let both = of(&args, &file).unwrap();
        assert_eq!((both.no_delay, both.keep_alive), (true, Some(Duration::from_secs(15))));
        assert_eq!((both.families, both.bind_address), (Families::V6Only, Some([127, 0, 0, 2].into())));
    }
}
