//! `Salts`: the salts of the AEAD-2017 packets, or IVs of the legacy ones, that a port took or sent last. Those families
//! have nothing against replay, and the same form in both directions: a packet sent again, or one of ours sent back, would
//! get an answer, and so tell that there is a server.
//!
//! Only salts of authentic packets get in, so that nobody without the key can fill it. A legacy packet is never
//! authentic, so there it is only an obstacle; and none at all for methods without an IV.

use std::collections::HashSet;

/// At least so many are known, at most twice as many: a few hundred kilobytes.
const KEPT: usize = 16_384;

/// By their first eight bytes: they are random, and a packet lost to two that agree in these is no harm.
#[derive(Default)]
pub(crate) struct Salts {
    young: HashSet<u64>,
    old: HashSet<u64>,
}

impl Salts {
    /// Remembers the salt; false when it was known.
    pub(crate) fn insert(&mut self, salt: &[u8]) -> bool {
        let Some(head) = salt.first_chunk::<8>() else { return true };
        let salt = u64::from_ne_bytes(*head);
        if self.old.contains(&salt) || !self.young.insert(salt) {
            return false;
        }
        if self.young.len() >= KEPT {
            // The tables swap, so that neither is ever allocated again.
            std::mem::swap(&mut self.old, &mut self.young);
            self.young.clear();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_salts_are_known() {
        let mut salts = Salts::default();
        let salt = |n: usize| [(n as u64).to_ne_bytes(), [7; 8]].concat();
        for n in 0..3 * KEPT {
            assert!(salts.insert(&salt(n)));
            assert!(!salts.insert(&salt(n)));
            assert!(!salts.insert(&salt(n.saturating_sub(KEPT - 1))));
        }
        assert!(salts.insert(&salt(0)), "memory is bounded");
    }
}
