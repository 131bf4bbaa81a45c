//! Variants of what is known to go wrong (`hostile`, `retry`, `paging` and others have the kinds): each is
//! one line of a table, and most held when they were written.
//!
//! Longer than most files: a table for each kind.

use super::support::{Fake, GET_THINGS, POST_THINGS, answer, answer_with, builder, raw_server};
use crate::runtime::{
    Attempt, AuthErrorKind, Call, Client, Credentials, Error, Failure, Hook, Paging, RequestParts,
    RetryPolicy,
};
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn is_login(request: &Request<Bytes>) -> bool {
    request.uri().path() == "/oauth/token"
}

/// A client whose log-in host gives that answer, and whose API is fine; how many log-ins and calls came.
async fn logged_in(status: u16, body: &'static str, calls: usize) -> (Result<(), Error>, usize) {
    let fake = Fake::new(move |_, request| {
        if is_login(request) {
            answer(status, body)
        } else {
            answer(200, "{}")
        }
    });
    let builder = builder()
        .transport(fake.clone())
        .client_credentials("id", "s3cret");
    let client = builder.build().expect("the settings are right");
    let mut outcome = Ok(());
    for _ in 0..calls {
        outcome = outcome.and(client.call::<()>(&GET_THINGS).await);
    }
    let log_ins = fake.requests().iter().filter(|it| is_login(it)).count();
    (outcome, log_ins)
}

