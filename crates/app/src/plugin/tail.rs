//! `Tail`: the last of what a plugin writes. All of it is read, so that the plugin never waits for us, and nearly all of
//! it is thrown away. It is never logged: plugins name the targets of the user's traffic.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

use super::start::Running;

/// How many bytes are kept of each output.
const KEPT: usize = 64 * 1024;
/// How many characters of a line are shown.
const SHOWN: usize = 200;

/// How many lines are shown at most.
const LINES: usize = 5;

/// Where the last lines of a plugin are found, over its restarts.
#[derive(Debug, Clone, Default)]
pub(super) struct Said(Arc<Mutex<[Tail; 2]>>);

impl Said {
    /// From now on those of this start.
    pub(super) fn is_now_by(&self, running: &Running) {
        *self.outputs() = running.outputs();
    }

    /// Those of the errors where there are any, else the others; the last one last.
    pub(super) fn last_lines(&self) -> Vec<String> {
        let outputs = self.outputs();
        outputs.iter().map(Tail::last_lines).find(|lines| !lines.is_empty()).unwrap_or_default()
    }

    fn outputs(&self) -> MutexGuard<'_, [Tail; 2]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
        self.last(1).pop()
    }

    /// The last ones, likewise.
    fn last_lines(&self) -> Vec<String> {
        self.last(LINES)
    }

    fn last(&self, most: usize) -> Vec<String> {
        let kept = self.bytes();
        let lines = kept.rsplit(|&byte| byte == b'\n').map(|line| line.trim_ascii());
        let mut last: Vec<String> = lines.filter(|line| !line.is_empty()).take(most).map(shown).collect();
        last.reverse();
        last
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Four bytes a character at most; what lies behind is not looked at.
fn shown(line: &[u8]) -> String {
    plain(&String::from_utf8_lossy(&line[..line.len().min(4 * SHOWN)]))
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
    async fn the_last_lines_are_told_in_their_order_and_those_of_errors_before_others() {
        let said = Said::default();
        assert!(said.last_lines().is_empty());
        let [err, out] = said.outputs().clone();
        let lines: String = (1..=9).map(|n| format!("line {n}\u{1b}[2J\r\n\n")).collect();
        out.drain(lines.as_bytes()).await;
        let shown: Vec<String> = (5..=9).map(|n| format!(r"line {n}\u{{1b}}[2J")).collect();
        assert_eq!(said.last_lines(), shown);
        err.drain(&b"wrong\n"[..]).await;
        assert_eq!(said.last_lines(), ["wrong"]);
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
