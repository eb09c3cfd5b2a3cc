//! `Accepting`: whence a thread gets the new connections of a port.
//!
//! One thread waits for a port's connections. Were all to wait, each connection would wake all that are idle, for
//! nothing but one. When more come in a row than are few, the one that waits calls the others, which take of those until
//! there are none. When it has many more flows than another, that one waits from then on
//! ([ADR 6](../../../docs/adr/0006-a-runtime-for-each-relay-thread.md)).

use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, TcpListener as Plain};
use std::sync::Arc;
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::Notify;

/// What one thread takes the connections of a port from.
pub(crate) struct Accepting {
    /// Which of the threads this is.
    index: usize,
    threads: Arc<[Thread]>,
    listener: Plain,
    role: Role,
}

/// A thread that serves the port.
struct Thread {
    runtime: Handle,
    /// It is to take what is there.
    called: Notify,
    /// It is the one to wait from now on.
    waits: Notify,
}

enum Role {
    /// The thread that waits, and how many it has taken in a row without having to.
    Waits(TcpListener, u8),
    /// One that was called, until there are no more.
    Helps,
    /// One that is to be called.
    Rests,
}

/// So many in a row are few.
const FEW: u8 = 8;
/// So many tasks more than another thread are many. Flows that are short never come to this.
const MANY: usize = 32;

impl Accepting {
    /// One for each runtime, of which `turn` says which waits first. The listener does not block.
    pub(crate) fn shared_out(listener: &Plain, (turn, runtimes): (usize, &[Handle])) -> io::Result<Vec<Accepting>> {
        let thread =
            |runtime: &Handle| Thread { runtime: runtime.clone(), called: Notify::new(), waits: Notify::new() };
        let threads: Arc<[Thread]> = runtimes.iter().map(thread).collect();
        let of = |index: usize| {
            let listener = listener.try_clone()?;
            // Where clones have this apart.
            listener.set_nonblocking(true)?;
            let mut one = Accepting { index, threads: Arc::clone(&threads), listener, role: Role::Rests };
            if index == turn % runtimes.len() {
                let _entered = runtimes[index].enter();
                one.role = one.waiting()?;
            }
            Ok(one)
        };
        (0..runtimes.len()).map(of).collect()
    }

    fn waiting(&self) -> io::Result<Role> {
        Ok(Role::Waits(TcpListener::from_std(self.listener.try_clone()?)?, 0))
    }

    /// The next connection for this thread.
    ///
    /// # Errors
    /// As the system's accept, of which some concern the connection and some this machine.
    pub(crate) async fn next(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        let own = &self.threads[self.index];
        loop {
            match &mut self.role {
                Role::Waits(listener, in_a_row) => {
                    if *in_a_row == FEW {
                        *in_a_row = 0;
                        self.threads.iter().for_each(|thread| thread.called.notify_waiters());
                        // What it has taken has its turn, and what is left is there for them.
                        tokio::task::yield_now().await;
                    }
                    let accepted = poll_fn(|context| {
                        let accepted = listener.poll_accept(context);
                        match &accepted {
                            Poll::Pending => *in_a_row = 0,
                            Poll::Ready(Ok(_)) => *in_a_row += 1,
                            Poll::Ready(Err(_)) => {}
                        }
                        accepted
                    });
                    let accepted = accepted.await?;
                    if let Some(freer) = freer(own, &self.threads) {
                        self.role = Role::Rests;
                        freer.waits.notify_one();
                    }
                    return Ok(accepted);
                }
                Role::Helps => {
                    // What it took last has its turn.
                    tokio::task::yield_now().await;
                    match self.listener.accept() {
                        Ok((stream, client)) => {
                            stream.set_nonblocking(true)?;
                            return Ok((TcpStream::from_std(stream)?, client));
                        }
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.role = Role::Rests,
                        Err(error) => return Err(error),
                    }
                }
                Role::Rests => tokio::select! {
                    () = own.called.notified() => self.role = Role::Helps,
                    () = own.waits.notified() => {
                        // It stays the one to wait when it fails, for there is no other.
                        self.role = self.waiting().inspect_err(|_| own.waits.notify_one())?;
                    }
                },
            }
        }
    }
}