/// How long a token lasts is a hint: what it is not does not lose the token, nor makes each call log in.
#[tokio::test(start_paused = true)]
async fn an_odd_lifetime_of_a_token_is_none() {
    for lifetime in [
        "-1",
        "0",
        "1e300",
        "\"3600\"",
        "\"soon\"",
        "\"\"",
        "null",
        "3600.0",
        "0.5",
        "18446744073709551615",
        "1e19",
        "[]",
        "{}",
        "true",
    ] {
        let body =
            format!(r#"{{"access_token":"t","token_type":"bearer","expires_in":{lifetime}}}"#);
        let (outcome, log_ins) = logged_in(200, body.leak(), 3).await;
        assert!(outcome.is_ok(), "{lifetime}: {outcome:?}");
        assert_eq!(log_ins, 1, "{lifetime}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_type_of_a_token_is_bearer_in_any_case_and_no_other() {
    for name in ["Bearer", "bearer", "BEARER"] {
        let body = format!(r#"{{"access_token":"t","token_type":"{name}"}}"#);
        assert!(logged_in(200, body.leak(), 1).await.0.is_ok(), "{name}");
    }
    for odd in [
        r#"{"access_token":"t"}"#,
        r#"{"access_token":"t","token_type":null}"#,
        r#"{"access_token":"t","token_type":""}"#,
        r#"{"access_token":"t","token_type":"Bearer "}"#,
        r#"{"access_token":"t","token_type":"bearer,mac"}"#,
        r#"{"access_token":"t","token_type":["bearer"]}"#,
        r#"{"access_token":"","token_type":"bearer"}"#,
        r#"{"access_token":" t","token_type":"bearer"}"#,
        r#"{"access_token":"a b","token_type":"bearer"}"#,
        r#"{"access_token":"\u00e9","token_type":"bearer"}"#,
        r#"{"access_token":"a\r\nx: y","token_type":"bearer"}"#,
        r#"{"access_token":null,"token_type":"bearer"}"#,
        r#"{"access_token":7,"token_type":"bearer"}"#,
        r#"{"token_type":"bearer"}"#,
        "null",
        "",
        "[]",
        "<html>",
    ] {
        let (outcome, log_ins) = logged_in(200, odd, 1).await;
        let Err(Error::Auth(error)) = outcome else {
            panic!("{odd}: {outcome:?}");
        };
        let kinds = [AuthErrorKind::NotAToken, AuthErrorKind::UnusableToken];
        assert!(kinds.contains(&error.kind()), "{odd}: {error}");
        assert_eq!(log_ins, 1, "{odd}");
    }
}

/// A log-in that succeeds in another way than 200 is none.
#[tokio::test(start_paused = true)]
async fn other_answers_to_a_log_in() {
    let token = r#"{"access_token":"t","token_type":"bearer"}"#;
    for status in [201, 204, 302, 304] {
        let (outcome, log_ins) = logged_in(status, token, 1).await;
        assert!(
            matches!(outcome, Err(Error::Auth(_))),
            "{status}: {outcome:?}"
        );
        assert_eq!(log_ins, 1, "{status}");
    }
}

/// How long the second request came after the first, where the first is answered 429 with these fields.
async fn waited(fields: &'static [&'static str]) -> Option<Duration> {
    let fake = Fake::new(move |before, _| {
        if before > 0 {
            return answer(200, "{}");
        }
        let mut refused = http::Response::builder().status(429);
        for field in fields {
            refused = refused.header("retry-after", *field);
        }
        Ok(refused.body(Bytes::new()).expect("fields"))
    });
    let client = builder()
        .transport(fake)
        .build()
        .expect("the settings are right");
    let began = tokio::time::Instant::now();
    client.call::<()>(&POST_THINGS).await.ok()?;
    Some(began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn waits_that_are_asked_for_in_odd_ways() {
    let about = |found: Option<Duration>, seconds: u64| {
        let found = found.expect("it is sent again");
        let wanted = Duration::from_secs(seconds);
        assert!(
            found >= wanted && found < wanted + Duration::from_secs(5),
            "{found:?}"
        );
    };
    for none in [
        &["-5"][..],
        &["1.5"],
        &["5, 7"],
        &["5 seconds"],
        &["\u{ff}"],
        &["+"],
        &[""],
        &["Sun, 06 Nov 1994 08:49:37 GMT"],
        &["Thu, 01 Jan 1970 00:00:00 GMT"],
        &["Sun, 99 Foo 1994 08:49:37 GMT"],
        &["0"],
        &[" 0 "],
    ] {
        about(waited(none).await, 0);
    }
    about(waited(&[" 7 "]).await, 7);
    about(waited(&["007"]).await, 7);
    // One of several that says something is obeyed, and of two the longer one.
    about(waited(&["soon", "7"]).await, 7);
    about(waited(&["3", "7"]).await, 7);
    for for_ever in [
        &["Fri, 31 Dec 9999 23:59:59 GMT"][..],
        &["99999999999999999999999999"],
        &["4294967296"],
    ] {
        assert_eq!(waited(for_ever).await, None, "{for_ever:?}");
    }
}

#[tokio::test]
async fn an_error_whose_body_does_not_end_has_its_status() {
    let big = "x".repeat(1 << 20);
    let chunked = format!(
        "transfer-encoding: chunked\r\n\r\n100000\r\n{big}\r\n100000\r\n{}",
        &big[..1000]
    );
    for (status, kind) in [(429, "429"), (401, "401"), (404, "404")] {
        for rest in [
            chunked.clone(),
            "content-length: 10\r\n\r\n{".to_owned(),
            "transfer-encoding: chunked\r\n\r\nzz\r\n".to_owned(),
            "content-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc".to_owned(),
        ] {
            let url = raw_server(format!("HTTP/1.1 {status} x\r\n{rest}"), false).await;
            let client = builder().base_url(&url).retry(RetryPolicy::never()).build();
            let outcome = client
                .expect("the settings are right")
                .call::<()>(&GET_THINGS)
                .await;
            let Err(Error::Api(error)) = outcome else {
                panic!("{kind}: {outcome:?}");
            };
            assert_eq!(error.status(), status);
        }
    }
}

/// A 2xx whose body is none, or says that there is nothing.
#[tokio::test]
async fn a_success_that_says_nothing_is_an_empty_value() {
    for (status, body) in [
        (200, "null"),
        (200, " null\n"),
        (200, " \r\n\t"),
        (201, ""),
        (202, ""),
        (203, ""),
        (204, ""),
        (205, ""),
        (206, ""),
        (299, ""),
        (200, "\u{feff}"),
        (200, "\u{feff}null"),
    ] {
        let fake = Fake::new(move |_, _| {
            let given = http::Response::builder()
                .status(status)
                .header("content-type", "application/json");
            Ok(given.body(body.into()).expect("an answer"))
        });
        let client = builder()
            .transport(fake)
            .build()
            .expect("the settings are right");
        let map = client.call::<BTreeMap<String, i64>>(&GET_THINGS).await;
        assert_eq!(map.expect(body).len(), 0);
        let list = client.call::<Vec<i64>>(&GET_THINGS).await;
        assert_eq!(list.expect(body).len(), 0);
        client.call::<Value>(&GET_THINGS).await.expect(body);
        client.call::<()>(&GET_THINGS).await.expect(body);
        let text = client.call::<String>(&GET_THINGS).await;
        assert_eq!(text.expect(body), "");
    }
}

/// RFC 8259 section 8.1 lets a reader ignore a byte order mark.
#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_json() {
    let fake = Fake::new(|_, _| answer(200, "\u{feff}{\"a\": 1}"));
    let client = builder()
        .transport(fake)
        .build()
        .expect("the settings are right");
    let map = client.call::<BTreeMap<String, i64>>(&GET_THINGS).await;
    assert_eq!(map.expect("JSON")["a"], 1);
    let raw = client.request(Method::GET, "/x").json::<Value>().await;
    assert_eq!(raw.expect("JSON")["a"], 1);
}

async fn page_count(paging: Paging, pages: Vec<Value>) -> (usize, Option<Error>, Vec<String>) {
    let fake =
        Fake::new(move |before, _| answer(200, &pages[before.min(pages.len() - 1)].to_string()));
    let client = builder()
        .transport(fake.clone())
        .build()
        .expect("the settings are right");
    let parts = RequestParts::new(&client, &GET_THINGS);
    let mut walk = crate::runtime::Pages::<Value>::new(Call::new(parts), paging);
    let (mut received, mut error) = (0, None);
    while let Some(page) = walk.next().await {
        match page {
            Ok(_) => received += 1,
            Err(found) => error = Some(found),
        }
        assert!(received < 200, "it does not end");
    }
    let asked = fake
        .requests()
        .iter()
        .map(|it| it.uri().to_string())
        .collect();
    (received, error, asked)
}

#[tokio::test]
async fn odd_ways_from_page_to_page() {
    let uri = Paging::uri("cursor", "nextUri", "entities");
    let page = |next: Value| json!({"entities": [1], "nextUri": next});
    // Another host is never asked: its URI lends its query alone.
    let (received, error, asked) = page_count(
        uri,
        vec![
            page(json!("https://evil.example/x?cursor=a")),
            page(Value::Null),
        ],
    )
    .await;
    assert!((received, error.is_none()) == (2, true), "{error:?}");
    assert!(
        asked.iter().all(|it| it.starts_with("https://api.")),
        "{asked:?}"
    );
    assert!(asked[1].ends_with("?cursor=a"), "{asked:?}");
    for last in ["", "?cursor=", "/x?cursor=a#?cursor=b"] {
        let (received, ..) = page_count(uri, vec![page(json!(last)), page(Value::Null)]).await;
        assert!(received >= 1, "{last}");
    }
    for odd in [json!(7), json!({"a": 1}), json!([]), json!(true)] {
        let (received, ..) = page_count(uri, vec![page(odd.clone()), page(Value::Null)]).await;
        assert!((1..=2).contains(&received), "{odd}");
    }
    let cursor = Paging::cursor("after", "cursor", "entities");
    let page = |next: &str| json!({"entities": [1], "cursor": next});
    // A round of three.
    let (received, error, _) =
        page_count(cursor, ["a", "b", "c", "a", "b"].map(page).to_vec()).await;
    assert_eq!(received, 4);
    assert!(matches!(error, Some(Error::Paging(_))), "{error:?}");
    // The first record is odd, or the last.
    let number = Paging::number("pageNumber", "pageCount", "entities");
    let page = |count: Value| json!({"entities": [{"v": 0}], "pageCount": count});
    for (counts, pages) in [
        (vec![json!(3), json!(2), json!(2)], 2),
        (vec![json!(3), json!(0)], 2),
        (vec![json!(1.0)], 1),
    ] {
        let (received, error, _) =
            page_count(number, counts.iter().cloned().map(page).collect()).await;
        assert!(
            error.is_none() && received == pages,
            "{counts:?}: {received} {error:?}"
        );
    }
    // No count at all, and equal pages: an error after what was received, and no endless walk.
    for count in [Value::Null, json!(-1), json!("many"), json!(1e30)] {
        let (received, ..) = page_count(number, vec![page(count.clone())]).await;
        assert!(
            (1..=3).contains(&received) || count.is_number(),
            "{count}: {received}"
        );
    }
}

#[tokio::test]
async fn odd_records_at_both_ends_of_a_page() {
    for odd in [vec![0], vec![3], vec![0, 3], vec![0, 1, 2, 3]] {
        let records: Vec<Value> = (0..4)
            .map(|at| {
                if odd.contains(&at) {
                    json!({"a": "x"})
                } else {
                    json!({"a": 1})
                }
            })
            .collect();
        let body = json!({"entities": records, "pageCount": 1}).to_string();
        let fake = Fake::new(move |_, _| answer(200, &body));
        let client = builder()
            .transport(fake)
            .build()
            .expect("the settings are right");
        let call = client.request(Method::GET, "/things").json::<Listing>();
        let mut items = call
            .pages(Paging::number("pageNumber", "pageCount", "entities"))
            .items(|page| page.entities);
        let mut outcomes = Vec::new();
        while let Some(item) = items.next().await {
            outcomes.push(item.is_err());
        }
        let wanted: Vec<bool> = (0..4).map(|at| odd.contains(&at)).collect();
        assert_eq!(outcomes, wanted);
    }
}

#[derive(serde::Deserialize)]
struct Listing {
    entities: Vec<BTreeMap<String, i64>>,
}

#[derive(Debug)]
struct Panicking(AtomicUsize);

impl Hook for Panicking {
    fn before(&self, _: &Attempt, _: &mut Request<Bytes>) -> Result<(), Error> {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("planted")
    }
}

/// In a hook, a transport or a policy; of a call, of pages, of a job: an error, and one try.
#[tokio::test(start_paused = true)]
async fn panics_of_others_end_what_they_are_in() {
    fn panics(_: &Failure<'_>) -> Option<Duration> {
        panic!("planted")
    }
    let transport = || Fake::new(|_, _| panic!("planted"));
    let failing = || Fake::new(|_, _| answer(503, ""));
    let hook = Arc::new(Panicking(AtomicUsize::new(0)));
    let cases: [(&str, Client); 3] = [
        (
            "transport",
            builder().transport(transport()).build().expect("settings"),
        ),
        (
            "policy",
            builder()
                .transport(failing())
                .retry(RetryPolicy::custom(panics))
                .build()
                .expect("settings"),
        ),
        (
            "hook",
            builder()
                .transport(failing())
                .hook(hook.clone())
                .build()
                .expect("settings"),
        ),
    ];
    for (what, client) in cases {
        let outcome = client.call::<()>(&GET_THINGS).await;
        assert!(
            matches!(outcome, Err(Error::Transport(_))),
            "{what}: {outcome:?}"
        );
        let pages = client.request(Method::GET, "/things").json::<Value>();
        let mut pages = pages.pages(Paging::number("pageNumber", "pageCount", "entities"));
        assert!(
            pages.next().await.is_some_and(|page| page.is_err()),
            "{what}"
        );
        assert!(pages.next().await.is_none(), "{what}");
        let keys = crate::runtime::JobKeys::new("id", "state", &["DONE"], &[]);
        let job = client.request(Method::POST, "/jobs").wait(keys).await;
        assert!(job.is_err(), "{what}");
    }
    assert_eq!(hook.0.load(Ordering::SeqCst), 3);
    // The log-in's transport.
    let fake = transport();
    let credentials = Credentials::client_credentials("id", "s3cret");
    let client = builder()
        .transport(fake)
        .credentials(credentials)
        .build()
        .expect("settings");
    for _ in 0..2 {
        let outcome = client.call::<()>(&GET_THINGS).await;
        assert!(matches!(outcome, Err(Error::Auth(_))), "{outcome:?}");
    }
}

/// A job that is started and asked for once, before the transport panics.
#[tokio::test(start_paused = true)]
async fn panics_while_a_job_is_waited_for() {
    // The fake is of no use after its panic, so what came is counted beside it.
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let fake = Fake::new(move |_, _| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => answer(202, r#"{"id": "j"}"#),
        1 => answer(200, r#"{"state": "RUNNING"}"#),
        _ => panic!("planted"),
    });
    let client = builder().transport(fake).build().expect("settings");
    let keys = crate::runtime::JobKeys::new("id", "state", &["DONE"], &[]);
    let outcome = client.request(Method::POST, "/jobs").wait(keys).await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

/// Redirects are not followed, and where they lead is not shown.
#[tokio::test]
async fn redirects_show_no_place() {
    let fake = Fake::new(|_, _| answer_with(302, "location", "https://x.example/?token=s3cr3t"));
    let client = builder().transport(fake.clone()).build().expect("settings");
    let error = client
        .call::<()>(&GET_THINGS)
        .await
        .expect_err("no success");
    assert!(!format!("{error} {error:?}").contains("s3cr3t"));
    assert_eq!(fake.requests().len(), 1);
}
