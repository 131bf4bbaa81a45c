//! The soak test of events at length, by hand:
//! `cargo run --release --package runtime --example events_soak [topics] [events] [moves] [rounds]`.
//!
//! Default: 1,000 topics, 200,000 events over 500 forced reconnects; then 20 rounds of each way to lose events.
//! Prints its tables; ends with 1 if something is wrong.

#[path = "../src/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "a client that calls few operations"
)]
mod runtime;
#[path = "../tests/it/events/server.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod server;
#[path = "../tests/it/events/soak.rs"]
mod soak;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse());
    let mut number = |default| arguments.next().unwrap_or(Ok(default));
    let (Ok(topics), Ok(events), Ok(moves), Ok(rounds)) =
        (number(1_000), number(200_000), number(500), number(20))
    else {
        eprintln!("events_soak [topics] [events] [moves] [rounds]");
        return 2.into();
    };
    let report = soak::moves(topics, events, moves).await;
    println!("{report}");
    let mut faults = report.faults();
    println!("| loss | rounds | events | lost | in no gap | gaps | doubled | out of order |");
    println!("|---|---|---|---|---|---|---|---|");
    for lost in soak::losses(rounds, 100).await {
        println!("{lost}");
        faults.extend(lost.faults());
    }
    for fault in faults.iter().take(20) {
        println!("{fault}");
    }
    u8::from(!faults.is_empty()).into()
}
