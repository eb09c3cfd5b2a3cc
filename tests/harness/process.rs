//! A child process: what it writes, that it is ready, and how it ends. It does not outlive its value.

use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

use crate::deadline::within;

/// A running child. Killed by its pid when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdout: mpsc::UnboundedReceiver<String>,
    log: Log,
}

/// Everything that was written, for the messages of failing tests.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn add(&self, line: &str) {
        let mut text = self.0.lock().expect("no one panics while adding a line");
        text.push_str(line);
        text.push('\n');
    }

    fn text(&self) -> String {
        self.0.lock().expect("no one panics while adding a line").clone()
    }
}

/// The child ended before it was ready.
#[derive(Debug)]
pub struct Died {
    /// All that it wrote.
    pub log: String,
}

impl Process {
    /// Starts `command` with both outputs read from now on.
    ///
    /// # Panics
    /// When the program is missing.
    #[must_use]
    pub fn start(command: &mut Command) -> Process {
        let program = command.as_std().get_program().to_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}; npm test sets it up", program.display()));
        let log = Log::default();
        let (sender, stdout) = mpsc::unbounded_channel();
        forward(child.stdout.take().expect("it was piped"), log.clone(), sender.clone());
        forward(child.stderr.take().expect("it was piped"), log.clone(), sender);
        Process { child, stdout, log }
    }

    /// Reads lines of either output until `ready` makes something of one.
    ///
    /// # Errors
    /// When the child ends before.
    pub async fn until<T>(&mut self, mut ready: impl FnMut(&str) -> Option<T>) -> Result<T, Died> {
        within("the line that was waited for", async {
            while let Some(line) = self.stdout.recv().await {
                if let Some(found) = ready(&line) {
                    return Ok(found);
                }
            }
            Err(Died { log: self.log.text() })
        })
        .await
    }

    /// The most memory that it has had, in bytes.
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn most_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// The memory that it has of its own now, in bytes: without the pages of program files, which come and go.
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.status("RssAnon:")
    }

    /// How many descriptors it has open.
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).expect("the process runs").count()
    }

    fn status(&self, key: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix(key)).expect("Linux tells it");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes * 1024
    }

    /// Its process id.
    ///
    /// # Panics
    /// When it has been waited for.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id().expect("it has not been waited for")
    }

    /// Has it ended?
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_some()
    }

    /// Asks it to end, with SIGTERM.
    pub async fn terminate(&self) {
        self.signal("TERM").await;
    }

    /// Sends a signal by its name without SIG.
    pub async fn signal(&self, name: &str) {
        // The shell's own kill: the program of that name is not on every system.
        let kill = format!("kill -{name} {}", self.id());
        let status = within("kill", Command::new("sh").args(["-c", &kill]).status()).await.expect("there is a shell");
        assert!(status.success(), "{kill}");
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        within("the end of a process", self.child.wait()).await.expect("it is our child")
    }

    /// All that it wrote so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.text()
    }
}

fn forward(output: impl AsyncRead + Unpin + Send + 'static, log: Log, lines: mpsc::UnboundedSender<String>) {
    tokio::spawn(async move {
        let mut output = BufReader::new(output).lines();
        while let Ok(Some(line)) = output.next_line().await {
            log.add(&line);
            // The test may have seen enough.
            let _ = lines.send(line);
        }
    });
}
