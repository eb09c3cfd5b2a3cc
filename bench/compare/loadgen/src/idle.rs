//! Connections that have said something small once and then are silent.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use crate::dial::Way;
use crate::hello::{self, Kind};
use crate::options::Options;
use crate::report::Report;

/// So many failures in all, and no more are tried: each may take as long as [`crate::dial`] has patience.
const PATIENCE: usize = 5;
const MESSAGE: [u8; 16] = [1; 16];

/// `loadgen idle`: opens them, says so, waits for a line (or the end) of its input, and says which still work.
pub(crate) fn command(options: &Options) -> Result<(), String> {
    let way = Way::of(options)?;
    let count = options.count.unwrap_or(2000);
    let begin = Instant::now();
    let mut open = Vec::with_capacity(count);
    let mut failed = 0;
    while open.len() < count && failed < PATIENCE {
        match connect(&way) {
            Ok(stream) => open.push(stream),
            Err(_) => failed += 1,
        }
    }
    let standing = Report::default().with("ready", open.len()).with("failed", failed);
    standing.with("secs", begin.elapsed().as_secs_f64()).print();
    io::stdin().read_line(&mut String::new()).map_err(|error| error.to_string())?;
    let alive = open.iter_mut().filter_map(|stream| echo(stream).ok()).count();
    Report::default().with("alive", alive).print();
    Ok(())
}

fn connect(way: &Way) -> io::Result<TcpStream> {
    let mut stream = way.connect()?;
    stream.write_all(&hello::encode(Kind::Echo, 0))?;
    echo(&mut stream)?;
    Ok(stream)
}

fn echo(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(&MESSAGE)?;
    let mut answer = [0; MESSAGE.len()];
    stream.read_exact(&mut answer)?;
    if answer == MESSAGE { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}
