//! Chunks of a stream, once its head is over: sealed in place, and opened in place.

use std::ops::Range;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use parasol_codec_bench::{Case, NOW, target};
use parasol_proto::stream::{CHUNK_OVERHEAD, ChunkSealer, MAX_PADDING, Opener, seal_request, seal_response};

/// A message, a full packet, a chunk of most programs, and a long read.
const SIZES: [usize; 4] = [64, 1400, 16 * 1024, 64 * 1024];

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

/// What a local does with what its client says. Sealing again what was sealed costs the same.
fn seal(bencher: Bencher, case: &Case) {
    let padding = [0; MAX_PADDING];
    let mut sealer = seal_request(&case.config(), &target(), &[], &case.salt(1), &padding, NOW, &mut Vec::new());
    let mut buffer = room(case);
    bencher.counter(BytesCount::new(case.size)).bench_local(|| sealer.seal(black_box(&mut buffer), case.size));
}

/// What a local does with what the server sends it. Each message comes with an opener that is just at its nonce.
fn open(bencher: Bencher, case: &Case) {
    let (config, request_salt) = (case.config(), case.salt(1));
    let mut head = Vec::new();
    let sealer = seal_response(case.method, config.key(), &request_salt, b"!", &case.salt(2), NOW, &mut head);
    let message = sealed(sealer, case);
    bencher
        .counter(BytesCount::new(case.size))
        .with_inputs(|| {
            let mut opener = Opener::response(&config, &request_salt);
            let mut plain: Vec<Range<usize>> = Vec::with_capacity(8);
            let used = opener.open(&mut head.clone(), || NOW, &mut plain).expect("a head of ours");
            assert_eq!(used, head.len(), "the head is over");
            plain.clear();
            (opener, message.clone(), plain)
        })
        .bench_local_refs(|(opener, message, plain)| {
            let used = opener.open(black_box(message), || NOW, plain).expect("a message of ours");
            assert_eq!(used, message.len(), "the whole message was opened");
        });
}

fn sealed(mut sealer: ChunkSealer, case: &Case) -> Vec<u8> {
    let mut buffer = room(case);
    let len = sealer.seal(&mut buffer, case.size);
    buffer.truncate(len);
    buffer
}

/// Room for the payload in chunks of AEAD-2017, the shortest.
fn room(case: &Case) -> Vec<u8> {
    const SHORTEST_FULL: usize = 0x3FFF;
    vec![0; case.size + case.size.div_ceil(SHORTEST_FULL) * CHUNK_OVERHEAD]
}
