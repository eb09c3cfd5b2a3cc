use super::*;

fn flows(most_udp: usize) -> Arc<Flows> {
    Arc::new(Flows::new(Deadlines::default(), 10, most_udp))
}

fn port(port: u16) -> Arc<Port> {
    Arc::new(Port::new("test".to_owned(), ([127, 0, 0, 1], port).into(), Arc::new(())))
}

fn client(port: u16) -> SocketAddr {
    ([127, 0, 0, 2], port).into()
}

fn is_open(entry: &Entry) -> bool {
    entry.flow.last_used().is_some()
}

#[test]
fn the_session_that_was_used_least_recently_makes_room() {
    let (flows, port) = (flows(3), port(1));
    let open = |n| flows.open_packets(&port, client(n), Proof::Given).expect("room is made");
    let first = [open(1), open(2), open(3)];
    // Microseconds tell who was used.
    while flows.clock.micros() <= first[2].flow.last_used().expect("it is open") {}
    first[0].flow.used();
    let next = open(4);
    assert_eq!(first.each_ref().map(is_open), [true, false, true]);
    assert!(is_open(&next));
}

#[test]
fn noise_makes_room_among_noise_and_for_everybody() {
    let flows = flows(4);
    let (sealed, noisy, other) = (port(1), port(2), port(3));
    let open = |port, n, proof| flows.open_packets(port, client(n), proof);
    let proven = [1, 2].map(|n| open(&sealed, n, Proof::Given).expect("there is room"));
    let old = open(&other, 3, Proof::None).expect("there is room");
    let noise = open(&noisy, 4, Proof::None).expect("there is room");
    let more = open(&noisy, 5, Proof::None).expect("its port has one to give up");
    assert!(!is_open(&noise) && is_open(&old), "although that one is older");
    drop(noise);
    // Those who have the key are not kept out by it.
    let third = open(&sealed, 6, Proof::Given).expect("room is made");
    assert!(!is_open(&old) && is_open(&more), "the older of the two that proved nothing");
    drop(old);
    let others = open(&other, 7, Proof::None).expect("there is noise elsewhere");
    assert!(!is_open(&more));
    drop(more);
    let fourth = open(&sealed, 8, Proof::Given).expect("room is made");
    assert!(!is_open(&others));
    drop(others);
    assert!(open(&noisy, 9, Proof::None).is_none(), "nobody else makes room for it");
    assert!(proven.iter().chain([&third, &fourth]).all(is_open));
    let fifth = open(&sealed, 10, Proof::Given).expect("room is made");
    assert!(!is_open(&proven[0]) && is_open(&proven[1]) && is_open(&fifth));
}

#[test]
fn a_flow_ends_now_whatever_the_clock_was_when_it_began() {
    let (noon, minute, hour) = (SystemTime::UNIX_EPOCH + Duration::from_secs(43_200), 60, 3600);
    let seconds = Duration::from_secs;
    for (now, expected) in [
        (noon + seconds(minute), noon),
        (noon + seconds(minute) + Duration::from_millis(900), noon),
        (noon + seconds(minute + hour), noon + seconds(hour)),
        (noon + seconds(minute) - seconds(hour), noon - seconds(hour)),
        (SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH - seconds(minute)),
    ] {
        assert_eq!(started(noon, seconds(minute), now), expected, "{now:?}");
    }
}
