//! `Cfb`: cipher feedback of whole blocks (NIST SP 800-38A §6.3), for data that comes in pieces of any length.
//! ```text
//!  C[i] = P[i] xor E(C[i-1]), C[-1] = IV
//! ```
//! Sealing is bound to go block by block. Opening is not, since all C are known: the cipher is given many blocks at
//! once, which is over ten times as fast.

use aes::cipher::typenum::U16;
use aes::cipher::{Array, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser};

const BLOCK: usize = 16;
/// Blocks given to the cipher at once; four times what the widest instructions take.
const BATCH: usize = 64;

/// One direction of a stream.
pub(super) struct Cfb<C> {
    cipher: C,
    /// E of the last whole block of sealed bytes; the bytes before `used` were replaced by sealed ones as these came,
    /// so that in the end the block to be encrypted next stands here.
    block: [u8; BLOCK],
    used: usize,
}

impl<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> Cfb<C> {
    pub(super) fn new(cipher: C, iv: &[u8]) -> Cfb<C> {
        let mut block = [0; BLOCK];
        block.copy_from_slice(iv);
        Cfb { cipher, block, used: BLOCK }
    }

    pub(super) fn seal(&mut self, data: &mut [u8]) {
        let (head, data) = self.split(data);
        self.seal_within(head);
        let whole = data.len() / BLOCK * BLOCK;
        let (whole, tail) = data.split_at_mut(whole);
        if !whole.is_empty() {
            self.cipher.encrypt_with_backend(SealBlocks { data: whole, block: &mut self.block });
        }
        self.seal_within(tail);
    }

    pub(super) fn open(&mut self, data: &mut [u8]) {
        let (head, data) = self.split(data);
        self.open_within(head);
        let whole = data.len() / BLOCK * BLOCK;
        let (whole, tail) = data.split_at_mut(whole);
        let mut streams = [Array::default(); BATCH];
        for batch in whole.chunks_mut(BATCH * BLOCK) {
            let count = batch.len() / BLOCK;
            let streams = &mut streams[..count];
            // Each block's key stream comes from the sealed block before it.
            streams[0] = self.block.into();
            for (stream, sealed) in streams[1..].iter_mut().zip(batch.chunks_exact(BLOCK)) {
                stream.copy_from_slice(sealed);
            }
            self.block.copy_from_slice(&batch[batch.len() - BLOCK..]);
            self.cipher.encrypt_blocks(streams);
            for (block, stream) in batch.chunks_exact_mut(BLOCK).zip(streams) {
                xor(block, stream);
            }
        }
        self.open_within(tail);
    }

    /// What still belongs to the block that was begun, and the rest.
    fn split<'a>(&self, data: &'a mut [u8]) -> (&'a mut [u8], &'a mut [u8]) {
        let n = data.len().min(BLOCK - self.used);
        data.split_at_mut(n)
    }

    fn next(&mut self) {
        let mut block = self.block.into();
        self.cipher.encrypt_block(&mut block);
        self.block = block.into();
        self.used = 0;
    }

    /// Seals a piece that does not go over a block's end.
    fn seal_within(&mut self, piece: &mut [u8]) {
        let state = self.state_for(piece.len());
        xor(piece, state);
        state.copy_from_slice(piece);
    }

    /// Opens a piece that does not go over a block's end.
    fn open_within(&mut self, piece: &mut [u8]) {
        let state = self.state_for(piece.len());
        for (byte, state) in piece.iter_mut().zip(state) {
            let sealed = *byte;
            *byte ^= *state;
            *state = sealed;
        }
    }

    fn state_for(&mut self, len: usize) -> &mut [u8] {
        if len > 0 && self.used == BLOCK {
            self.next();
        }
        let from = self.used;
        self.used += len;
        &mut self.block[from..from + len]
    }
}

/// Seals whole blocks. As a closure it is compiled into the cipher's own loop, where the processor's AES instructions
/// can be inlined; a call for each block takes four times as long.
struct SealBlocks<'a> {
    data: &'a mut [u8],
    /// The last sealed block.
    block: &'a mut [u8; BLOCK],
}

impl BlockSizeUser for SealBlocks<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for SealBlocks<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, cipher: &B) {
        let mut block: Array<u8, U16> = (*self.block).into();
        for chunk in self.data.chunks_exact_mut(BLOCK) {
            cipher.encrypt_block((&mut block).into());
            xor(&mut block, chunk);
            chunk.copy_from_slice(&block);
        }
        *self.block = block.into();
    }
}

#[inline(always)]
fn xor(data: &mut [u8], stream: &[u8]) {
    for (byte, stream) in data.iter_mut().zip(stream) {
        *byte ^= stream;
    }
}
