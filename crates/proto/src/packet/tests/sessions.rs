//! Whose session a packet belongs to.

use super::*;

#[test]
fn our_own_2022_packet_sent_back_is_no_answer() {
    for method in Method::ALL.into_iter().filter(is_2022) {
        let (mut client, server, mut session) = pair(method);
        let packet = request(&mut client, method, &address(), b"up", 0);
        assert_eq!(answer(&mut client, &packet, NOW), Err(PacketError::WrongType), "{method}");
        let packet = response(&mut session, method, &address(), b"down", NOW);
        assert_eq!(begin(&server, SERVER, &mut packet.clone(), NOW).err(), Some(PacketError::WrongType), "{method}");
    }
}

#[test]
fn an_answer_to_another_session_is_dropped() {
    for method in Method::ALL.into_iter().filter(is_2022) {
        let (_, server, mut session) = pair(method);
        let mut other = ClientSession::new(keys(method, 7), SessionId([9; 8]));
        let packet = response(&mut session, method, &address(), b"down", NOW);
        assert_eq!(answer(&mut other, &packet, NOW), Err(PacketError::ForeignSession), "{method}");
        let packet = request(&mut other, method, &address(), b"up", 0);
        assert_eq!(next(&server, &mut session, &packet, NOW), Err(PacketError::ForeignSession), "{method}");
    }
}

#[test]
fn a_server_that_restarts_is_heard() {
    for method in Method::ALL.into_iter().filter(is_2022) {
        let (mut client, server, _) = pair(method);
        let first = request(&mut client, method, &address(), b"up", 0);
        let restarted = |n: u8| begin(&server, SessionId([n; 8]), &mut first.clone(), NOW).expect("it is good").0;
        let (mut one, mut two, mut three) = (restarted(1), restarted(2), restarted(3));
        let mut hear = |server: &mut ServerSession, now: u64| {
            let packet = response(server, method, &address(), b"down", now);
            answer(&mut client, &packet, now).map(drop)
        };
        assert_eq!(hear(&mut one, NOW), Ok(()), "{method}");
        assert_eq!(hear(&mut two, NOW + 10), Ok(()), "{method}");
        assert_eq!(hear(&mut one, NOW + 20), Ok(()), "{method}: a late packet of the old one");
        assert_eq!(hear(&mut three, NOW + 21), Err(PacketError::TooManySessions), "{method}");
        assert_eq!(hear(&mut three, NOW + 80), Err(PacketError::TooManySessions), "{method}");
        assert_eq!(hear(&mut three, NOW + 81), Ok(()), "{method}: the old one was silent for over a minute");
        assert_eq!(hear(&mut two, NOW + 82), Ok(()), "{method}");
    }
}

#[test]
fn a_server_never_uses_the_clients_session_id() {
    for method in Method::ALL.into_iter().filter(is_2022) {
        let mut client = client(method);
        let mut packet = request(&mut client, method, &address(), b"up", 0);
        let (mut session, _) = begin(&server(method), CLIENT, &mut packet, NOW).expect("it is good");
        let packet = response(&mut session, method, &address(), b"down", NOW);
        assert!(answer(&mut client, &packet, NOW).is_ok(), "{method}");
        assert_ne!(response(&mut session, method, &address(), b"down", NOW), packet, "{method}: ids count up");
        if let Framing::Separate(blocks) = &keys(method, 7).framing {
            let mut header = *packet.first_chunk().expect("a header");
            blocks.own.decrypt(&mut header);
            assert_ne!(header[..8], CLIENT.0, "{method}");
        }
    }
}
