//! Legacy streams: an IV and one stream; with one-time authentication a tag behind the address, and chunks.
//! ```text
//! request        IV │ address │ payload …
//! response       IV │ payload …
//! request, OTA   IV │ address, flagged │ tag 10 │ length 2 │ tag 10 │ data │ …      (crate::legacy::ota)
//! ```

use std::ops::Range;

use super::StreamError;
use super::chunk::ChunkSealer;
use crate::address::{Address, MAX_ENCODED};
use crate::key::Key;
use crate::legacy::ota::{CHUNK_HEAD, ChunkTags, FLAG, OTA_TAG, Ota, head_tag, same};
use crate::legacy::{StreamCipher, StreamMethod};
use crate::method::Method;
use crate::server_config::ServerConfig;

pub(super) fn seal_request(
    config: &ServerConfig,
    target: &Address,
    payload: &[u8],
    iv: &[u8],
    out: &mut Vec<u8>,
) -> ChunkSealer {
    out.extend_from_slice(iv);
    let mut cipher = StreamCipher::new(stream_method(config.method()), config.key(), iv);
    let at = out.len();
    target.encode(out);
    if config.one_time_auth() {
        out[at] |= FLAG;
        let tag = head_tag(iv, config.key(), &out[at..]);
        out.extend_from_slice(&tag);
    }
    cipher.seal(&mut out[at..]);
    let mut sealer = match config.one_time_auth() {
        true => ChunkSealer::ota(cipher, ChunkTags::new(iv)),
        false => ChunkSealer::stream(cipher),
    };
    sealer.append(payload, out);
    sealer
}

pub(super) fn seal_response(method: Method, key: &Key, payload: &[u8], iv: &[u8], out: &mut Vec<u8>) -> ChunkSealer {
    out.extend_from_slice(iv);
    let mut cipher = StreamCipher::new(stream_method(method), key, iv);
    let at = out.len();
    out.extend_from_slice(payload);
    cipher.seal(&mut out[at..]);
    ChunkSealer::stream(cipher)
}

fn stream_method(method: Method) -> StreamMethod {
    match method {
        Method::Stream(method) => method,
        _ => unreachable!("only called for the legacy family"),
    }
}

/// Opens a request's address, and no byte more, so that what follows is still sealed for [`StreamOpener`].
pub(super) struct AddressOpener {
    cipher: StreamCipher,
    has_ota: bool,
    plain: Vec<u8>,
    whole: bool,
}

impl AddressOpener {
    pub(super) fn new(method: StreamMethod, key: &Key, iv: &[u8]) -> AddressOpener {
        let plain = Vec::with_capacity(MAX_ENCODED + OTA_TAG);
        AddressOpener { cipher: StreamCipher::new(method, key, iv), has_ota: method.has_ota(), plain, whole: false }
    }

    /// Takes from `sealed` what belongs to the address and its tag, checks the tag, and returns how much that was.
    pub(super) fn open(&mut self, sealed: &mut [u8], iv: &[u8], key: &Key, ota: Ota) -> Result<usize, StreamError> {
        let mut used = 0;
        loop {
            let wanted = self.wanted(ota)?;
            let missing = wanted - self.plain.len();
            if missing == 0 {
                self.whole = true;
                break;
            }
            let n = missing.min(sealed.len() - used);
            if n == 0 {
                return Ok(used);
            }
            let piece = &mut sealed[used..used + n];
            self.cipher.open(piece);
            self.plain.extend_from_slice(piece);
            used += n;
        }
        if self.flagged() {
            let (address, tag) = self.plain.split_at(self.plain.len() - OTA_TAG);
            if !same(tag, &head_tag(iv, key, address)) {
                return Err(StreamError::NotAuthentic);
            }
        }
        Ok(used)
    }

    /// The target and what opens the rest; itself again when more is needed.
    pub(super) fn finish(mut self, iv: &[u8]) -> Result<Result<(Address, StreamOpener), AddressOpener>, StreamError> {
        if !self.whole {
            return Ok(Err(self));
        }
        let flagged = self.flagged();
        self.plain[0] &= !FLAG;
        let (target, _) =
            Address::decode(&self.plain).map_err(|_| StreamError::BadAddress)?.ok_or(StreamError::BadAddress)?;
        let opener = if flagged {
            StreamOpener(Opening::Ota { cipher: self.cipher, tags: ChunkTags::new(iv), head: None })
        } else {
            StreamOpener::plain(self.cipher)
        };
        Ok(Ok((target, opener)))
    }

    fn flagged(&self) -> bool {
        self.has_ota && self.plain.first().is_some_and(|kind| kind & FLAG != 0)
    }

    /// How long the address and its tag are as far as the bytes so far tell; never less than there are.
    fn wanted(&self, ota: Ota) -> Result<usize, StreamError> {
        let Some(&kind) = self.plain.first() else { return Ok(1) };
        if !ota.takes(self.flagged()) {
            return Err(StreamError::BadAddress);
        }
        let address = match kind & if self.has_ota { !FLAG } else { !0 } {
            1 => 7,
            4 => 19,
            3 => match self.plain.get(1) {
                Some(&len) => 4 + usize::from(len),
                None => return Ok(2),
            },
            _ => return Err(StreamError::BadAddress),
        };
        Ok(address + if self.flagged() { OTA_TAG } else { 0 })
    }
}

/// Opens what comes behind the head, in place.
pub(super) struct StreamOpener(Opening);

enum Opening {
    Plain(StreamCipher),
    Ota {
        cipher: StreamCipher,
        tags: ChunkTags,
        /// Set between the two halves of a chunk: how long its data is, and its tag.
        head: Option<(usize, [u8; OTA_TAG])>,
    },
}

impl StreamOpener {
    pub(super) fn plain(cipher: StreamCipher) -> StreamOpener {
        StreamOpener(Opening::Plain(cipher))
    }

    /// True between the two halves of a chunk with one-time authentication.
    pub(super) fn is_within_chunk(&self) -> bool {
        matches!(self.0, Opening::Ota { head: Some(_), .. })
    }

    /// Opens what is whole at `sealed[from..]`, pushes where payload lies, and returns how far it came. What is behind
    /// that point must be shown again with more bytes.
    pub(super) fn open(
        &mut self,
        sealed: &mut [u8],
        from: usize,
        plain: &mut Vec<Range<usize>>,
    ) -> Result<usize, StreamError> {
        match &mut self.0 {
            Opening::Plain(cipher) => {
                let end = sealed.len();
                cipher.open(&mut sealed[from..]);
                if from < end {
                    plain.push(from..end);
                }
                Ok(end)
            }
            Opening::Ota { cipher, tags, head } => {
                let mut at = from;
                loop {
                    let (len, tag) = match *head {
                        Some(head) => head,
                        None => {
                            let Some(piece) = sealed.get_mut(at..at + CHUNK_HEAD) else { return Ok(at) };
                            cipher.open(piece);
                            let len = usize::from(u16::from_be_bytes([piece[0], piece[1]]));
                            let tag = piece[2..].try_into().expect("a chunk's head ends with its tag");
                            at += CHUNK_HEAD;
                            *head.insert((len, tag))
                        }
                    };
                    let Some(data) = sealed.get_mut(at..at + len) else { return Ok(at) };
                    cipher.open(data);
                    if !same(&tag, &tags.next(data)) {
                        return Err(StreamError::NotAuthentic);
                    }
                    if len > 0 {
                        plain.push(at..at + len);
                    }
                    at += len;
                    *head = None;
                }
            }
        }
    }
}
