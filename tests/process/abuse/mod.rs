//! Requests of attackers: the server answers each at a low cost, and answers other clients in the meantime.
//!
//! The server is a separate process, so that its resource usage can be measured. `cargo test --release --test process
//! abuse:: -- --nocapture` prints it.

// Resource usage is read from Linux's /proc.
mod connections;
mod corpus;
mod http2;
mod server;
mod slow;

use std::time::Duration;

use corpus::corpus;
use server::Server;

/// The maximum CPU time of a request in milliseconds. A debug build is many times slower.
const PROCESSOR: u64 = if cfg!(debug_assertions) { 2_000 } else { 100 };
/// The maximum memory that a request may add, in KiB.
const MEMORY: u64 = 50 * 1024;
/// The maximum time until a response.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn abusive_requests_are_cheap_and_do_not_block_others() {
    let server = Server::start();
    server.asks_well().await;
    let all = corpus();
    assert!(all.len() >= 60, "{}", all.len());
    for abuse in &all {
        server.settle();
        let before = server.spent();
        let (answer, well) = tokio::join!(tokio::time::timeout(PATIENCE, server.send(abuse)), server.asks_well_soon());
        let after = server.spent();
        assert!(well, "nobody else was answered during {}", abuse.name);
        let (status, length) = answer.unwrap_or_else(|_| panic!("no answer to {}", abuse.name));
        let (processor, memory) = (after.processor - before.processor, after.memory.saturating_sub(before.memory));
        println!("{:50} {status:>4} {length:>8} bytes {processor:>6} ms {memory:>7} KiB", abuse.name);
        assert!(status < 500, "{}: {status}", abuse.name);
        assert!(length < 1_000_000, "{}: {length} bytes come back", abuse.name);
        assert!(processor <= PROCESSOR, "{}: {processor} ms of the processor", abuse.name);
        assert!(memory <= MEMORY, "{}: {memory} KiB more", abuse.name);
    }
    server.asks_well().await;
}

#[tokio::test]
async fn subscriptions_per_client_are_limited() {
    let server = Server::start();
    let before = server.spent();
    let (taken, refused) = slow::subscribe(server.address(), 10_000).await;
    let memory = server.spent().memory.saturating_sub(before.memory);
    println!("10,000 subscriptions: {taken} taken, {refused} refused, {memory} KiB");
    assert_eq!((taken, refused), (100, 9_900));
    assert!(memory <= MEMORY, "{memory} KiB more");
    server.asks_well().await;
}

#[tokio::test]
async fn oversized_messages_close_only_their_socket() {
    let server = Server::start();
    assert_eq!(slow::oversized(server.address()).await, Some(1009));
    server.asks_well().await;
}
