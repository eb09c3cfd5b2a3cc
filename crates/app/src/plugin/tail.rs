//! `Tail`: the last of what a plugin writes. All of it is read, so that the plugin never waits for us, and nearly all of
//! it is thrown away. It is never logged: plugins name the targets of the user's traffic.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

/// How many bytes are kept of each output.
const KEPT: usize = 64 * 1024;
/// How many characters of a line are shown.
const SHOWN: usize = 200;

/// The end of one output.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail(Arc<Mutex<Vec<u8>>>);

impl Tail {
    /// Reads until the other side has closed.
    pub(super) async fn drain(self, mut output: impl AsyncRead + Unpin) {
        let mut buffer = vec![0; 16 * 1024];
        // An output that cannot be read has nothing more to say.
        while let Ok(n @ 1..) = output.read(&mut buffer).await {
            self.add(&buffer[..n]);
        }
    }

    fn add(&self, bytes: &[u8]) {
        let mut kept = self.bytes();
        let surplus = (kept.len() + bytes.len()).saturating_sub(KEPT).min(kept.len());
        kept.drain(..surplus);
        kept.extend_from_slice(bytes);
    }

    /// The last line that says something, fit to be shown: cut, and with everything that is not plain text escaped.
    pub(super) fn last_line(&self) -> Option<String> {
        let kept = self.bytes();
        let lines = kept.rsplit(|&byte| byte == b'\n');
        let line = lines.map(|line| line.trim_ascii()).find(|line| !line.is_empty())?;
        // Four bytes a character at most; what lies behind is not looked at.
        let line = String::from_utf8_lossy(&line[..line.len().min(4 * SHOWN)]);
        Some(plain(&line))
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// At most [`SHOWN`] characters of it.
pub(super) fn plain(text: &str) -> String {
    let end = text.char_indices().nth(SHOWN).map_or(text.len(), |(at, _)| at);
    crate::plain::plain(&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_line_that_says_something_is_kept() {
        for (written, line) in [
            ("", None),
            ("\n \r\n\n", None),
            ("one\ntwo", Some("two")),
            ("one\ntwo\r\n\n", Some("two")),
            ("bind() error: \"in use\"\n", Some("bind() error: \"in use\"")),
            ("\u{1b}[31mred\u{202e}txt\n", Some(r"\u{1b}[31mred\u{202e}txt")),
            ("\u{fffd}\n", Some("\u{fffd}")),
        ] {
            let tail = Tail::default();
            tail.clone().drain(written.as_bytes()).await;
            assert_eq!(tail.last_line().as_deref(), line, "{written:?}");
        }
    }

    #[tokio::test]
    async fn an_endless_output_takes_bounded_room() {
        let tail = Tail::default();
        let endless = vec![b'x'; 1 << 20];
        tail.clone().drain(&endless[..]).await;
        tail.clone().drain(&b"\xff\xfe"[..]).await;
        assert_eq!(tail.bytes().len(), KEPT);
        assert!(tail.bytes().capacity() <= 2 * KEPT);
        assert_eq!(tail.last_line().unwrap().chars().count(), SHOWN);
        tail.clone().drain(&b"\nthe end\n"[..]).await;
        assert_eq!(tail.last_line().as_deref(), Some("the end"));
    }
}