/// The thread with the fewest tasks, if this one has many more.
fn freer<'a>(own: &Thread, threads: &'a [Thread]) -> Option<&'a Thread> {
    let tasks = |thread: &Thread| thread.runtime.metrics().num_alive_tasks();
    let freest = threads.iter().min_by_key(|thread| tasks(thread))?;
    (tasks(own) > tasks(freest) + MANY).then_some(freest)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream as Client};
    use std::pin::pin;

    use tokio::runtime::{Builder, Runtime};
    use tokio::task::yield_now;

    use super::*;

    fn listener() -> Plain {
        Plain::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()
    }

    fn connect(listener: &Plain, many: u8) -> Vec<Client> {
        (0..many).map(|_| Client::connect(listener.local_addr().unwrap()).unwrap()).collect()
    }

    /// The one that waits, and the one that helps.
    fn two(listener: &Plain, runtimes: [&Handle; 2]) -> (Accepting, Accepting) {
        let mut both = Accepting::shared_out(listener, (0, &runtimes.map(Clone::clone))).unwrap();
        let second = both.pop().unwrap();
        (both.pop().unwrap(), second)
    }

    #[tokio::test]
    async fn others_are_called_once_more_than_a_few_come_in_a_row() {
        let listener = listener();
        let clients = connect(&listener, FEW + 2);
        let here = Handle::current();
        let (mut waits, mut helps) = two(&listener, [&here, &here]);
        let helped = tokio::spawn(async move { (helps.next().await.unwrap(), helps) });
        yield_now().await;
        let mut taken = Vec::new();
        for _ in 0..FEW {
            taken.push(waits.next().await.unwrap().1);
        }
        assert!(!helped.is_finished(), "so few are for one thread");
        taken.push(waits.next().await.unwrap().1);
        let ((stream, client), mut helps) = helped.await.unwrap();
        let error = stream.try_read(&mut [0]).expect_err("nothing was sent");
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        taken.push(client);
        let all: Vec<_> = clients.iter().map(|client| client.local_addr().unwrap()).collect();
        taken.sort();
        assert!(all.iter().all(|client| taken.binary_search(client).is_ok()), "{taken:?} of {all:?}");

        // There are no more: it waits to be called again.
        let helped = tokio::spawn(async move { helps.next().await });
        for _ in 0..3 {
            yield_now().await;
        }
        let _later = connect(&listener, 1);
        for _ in 0..3 {
            yield_now().await;
        }
        assert!(!helped.is_finished());
        waits.next().await.unwrap();
    }

    #[tokio::test]
    async fn few_that_come_one_by_one_call_nobody() {
        let listener = listener();
        let here = Handle::current();
        let (mut waits, helps) = two(&listener, [&here, &here]);
        let mut called = pin!(helps.threads[1].called.notified());
        called.as_mut().enable();
        for _ in 0..2 * FEW {
            let next = tokio::spawn(async move { (waits.next().await.unwrap(), waits) });
            yield_now().await;
            let _client = connect(&listener, 1);
            waits = next.await.unwrap().1;
        }
        assert!(!called.as_mut().enable());
    }

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn a_thread_with_many_more_flows_lets_another_wait() {
        let listener = listener();
        let (busy, idle) = (runtime(), runtime());
        let (mut first, mut second) = two(&listener, [busy.handle(), idle.handle()]);
        let next = |runtime: &Runtime, accepting: &mut Accepting| {
            let client = connect(&listener, 1);
            let (_, address) = runtime.block_on(accepting.next()).unwrap();
            assert_eq!(client[0].local_addr().unwrap(), address);
        };
        let fill = || busy.spawn(std::future::pending::<()>());
        let waits = |accepting: &Accepting| matches!(accepting.role, Role::Waits(..));
        (0..MANY).for_each(|_| drop(fill()));
        next(&busy, &mut first);
        assert!(waits(&first), "{MANY} are not more than many");
        fill();
        next(&busy, &mut first);
        assert!(!waits(&first));
        next(&idle, &mut second);
        assert!(waits(&second));
        // And back, once it is the other way round.
        (0..2 * MANY + 2).for_each(|_| drop(idle.spawn(std::future::pending::<()>())));
        next(&idle, &mut second);
        next(&busy, &mut first);
        assert!(waits(&first) && !waits(&second));
    }

    #[tokio::test]
    async fn ports_are_waited_for_by_different_threads() {
        let listener = listener();
        let runtimes = [Handle::current(), Handle::current()];
        for turn in 0..4 {
            let both = Accepting::shared_out(&listener, (turn, &runtimes)).unwrap();
            let waits: Vec<_> = both.iter().map(|one| matches!(one.role, Role::Waits(..))).collect();
            assert_eq!(waits, [turn % 2 == 0, turn % 2 == 1]);
        }
    }
}
