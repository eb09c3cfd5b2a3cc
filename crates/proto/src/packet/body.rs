//! The body of a 2022 packet.
//! ```text
//! request    type=0 u8 │ time u64be │                     padding length u16be │ padding │ address │ payload
//! response   type=1 u8 │ time u64be │ client session id 8 │ padding length u16be │ padding │ address │ payload
//! ```

use super::{MAX_SKEW, PacketError, SessionId};
use crate::address::Address;

/// The longest head of a body, without padding and address.
pub(super) const MAX_HEAD: usize = 1 + 8 + 8 + 2;

const REQUEST: u8 = 0;
const RESPONSE: u8 = 1;

/// Which way a body goes.
#[derive(Clone, Copy)]
pub(super) enum Direction {
    Request,
    /// With the session of the client that it answers.
    Response(SessionId),
}

/// The length of a body's head, without padding and address.
pub(super) fn head_len(direction: Direction) -> usize {
    match direction {
        Direction::Request => 1 + 8 + 2,
        Direction::Response(_) => MAX_HEAD,
    }
}

/// Writes all of a body's head so that it ends right before `buffer[payload]`; returns where it starts.
pub(super) fn write_before(
    buffer: &mut [u8],
    payload: usize,
    address: &Address,
    padding: usize,
    direction: Direction,
    now: u64,
) -> usize {
    let address = address.encode_before(buffer, payload);
    let mut start = address.checked_sub(padding).expect("there is head room for the padding");
    buffer[start..address].fill(0);
    let mut before = |field: &[u8]| {
        let end = start;
        start = end.checked_sub(field.len()).expect("there is head room for the body's head");
        buffer[start..end].copy_from_slice(field);
    };
    before(&u16::try_from(padding).expect("padding is bounded").to_be_bytes());
    let kind = match direction {
        Direction::Request => REQUEST,
        Direction::Response(SessionId(client)) => {
            before(&client);
            RESPONSE
        }
    };
    before(&now.to_be_bytes());
    before(&[kind]);
    start
}

