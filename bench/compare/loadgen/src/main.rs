//! Load for relays, and the origin that the load goes to. Loopback only, Linux only.
//!
//! ```text
//!  loadgen bulk, ping, …  ──►  local  ──►  server  ──►  loadgen origin
//!  (or straight to the origin, without --socks)
//! ```
//! Whatever it does has to cost next to nothing beside the relays between: bulk data leaves by sendfile(2) from memory
//! and is taken off by MSG_TRUNC, without a copy; datagrams go by sendmmsg(2) and recvmmsg(2).
//!
//! | module | what it knows |
//! |---|---|
//! | [`options`] | the command line |
//! | [`origin`], [`hello`] | the target of all load, and what it is told first |
//! | [`bulk`], [`ping`], [`conns`], [`udp`], [`idle`] | one kind of load each |
//! | [`mixed`] | all of them at once, for long runs |
//! | [`run`] | warming up, measuring, ending |
//! | [`dial`] | a way to the origin, through SOCKS5 or straight |
//! | [`cpu`], [`latency`], [`report`] | what is said at the end: one line of JSON |
//! | [`pattern`] | the bytes that are sent, and whether these are they |
//! | [`sys`] | the system calls that the standard library has no words for |

mod bulk;
mod conns;
mod cpu;
mod dial;
mod hello;
mod idle;
mod latency;
mod mixed;
mod options;
mod origin;
mod pattern;
mod ping;
mod report;
mod run;
mod sys;
mod udp;

use std::process::ExitCode;

use crate::options::Options;

const USAGE: &str = "\
loadgen origin --listen A
loadgen bulk   --target A [--socks A] [--mode down|up|both] [--count N] [--rate MB/s of each] [--verify] [--secs S] [--warm S]
loadgen conns  --target A [--socks A] [--parallel N] [--rate connections/s] [--greet] [--secs S] [--warm S]
loadgen ping   --target A [--socks A] [--count N] [--size B] [--flows N]
loadgen udp    --target A [--socks A] [--size B] [--window N] [--secs S] [--warm S]
loadgen idle   --target A [--socks A] [--count N]      says when they stand, and waits for a line
loadgen mixed  --target A [--socks A] [--rate MB/s] [--secs S] [--warm S]
A is IPV4:PORT on loopback; --pids 1,2 adds what these processes spent";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let done = Options::parse(arguments).and_then(|options| match command.as_str() {
        "origin" => origin::serve(options.listen()?).map_err(|error| error.to_string()),
        "bulk" => bulk::command(&options),
        "conns" => conns::command(&options),
        "ping" => ping::command(&options),
        "udp" => udp::command(&options),
        "idle" => idle::command(&options),
        "mixed" => mixed::command(&options),
        _ => Err(USAGE.to_owned()),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("loadgen: {error}");
            ExitCode::from(2)
        }
    }
}
