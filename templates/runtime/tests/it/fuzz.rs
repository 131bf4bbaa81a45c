//! Random inputs, bent from good ones, where others' bytes are read: no panic, no endless walk, no wait
//! without end, and no value shown. A second of each here; `FUZZ_SECONDS=600 cargo test -p runtime --lib
//! --all-features it::fuzz` for ten minutes. `FUZZ_SEED` repeats a run.

use super::support::{Fake, GET_THINGS, POST_THINGS, answer, builder};
use crate::runtime::{Call, Error, Pages, Paging, RequestParts};
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What is put into inputs beside their own bytes.
const PIECES: &[&str] = &[
    "null",
    "\"\"",
    "[]",
    "{}",
    "-1",
    "0",
    "1e400",
    "1e-400",
    "18446744073709551616",
    "9223372036854775807",
    "3.0",
    "true",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\u{202e}",
    "\r\n",
    "\u{1b}[31m",
    "\"",
    ",",
    ":",
    "{\"a\":",
    "[",
    "]",
    "}",
    "GMT",
    "99999999999999999999",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "https://x/?cursor=a&cursor=b",
    "?",
    "#",
    "&",
    "=",
    "%zz",
];

/// A good input, bent.
fn bent(random: &mut fastrand::Rng, seeds: &[&str]) -> Vec<u8> {
    let mut bytes = random
        .choice(seeds)
        .map_or_else(Vec::new, |seed| seed.as_bytes().to_vec());
    for _ in 0..random.usize(0..6) {
        let at = random.usize(0..=bytes.len());
        let to = random.usize(at..=bytes.len().min(at + 12));
        let piece = match random.u8(0..4) {
            0 => vec![random.u8(..)],
            1 => Vec::new(),
            2 => bytes[at..to].repeat(random.usize(1..40)),
            _ => random
                .choice(PIECES)
                .map_or_else(Vec::new, |piece| piece.as_bytes().to_vec()),
        };
        bytes.splice(at..to, piece);
    }
    bytes
}

/// Runs `check` on inputs until the time is up; says how many they were.
async fn fuzz<F: Future<Output = ()>>(
    name: &str,
    seeds: &[&str],
    check: impl Fn(Vec<u8>, u64) -> F,
) {
    let setting = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|it| it.parse::<u64>().ok())
    };
    let time = Duration::from_secs(setting("FUZZ_SECONDS").unwrap_or(1));
    let seed = setting("FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    eprintln!("{name}: FUZZ_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (began, mut count) = (Instant::now(), 0_u64);
    while began.elapsed() < time {
        let input = bent(&mut random, seeds);
        check(input, random.u64(..)).await;
        count += 1;
    }
    eprintln!("{name}: {count} inputs");
    assert!(count > 0);
}

/// What no error shows: it stands in all seeds.
fn shows_nothing(error: &Error) {
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
    assert!(
        !shown.contains(|it: char| it.is_control() || it == '\u{202e}'),
        "{shown:?}"
    );
}

#[expect(clippy::unnecessary_wraps, reason = "a transport's answer is a result")]
fn body(status: u16, bytes: Vec<u8>) -> Result<http::Response<Bytes>, Error> {
    let answer = http::Response::builder()
        .status(status)
        .header("content-type", "application/json");
    Ok(answer.body(bytes.into()).expect("a status"))
}

