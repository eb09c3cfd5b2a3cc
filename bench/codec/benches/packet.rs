//! UDP packets: sealed in place by a local, opened in place by a server.

use std::sync::Arc;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use parasol_codec_bench::{Case, NOW, target};
use parasol_proto::packet::{ClientSession, HEAD_ROOM, Keys, ServerKeys, SessionId, TAIL_ROOM};

/// A question for a name, a piece of a call, and a full packet.
const SIZES: [usize; 3] = [64, 512, 1400];

fn main() {
    divan::main();
}

#[divan::bench_group]
mod aead {
    use super::{Bencher, Case, SIZES};

    #[divan::bench(args = Case::aead(&SIZES))]
    fn seal(bencher: Bencher, case: &Case) {
        super::seal(bencher, case);
    }

    #[divan::bench(args = Case::aead(&SIZES))]
    fn open(bencher: Bencher, case: &Case) {
        super::open(bencher, case);
    }
}

#[divan::bench_group]
mod legacy {
    use super::{Bencher, Case, SIZES};

    #[divan::bench(args = Case::legacy(&SIZES))]
    fn seal(bencher: Bencher, case: &Case) {
        super::seal(bencher, case);
    }

    #[divan::bench(args = Case::legacy(&SIZES))]
    fn open(bencher: Bencher, case: &Case) {
        super::open(bencher, case);
    }
}

fn seal(bencher: Bencher, case: &Case) {
    let mut local = Local::new(case);
    bencher.counter(BytesCount::new(case.size)).bench_local(|| local.seal().len());
}

/// A new packet each time: a server takes none twice.
fn open(bencher: Bencher, case: &Case) {
    let mut local = Local::new(case);
    let server = ServerKeys::new(Arc::new(Keys::from(&case.config())));
    let header = server.open_header(local.seal()).expect("a packet of ours");
    let mut session = server.session(&header, SessionId([2; 8])).expect("a client of ours");
    bencher.counter(BytesCount::new(case.size)).with_inputs(|| local.seal().to_vec()).bench_local_refs(|packet| {
        let header = server.open_header(black_box(packet)).expect("a packet of ours");
        session.open(header, packet, NOW).expect("a packet of ours").payload
    });
}

/// A session, and a buffer with a payload in it.
struct Local {
    session: ClientSession,
    buffer: Vec<u8>,
    size: usize,
    salt: Vec<u8>,
}

impl Local {
    fn new(case: &Case) -> Local {
        Local {
            session: ClientSession::new(Arc::new(Keys::from(&case.config())), SessionId([1; 8])),
            buffer: vec![0; HEAD_ROOM + case.size + TAIL_ROOM],
            size: case.size,
            salt: vec![3; case.method.packet_salt_len()],
        }
    }

    /// Seals what lies in the buffer, which may have been sealed before: that costs the same.
    fn seal(&mut self) -> &mut [u8] {
        let payload = HEAD_ROOM..HEAD_ROOM + self.size;
        let packet = self.session.seal(&target(), black_box(&mut self.buffer), payload, 0, &self.salt, NOW);
        &mut self.buffer[packet]
    }
}