/// Checks all of an opened body; returns its address and where in it the payload begins.
pub(super) fn read(body: &[u8], direction: Direction, now: u64) -> Result<(Address, usize), PacketError> {
    let Some((&[kind], rest)) = body.split_first_chunk::<1>() else { return Err(PacketError::TooShort) };
    if kind != (if matches!(direction, Direction::Request) { REQUEST } else { RESPONSE }) {
        return Err(PacketError::WrongType);
    }
    let Some((&time, mut rest)) = rest.split_first_chunk::<8>() else { return Err(PacketError::TooShort) };
    if u64::from_be_bytes(time).abs_diff(now) > MAX_SKEW {
        return Err(PacketError::ClockSkew);
    }
    if let Direction::Response(SessionId(ours)) = direction {
        let Some((client, behind)) = rest.split_first_chunk::<8>() else { return Err(PacketError::TooShort) };
        if *client != ours {
            return Err(PacketError::ForeignSession);
        }
        rest = behind;
    }
    let Some((&padding, rest)) = rest.split_first_chunk::<2>() else { return Err(PacketError::BadPadding) };
    let rest = rest.get(usize::from(u16::from_be_bytes(padding))..).ok_or(PacketError::BadPadding)?;
    let (address, used) = Address::decode(rest).map_err(|_| PacketError::BadAddress)?.ok_or(PacketError::BadAddress)?;
    Ok((address, body.len() - rest.len() + used))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: u64 = 1_800_000_000;
    const CLIENT: SessionId = SessionId([7; 8]);
    const OTHER: SessionId = SessionId([8; 8]);

    #[test]
    fn each_field_of_a_body_is_checked() {
        let time = NOW.to_be_bytes();
        let address = b"\x01\x0a\0\0\x01\0\x35";
        let request = |fields: &[&[u8]]| read(&fields.concat(), Direction::Request, NOW);
        assert_eq!(request(&[&[0], &time, &[0, 0], address, b"x"]).map(|(_, at)| at), Ok(18));
        assert_eq!(request(&[&[0], &time, &[0, 2, 9, 9], address]).map(|(_, at)| at), Ok(20));
        for (fields, error) in [
            (vec![], PacketError::TooShort),
            (vec![&[0][..], &time[..7]], PacketError::TooShort),
            (vec![&[1], &time, &[0, 0], address], PacketError::WrongType),
            (vec![&[2], &time, &[0, 0], address], PacketError::WrongType),
            (vec![&[255], &time, &[0, 0], address], PacketError::WrongType),
            (vec![&[0], &[0; 8], &[0, 0], address], PacketError::ClockSkew),
            (vec![&[0], &[255; 8], &[0, 0], address], PacketError::ClockSkew),
            (vec![&[0], &time], PacketError::BadPadding),
            (vec![&[0], &time, &[0]], PacketError::BadPadding),
            (vec![&[0], &time, &[0, 8], address], PacketError::BadPadding),
            (vec![&[0], &time, &[255, 255], address], PacketError::BadPadding),
            (vec![&[0], &time, &[0, 0]], PacketError::BadAddress),
            (vec![&[0], &time, &[0, 1], address], PacketError::BadAddress),
            (vec![&[0], &time, &[0, 0], &address[..6]], PacketError::BadAddress),
            (vec![&[0], &time, &[0, 0], &[9], &address[1..]], PacketError::BadAddress),
            (vec![&[0], &time, &[0, 0, 3, 0, 0, 53]], PacketError::BadAddress),
        ] {
            assert_eq!(request(&fields).map(|_| ()), Err(error), "{fields:?}");
        }
        let response = |fields: &[&[u8]]| read(&fields.concat(), Direction::Response(CLIENT), NOW);
        assert_eq!(response(&[&[1], &time, &CLIENT.0, &[0, 0], address]).map(|(_, at)| at), Ok(26));
        for (fields, error) in [
            (vec![&[0][..], &time, &CLIENT.0, &[0, 0], address], PacketError::WrongType),
            (vec![&[1], &time, &OTHER.0, &[0, 0], address], PacketError::ForeignSession),
            (vec![&[1], &time, &CLIENT.0[..7]], PacketError::TooShort),
        ] {
            assert_eq!(response(&fields).map(|_| ()), Err(error), "{fields:?}");
        }
    }

    proptest! {
        #[test]
        fn a_body_of_noise_never_panics(
            timely in any::<bool>(),
            kind in 0u8..3,
            padding in prop_oneof![Just(0u16), any::<u16>()],
            noise in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let time = if timely { NOW } else { 1 };
            let head = [&[kind][..], &time.to_be_bytes(), &padding.to_be_bytes()].concat();
            for body in [noise.clone(), [&head[..], &noise].concat()] {
                for direction in [Direction::Request, Direction::Response(CLIENT)] {
                    if let Ok((_, payload)) = read(&body, direction, NOW) {
                        prop_assert!(payload <= body.len());
                    }
                }
            }
        }

        #[test]
        fn what_is_written_is_read(padding in 0usize..900, payload in 0usize..40, answer in any::<bool>()) {
            let address: Address = "example.org:443".parse().unwrap();
            let direction = if answer { Direction::Response(CLIENT) } else { Direction::Request };
            let at = MAX_HEAD + crate::address::MAX_ENCODED + padding;
            let mut buffer = vec![0xa5; at + payload];
            let start = write_before(&mut buffer, at, &address, padding, direction, NOW);
            prop_assert_eq!(read(&buffer[start..], direction, NOW), Ok((address.clone(), at - start)));
            let before = at - address.encoded_len();
            prop_assert!(buffer[before - padding..before].iter().all(|&b| b == 0), "nothing old goes out as padding");
        }
    }
}