#[tokio::test(start_paused = true)]
async fn token_answers() {
    let seeds = [
        r#"{"access_token":"s3cr3t","token_type":"bearer","expires_in":3600,"refresh_token":"s3cr3t"}"#,
        r#"{"error":"invalid_request","description":"rate limit exceeded"}"#,
        r#"{"access_token":"s3cr3t","token_type":"Bearer","expires_in":"3600"}"#,
    ];
    fuzz("token answers", &seeds, |input, random| async move {
        let status = [200, 200, 200, 400, 401, 500][usize::try_from(random % 6).expect("small")];
        let fake = Fake::new(move |_, request| match request.uri().path() {
            "/oauth/token" => body(status, input.clone()),
            _ => answer(200, "{}"),
        });
        let client = builder()
            .transport(fake.clone())
            .client_credentials("id", "s3cr3t")
            .build();
        let client = client.expect("the settings are right");
        let outcome = client.call::<()>(&GET_THINGS).await;
        outcome.err().iter().for_each(shows_nothing);
        assert!(fake.requests().len() < 8, "a storm");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn error_bodies() {
    let seeds = [
        r#"{"message":"No.","code":"bad.request","status":400,"contextId":"c-1","messageParams":{"s3cr3t":"s3cr3t"}}"#,
        r#"{"details":[{"errorCode":"x","entityName":"s3cr3t"}],"errors":[{"code":"a"}],"limit":{"value":300}}"#,
        "<html><body>502</body></html>",
    ];
    fuzz("error bodies", &seeds, |input, random| async move {
        let status = [400, 403, 404, 409, 413, 500][usize::try_from(random % 6).expect("small")];
        let fake = Fake::new(move |_, _| body(status, input.clone()));
        let client = builder()
            .transport(fake)
            .build()
            .expect("the settings are right");
        let Err(Error::Api(error)) = client.call::<Value>(&GET_THINGS).await else {
            panic!("{status} is an error of the API");
        };
        assert_eq!(error.status(), status);
        let _ = (
            error.permissions(),
            error.missing_permissions(),
            error.said().limit.as_ref(),
        );
        let shown = format!("{error} {error:?} {:?}", error.said());
        assert!(!shown.contains(|it: char| it.is_control()), "{shown:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn waits_that_are_asked_for() {
    let seeds = [
        "120",
        "0",
        "Sun, 06 Nov 2094 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "18446744073709551615",
    ];
    fuzz("Retry-After", &seeds, |input, random| async move {
        let Ok(value) = http::HeaderValue::from_bytes(&input) else {
            return;
        };
        let status = if random.is_multiple_of(2) { 429 } else { 503 };
        let fake = Fake::new(move |_, _| {
            let answer = http::Response::builder()
                .status(status)
                .header("retry-after", value.clone());
            Ok(answer.body(Bytes::new()).expect("a status"))
        });
        let client = builder()
            .transport(fake.clone())
            .build()
            .expect("the settings are right");
        let call = client
            .call::<()>(&GET_THINGS)
            .timeout(Duration::from_secs(900));
        let began = tokio::time::Instant::now();
        call.await.expect_err("it is always refused");
        assert!(
            began.elapsed() <= Duration::from_secs(901),
            "{:?}",
            began.elapsed()
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn ways_from_page_to_page() {
    let seeds = [
        r#"{"entities":[1,2],"pageCount":3,"cursor":"a","nextUri":"/x?cursor=a&pageNumber=2"}"#,
        r#"{"entities":[],"pageCount":1.0,"cursor":7,"nextUri":"https://x/?cursor=b#c"}"#,
        r#"{"entities":null,"pageCount":"3","cursor":"","nextUri":null}"#,
    ];
    fuzz("cursors", &seeds, |input, random| async move {
        let ways = [
            Paging::number("pageNumber", "pageCount", "entities"),
            Paging::total("pageNumber", "pageCount", "entities"),
            Paging::cursor("cursor", "cursor", "entities"),
            Paging::uri("cursor", "nextUri", "entities"),
            Paging::cursor("a.b", "cursor", "entities").in_body(),
        ];
        let paging = ways[usize::try_from(random % 5).expect("small")];
        // Each page but the first is bent from the same again.
        let random = Arc::new(Mutex::new(fastrand::Rng::with_seed(random)));
        let fake = Fake::new(move |before, _| {
            let mut random = random.lock().expect("nothing panics with it");
            let text = String::from_utf8_lossy(&input).into_owned();
            body(
                200,
                if before == 0 {
                    input.clone()
                } else {
                    bent(&mut random, &[&text])
                },
            )
        });
        let client = builder()
            .transport(fake)
            .build()
            .expect("the settings are right");
        let call = Call::new(
            RequestParts::new(&client, &POST_THINGS).body(&BTreeMap::<String, u8>::new()),
        );
        let mut items = Pages::<Value>::new(call, paging).items(|page| vec![page]);
        for _ in 0..60 {
            match items.next().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => shows_nothing(&error),
                None => break,
            }
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn values() {
    let seeds = [
        r#"{"s3cr3t":{"a":["s3cr3t",1]},"b":{"c":[null,2.5]}}"#,
        r#"{"a":{"b":[1e2,-3]},"c":{}}"#,
        r#"{"\u0061":{"a":[18446744073709551615]}}"#,
    ];
    fuzz("decoding", &seeds, |input, _| async move {
        let fake = Fake::new(move |_, _| body(200, input.clone()));
        let client = builder()
            .transport(fake)
            .build()
            .expect("the settings are right");
        let typed = client
            .call::<BTreeMap<String, BTreeMap<String, Vec<f64>>>>(&GET_THINGS)
            .await;
        typed.err().iter().for_each(shows_nothing);
        let list = client.call::<Vec<Option<i64>>>(&GET_THINGS).await;
        list.err().iter().for_each(shows_nothing);
        let json = client
            .call::<Value>(&GET_THINGS)
            .json::<BTreeMap<String, u8>>()
            .await;
        json.err().iter().for_each(shows_nothing);
    })
    .await;
}
