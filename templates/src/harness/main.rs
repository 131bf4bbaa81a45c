//! Calls the client with the cases of a file and tells which calls were refused. Usage:
//!
//!     conformance-harness CASES URL
//!
//! The cases are numbered through all operations and sets. Each request carries its number in a
//! header field, so that the server at the URL can tell what it records apart.

#![allow(dead_code, reason = "not every API has every kind of parameter")]

mod calls;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const CASE_HEADER: &str = "x-conformance-case";
const UNDER_WAY: usize = 32;

/// A call under way; its error is the client's own.
type Sent = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// What a call is made of.
struct Case {
    client: client::Client,
    key: String,
    operation: usize,
    args: Map<String, Value>,
}

impl Case {
    fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, String> {
        self.optional(name)?
            .ok_or_else(|| format!("{name} is not given"))
    }

    fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, String> {
        let value = self.args.get(name).cloned();
        value
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| format!("{name}: {error}"))
    }
}

/// A number parameter's argument.
#[derive(Clone, Copy, Deserialize)]
#[serde(from = "serde_json::Number")]
struct NumberArgument(client::Number);

impl From<serde_json::Number> for NumberArgument {
    fn from(number: serde_json::Number) -> Self {
        let float = || number.as_f64().expect("every number of JSON has a float");
        Self(number.as_i64().map_or_else(|| float().into(), Into::into))
    }
}

impl From<NumberArgument> for client::Number {
    fn from(number: NumberArgument) -> Self {
        number.0
    }
}

/// Texts as open enums are made from.
fn texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn sent<T>(call: impl Future<Output = Result<T, client::Error>> + Send + 'static) -> Sent {
    Box::pin(async move { call.await.map(drop).map_err(|error| error.to_string()) })
}

#[derive(Deserialize)]
struct OperationCases {
    sets: Vec<ArgumentSet>,
}

#[derive(Deserialize)]
struct ArgumentSet {
    args: Map<String, Value>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [cases, url] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("usage: conformance-harness CASES URL".into());
    };
    let client = client::Client::builder()
        .base_url(url)
        .access_token("conformance")
        .build()?;
    let operations: Vec<OperationCases> = serde_json::from_str(&std::fs::read_to_string(cases)?)?;
    let sets = operations.into_iter().enumerate();
    let sets =
        sets.flat_map(|(index, operation)| operation.sets.into_iter().map(move |set| (index, set)));
    let cases = sets.enumerate().map(|(number, (operation, set))| Case {
        client: client.clone(),
        key: format!("client:{number}"),
        operation,
        args: set.args,
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let (refused, impossible) = runtime.block_on(call_all(cases.collect()));
    println!(
        "{}",
        json!({ "requests": {}, "refused": refused, "impossible": impossible })
    );
    Ok(())
}

/// Calls everything; gives what failed, and what could not be called, by key.
async fn call_all(cases: Vec<Case>) -> (Map<String, Value>, Map<String, Value>) {
    let cases = Arc::new(cases);
    let next = Arc::new(AtomicUsize::new(0));
    let told = Arc::new(Mutex::new((Map::new(), Map::new())));
    let workers: Vec<_> = (0..UNDER_WAY)
        .map(|_| {
            let (cases, next, told) = (cases.clone(), next.clone(), told.clone());
            tokio::spawn(async move {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (failed, impossible) = match calls::CALLS[case.operation](case) {
                        Ok(call) => (call.await.err(), None),
                        Err(reason) => (None, Some(reason)),
                    };
                    let mut told = told.lock().expect("no worker panics with the lock");
                    told.0.extend(failed.map(|why| (case.key.clone(), why.into())));
                    told.1.extend(impossible.map(|why| (case.key.clone(), why.into())));
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("no worker panics");
    }
    std::mem::take(&mut *told.lock().expect("every worker has ended"))
}
