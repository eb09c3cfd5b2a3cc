//! The command line: `--name value`, the same names for every command.

use std::net::SocketAddrV4;
use std::str::FromStr;
use std::time::Duration;

/// What was typed. Each command says itself what stands in for what was not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    listen: Option<SocketAddrV4>,
    target: Option<SocketAddrV4>,
    /// The local's port; without it the way is straight to the target.
    pub(crate) socks: Option<SocketAddrV4>,
    pub(crate) mode: Option<String>,
    pub(crate) count: Option<usize>,
    pub(crate) size: Option<usize>,
    pub(crate) flows: Option<usize>,
    pub(crate) parallel: Option<usize>,
    pub(crate) window: Option<usize>,
    pub(crate) rate: Option<u32>,
    secs: Option<f64>,
    warm: Option<f64>,
    pub(crate) verify: bool,
    pub(crate) greet: bool,
    /// Processes whose processor time is asked for.
    pub(crate) pids: Vec<u32>,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options::default();
        while let Some(name) = arguments.next() {
            match name.as_str() {
                "--verify" => options.verify = true,
                "--greet" => options.greet = true,
                _ => {
                    let value = arguments.next().ok_or_else(|| format!("{name} wants a value"))?;
                    options.set(&name, &value)?;
                }
            }
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "--listen" => self.listen = Some(loopback(name, value)?),
            "--target" => self.target = Some(loopback(name, value)?),
            "--socks" => self.socks = Some(loopback(name, value)?),
            "--mode" => self.mode = Some(value.to_owned()),
            "--count" => self.count = Some(parsed(name, value)?),
            "--size" => self.size = Some(parsed(name, value)?),
            "--flows" => self.flows = Some(parsed(name, value)?),
            "--parallel" => self.parallel = Some(parsed(name, value)?),
            "--window" => self.window = Some(parsed(name, value)?),
            "--rate" => self.rate = Some(parsed(name, value)?),
            "--secs" => self.secs = Some(parsed(name, value)?),
            "--warm" => self.warm = Some(parsed(name, value)?),
            "--pids" => self.pids = value.split(',').map(|pid| parsed(name, pid)).collect::<Result<_, _>>()?,
            _ => return Err(format!("{name} is no option")),
        }
        Ok(())
    }

    pub(crate) fn listen(&self) -> Result<SocketAddrV4, String> {
        self.listen.ok_or_else(|| "--listen is missing".to_owned())
    }

    pub(crate) fn target(&self) -> Result<SocketAddrV4, String> {
        self.target.ok_or_else(|| "--target is missing".to_owned())
    }

    /// How long is measured.
    pub(crate) fn measured(&self) -> Duration {
        Duration::from_secs_f64(self.secs.unwrap_or(3.0))
    }

    /// How long before that.
    pub(crate) fn warm_up(&self) -> Duration {
        Duration::from_secs_f64(self.warm.unwrap_or(0.3))
    }
}

fn parsed<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name} {value}: not understood"))
}

fn loopback(name: &str, value: &str) -> Result<SocketAddrV4, String> {
    let address: SocketAddrV4 = parsed(name, value)?;
    if address.ip().is_loopback() { Ok(address) } else { Err(format!("{name} {value}: loopback only")) }
}
