//! A name server that says whatever a test makes of a question: nothing, several messages, or what is no message.
//!
//! ```text
//! header 12: id u16 · flags u16 · questions · answers · authorities · additionals (u16 each)
//! question: labels (length, bytes) … 0 · type u16 · class u16
//! record: name · type · class · TTL u32 · length u16 · data
//! ```

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// The type of IPv4 addresses.
pub const A: u16 = 1;
/// The type of aliases.
pub const CNAME: u16 = 5;
/// The type of IPv6 addresses.
pub const AAAA: u16 = 28;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The message's id.
    pub id: u16,
    /// The name in lower case, without a final dot.
    pub name: String,
    /// The type that is asked for.
    pub kind: u16,
    /// Name, type and class as they came.
    wire: Vec<u8>,
}

/// A record of an answer.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name as it is written; see [`asked_name`] and [`name`].
    pub owner: Vec<u8>,
    /// Its type.
    pub kind: u16,
    /// What it says.
    pub data: Vec<u8>,
}

/// Points to the name of the question.
#[must_use]
pub fn asked_name() -> Vec<u8> {
    vec![0xc0, 12]
}

/// A name in labels.
#[must_use]
pub fn name(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in text.split('.') {
        out.push(u8::try_from(label.len()).expect("a test's labels are short"));
        out.extend(label.bytes());
    }
    out.push(0);
    out
}

impl Question {
    fn parse(message: &[u8]) -> Option<Question> {
        let (mut labels, mut at) = (Vec::new(), 12);
        loop {
            let len = usize::from(*message.get(at)?);
            if len == 0 {
                break;
            }
            labels.push(String::from_utf8_lossy(message.get(at + 1..=at + len)?).to_ascii_lowercase());
            at += 1 + len;
        }
        let number = |at: usize| Some(u16::from_be_bytes(message.get(at..at + 2)?.try_into().ok()?));
        let wire = message.get(12..at + 5)?.to_vec();
        Some(Question { id: number(0)?, name: labels.join("."), kind: number(at + 1)?, wire })
    }

    /// The same under another id.
    #[must_use]
    pub fn under(&self, id: u16) -> Question {
        Question { id, ..self.clone() }
    }

    /// A whole answer with this return code and these records, each good for no time at all.
    #[must_use]
    pub fn answer(&self, code: u8, records: &[Record]) -> Vec<u8> {
        let mut out = self.id.to_be_bytes().to_vec();
        out.extend([0x81, 0x80 | code, 0, 1]);
        out.extend(u16::try_from(records.len()).expect("a test's answers are short").to_be_bytes());
        out.extend([0; 4]);
        out.extend(&self.wire);
        for Record { owner, kind, data } in records {
            out.extend(owner);
            out.extend(kind.to_be_bytes());
            out.extend([0, 1, 0, 0, 0, 0]);
            out.extend(u16::try_from(data.len()).expect("a test's records are short").to_be_bytes());
            out.extend(data);
        }
        out
    }

    /// The answer that the name has these addresses, if IPv4 addresses are asked for, and none otherwise.
    #[must_use]
    pub fn addresses(&self, addresses: &[Ipv4Addr]) -> Vec<u8> {
        let record = |ip: &Ipv4Addr| Record { owner: asked_name(), kind: A, data: ip.octets().to_vec() };
        let records: Vec<_> = addresses.iter().filter(|_| self.kind == A).map(record).collect();
        self.answer(0, &records)
    }
}

/// A running name server, over UDP only, until dropped.
#[derive(Debug)]
pub struct Scripted {
    /// Where it answers.
    pub address: SocketAddr,
    asked: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Scripted {
    /// Answers each question with the messages of `script`, which also gets how many came before it.
    pub async fn start(script: impl Fn(&Question, usize) -> Vec<Vec<u8>> + Send + 'static) -> Scripted {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        let address = socket.local_addr().expect("a bound socket has an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            let mut message = [0; 1500];
            loop {
                let Ok((len, from)) = socket.recv_from(&mut message).await else { continue };
                let Some(question) = Question::parse(&message[..len]) else { continue };
                for answer in script(&question, count.fetch_add(1, Ordering::Relaxed)) {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Scripted { address, asked, task }
    }

    /// How many questions have come.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}
