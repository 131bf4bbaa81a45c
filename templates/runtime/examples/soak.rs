//! The soak test at length, by hand:
//! `cargo run --release --package runtime --example soak [calls] [concurrency] [http2]`.
//!
//! Default: 100,000 calls, 64 at a time, over HTTP/1.1. Prints its table; ends with 1 if a call ended wrong.

#[path = "../src/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "a client that calls few operations"
)]
mod runtime;
#[path = "../tests/it/soak.rs"]
mod soak;
#[path = "../tests/it/soak_server.rs"]
mod soak_server;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_http2 = arguments.iter().any(|text| text == "http2");
    let numbers = arguments.iter().filter(|text| *text != "http2");
    let mut arguments = numbers.map(|text| text.parse());
    let mut number = |default| arguments.next().unwrap_or(Ok(default));
    let (Ok(calls), Ok(concurrency)) = (number(100_000), number(64)) else {
        eprintln!("soak [calls] [concurrency] [http2]");
        return 2.into();
    };
    let report = soak::run(calls, concurrency, is_http2).await;
    println!("{report}");
    let found = report.faults_found();
    for fault in found.iter().take(20) {
        println!("{fault}");
    }
    u8::from(!found.is_empty()).into()
}
