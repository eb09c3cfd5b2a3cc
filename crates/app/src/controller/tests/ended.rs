use super::bench::{Bench, soon};
use crate::command::Command;

#[tokio::test]
async fn whoever_asks_after_the_end_learns_of_it() {
    let bench = Bench::new().await;
    let mut states = bench.parasol.state();
    assert!(!bench.parasol.has_ended());
    soon(bench.parasol.shutdown()).await;
    assert!(bench.parasol.has_ended());
    bench.parasol.send(Command::SetOn { on: true });
    while soon(states.changed()).await.is_ok() {}
    assert!(!states.borrow().wanted, "no state follows");
    assert!(soon(bench.parasol.now()).await.is_none() && soon(bench.parasol.figures()).await.is_none());
}
