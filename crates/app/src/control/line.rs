//! Lines of a bounded length.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// What came. Wiped when dropped: a link may stand in it.
#[derive(Debug)]
pub(super) enum Line {
    /// A line, without its end. What follows it is nobody's.
    Whole(Zeroizing<Vec<u8>>),
    /// As much as a line may have, and no end.
    TooLong,
    /// The other side has ended before its line has.
    Cut {
        /// It had said something.
        begun: bool,
    },
}

/// Reads a line of at most that many bytes, its end included.
pub(super) async fn read(from: &mut (impl AsyncRead + Unpin), most: usize) -> io::Result<Line> {
    /// What most lines fit in.
    const USUAL: usize = 4 << 10;
    let mut line = Zeroizing::new(vec![0; USUAL.min(most)]);
    let mut filled = 0;
    loop {
        let read = from.read(&mut line[filled..]).await?;
        if read == 0 {
            return Ok(Line::Cut { begun: filled > 0 });
        }
        if let Some(end) = line[filled..filled + read].iter().position(|byte| *byte == b'\n') {
            line.truncate(filled + end);
            return Ok(Line::Whole(line));
        }
        filled += read;
        if filled == most {
            return Ok(Line::TooLong);
        }
        if filled == line.len() {
            // Into a new one: what a growing one leaves behind is wiped by nobody.
            let mut longer = Zeroizing::new(vec![0; (2 * filled).min(most)]);
            longer[..filled].copy_from_slice(&line);
            line = longer;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read_all(mut bytes: &[u8], most: usize) -> Line {
        read(&mut bytes, most).await.unwrap()
    }

    #[tokio::test]
    async fn a_line_ends_at_its_end_or_at_the_most() {
        for len in [0, 1, 4095, 4096, 4097, 8191, 9998] {
            let text = "x".repeat(len);
            match read_all(format!("{text}\nmore\n").as_bytes(), 10_000).await {
                Line::Whole(line) => assert_eq!(*line, text.as_bytes()),
                other => panic!("{len}: {other:?}"),
            }
        }
        assert!(matches!(read_all(&[b'x'; 20_000], 10_000).await, Line::TooLong));
        assert!(matches!(read_all(b"", 10).await, Line::Cut { begun: false }));
        assert!(matches!(read_all(b"half", 10).await, Line::Cut { begun: true }));
        assert!(matches!(read_all(b"123456789\n", 10).await, Line::Whole(_)));
    }
}
