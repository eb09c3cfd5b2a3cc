//! `Records`: the records of a message, one after the other, each checked as far as it is looked at.

use hickory_proto::rr::Name;
use hickory_proto::serialize::binary::{BinDecodable, BinDecoder};

use super::{HEADER, kind};

/// Labels and offsets of a name at the most: as many labels as fit 255 bytes, each behind an offset. An offset may lead
/// to another without using any of these bytes, and thousands of records to the end of thousands of them.
const MOST_STEPS: usize = 2 * 128;

/// One record.
pub(super) struct Record<'a> {
    pub(super) owner: Name,
    pub(super) kind: u16,
    /// The class; of OPT, how much its sender takes over UDP.
    pub(super) class: u16,
    pub(super) ttl: u32,
    /// Where in the message the record begins, and where its TTL is.
    pub(super) at: usize,
    pub(super) ttl_at: usize,
    pub(super) data: &'a [u8],
    /// The name that RDATA begins with, of a CNAME.
    pub(super) alias: Option<Name>,
    /// What stands behind the names in RDATA: all of it where there are none.
    pub(super) rest: &'a [u8],
}

/// The records that a decoder stands before.
pub(super) struct Records<'a, 'b> {
    pub(super) decoder: &'b mut BinDecoder<'a>,
    pub(super) left: usize,
}

impl<'a> Iterator for Records<'a, '_> {
    /// `None` for one that is not put together as it should be.
    type Item = Option<Record<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(read(self.decoder))
    }
}

fn read<'a>(decoder: &mut BinDecoder<'a>) -> Option<Record<'a>> {
    let at = decoder.index();
    let owner = name(decoder)?;
    let kind = decoder.read_u16().ok()?.unverified(/* any is passed on */);
    let class = decoder.read_u16().ok()?.unverified(/* any is passed on */);
    let ttl_at = decoder.index();
    let ttl = decoder.read_u32().ok()?.unverified(/* clamped by whoever uses it */);
    let len = decoder.read_u16().ok()?.unverified(/* what follows is sliced by it or refused */);
    // RDATA may point back into the message, so it is read from a decoder of the whole.
    let start = decoder.index();
    let mut within = decoder.clone(u16::try_from(start).ok()?);
    let data = decoder.read_slice(usize::from(len)).ok()?.unverified(/* as it came */);
    let mut alias = None;
    // The types whose names may be compressed (RFC 3597 §4), and those that are looked into: whoever gets them may follow
    // the offsets.
    let (skipped, names, tail) = match kind {
        kind::CNAME | kind::NS | kind::PTR | kind::DNAME => (0, 1, Some(0)),
        kind::MX => (2, 1, Some(0)),
        kind::SRV => (6, 1, Some(0)),
        kind::SOA => (0, 2, Some(20)),
        kind::SVCB | kind::HTTPS => (2, 1, None),
        _ => (0, 0, None),
    };
    within.read_slice(skipped).ok()?.unverified(/* numbers */);
    for _ in 0..names {
        let found = name(&mut within)?;
        if kind == kind::CNAME {
            alias = Some(found);
        }
    }
    let rest = decoder.index().checked_sub(within.index())?;
    if tail.is_some_and(|tail| tail != rest) {
        return None;
    }
    Some(Record { owner, kind, class, ttl, at, ttl_at, data, alias, rest: &data[data.len() - rest..] })
}

/// Reads a name, if it is not far to its end.
fn name(decoder: &mut BinDecoder<'_>) -> Option<Name> {
    let mut walk = decoder.clone(u16::try_from(decoder.index()).ok()?);
    for _ in 0..MOST_STEPS {
        match walk.read_u8().ok()?.unverified(/* looked at here */) {
            0 => return Name::read(decoder).ok(),
            high @ 0xc0.. => {
                let low = walk.read_u8().ok()?.unverified(/* any may follow */);
                let at = u16::from_be_bytes([high & 0x3f, low]);
                // A message is passed on under another header, in which the name would be another.
                if usize::from(at) < HEADER || usize::from(at) >= walk.index() {
                    return None;
                }
                walk = decoder.clone(at);
            }
            len => drop(walk.read_slice(len.into()).ok()?),
        }
    }
    None
}
