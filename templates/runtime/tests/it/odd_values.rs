//! JSON that servers write and that is hard to read: one odd value never loses the answer around it, and
//! nothing is read as something else than it says.

use super::support::{Fake, GET_THINGS, answer, builder};
use crate::runtime::model::{self, Open};
use crate::runtime::{Client, Error, JobKeys, Paging};
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[non_exhaustive]
pub struct Odd {
    pub id: Option<String>,
    pub count: Option<i64>,
    pub weight: Option<f64>,
    pub enabled: Option<bool>,
    pub created: Option<jiff::Timestamp>,
    pub day: Option<jiff::civil::Date>,
    pub state: Option<Open<State>>,
    pub inner: Option<Box<Odd>>,
    pub list: Option<Vec<f64>>,
    pub map: Option<BTreeMap<String, f64>>,
    pub any: Option<Value>,
    pub extra: model::Extra,
}
model::fields! {
    Odd "Odd" { 0 id "id", 1 count "count", 2 weight "weight", 3 enabled "enabled", 4 created "created",
    5 day "day", 6 state "state", 7 inner "inner", 8 list "list", 9 map "map", 10 any "any" } 11
}

#[non_exhaustive]
pub enum State {
    Active,
}
model::values! { State { Active "ACTIVE" } }

fn client(body: impl Into<Bytes>) -> Client {
    let body: Bytes = body.into();
    let fake = Fake::new(move |_, _| {
        let answer = http::Response::builder().header("content-type", "application/json");
        Ok(answer.body(body.clone()).expect("an answer"))
    });
    let builder = builder().transport(fake);
    builder.build().expect("the settings are right")
}

async fn read(body: impl Into<Bytes>) -> Result<Odd, Error> {
    client(body).call::<Odd>(&GET_THINGS).await
}

/// Each key of the model, and one that the docs do not have.
const KEYS: [&str; 12] = [
    "count", "weight", "enabled", "created", "day", "state", "inner", "list", "map", "any", "id2",
    "unknown",
];

/// Numbers that no type of Rust holds, texts that are no Unicode, and what else is hard.
const VALUES: [&str; 22] = [
    "1e400",
    "-1e400",
    "1E+400",
    "1e-400",
    "-0",
    "-0.0",
    "0e0",
    "123456789012345678901234567890",
    "-9223372036854775809",
    "18446744073709551616",
    "0.1e309",
    "[1e400]",
    r#"{"a": 1e400, "b": [1, 1e999]}"#,
    r#""\ud800""#,
    r#""\udc00 x""#,
    r#""\ud83dx""#,
    r#""\ud83d\ud83d\ude00""#,
    r#""\u0000""#,
    r#"{"\ud800": 1}"#,
    r#"["\udfff", "\\ud800"]"#,
    "\"\u{1}\n\t\"",
    r#""\uFFFF\uFFFE""#,
];

/// `1e400` is JSON and no number of 64 bits; it lost the whole answer, as half of a surrogate pair did,
/// which is what Java writes of an emoji that is cut.
#[tokio::test]
async fn one_odd_value_never_loses_the_answer() {
    for value in VALUES {
        for key in KEYS {
            for body in [
                format!(r#"{{"id": "i", "{key}": {value}, "enabled2": true}}"#),
                format!(r#"{{"inner": {{"{key}": {value}}}, "id": "i"}}"#),
            ] {
                let odd = read(body.clone()).await;
                let odd = odd.unwrap_or_else(|error| panic!("{body}: {error} {error:?}"));
                assert_eq!(odd.id.as_deref(), Some("i"), "{body}");
                // And it can be sent back.
                let sent = serde_json::to_value(&odd).expect("JSON");
                assert_eq!(sent["id"], "i", "{body}");
            }
        }
        // As the caller's own type, in a list, under a key, and as an item of a page.
        let body = format!(r#"{{"entities": [{{"id": "a"}}, {{"x": {value}}}, {{"id": "b"}}]}}"#);
        let client = client(body.clone());
        let raw = client.request(Method::GET, "/things").json::<Value>();
        let raw = raw.clone().await;
        let raw = raw.unwrap_or_else(|error| panic!("{body}: {error} {error:?}"));
        assert_eq!(raw["entities"][2]["id"], "b", "{body}");
        // It does not end the way to the next page either.
        let first = body.replacen('{', r#"{"cursor": "c", "#, 1);
        let fake = Fake::new(move |before, _| answer(200, [&first, &body][before.min(1)]));
        let client = builder().transport(fake).build().expect("settings");
        let pages = client.request(Method::GET, "/things").json::<Value>();
        let mut pages = pages.pages(Paging::cursor("after", "cursor", "entities"));
        for _ in 0..2 {
            let page = pages.next().await.expect(value);
            assert!(page.is_ok(), "{value}: {page:?}");
        }
        assert!(pages.next().await.is_none(), "{value}");
    }
}

/// What is kept of them.
#[tokio::test]
async fn odd_values_are_what_they_say_or_kept() {
    let body = r#"{"weight": 1e400, "count": -0, "list": [1, 1e400, 2], "map": {"a": 1e400, "b": 2},
        "any": "a\ud800b", "created": "2024-01-31T09:30:00Z", "unknown": {"x": 1e400}}"#;
    let odd = read(body).await.expect("an answer");
    assert_eq!((odd.weight, odd.count), (None, Some(0)));
    assert_eq!(odd.list, Some(vec![1.0, 2.0]));
    assert_eq!(odd.map.map(|map| map.len()), Some(1));
    assert_eq!(odd.any, Some(json!("a\u{fffd}b")));
    assert!(odd.created.is_some());
    // The digits are not lost.
    assert_eq!(odd.extra.get("weight"), Some(&json!("1e400")));
    assert_eq!(odd.extra.get("unknown"), Some(&json!({"x": "1e400"})));
    let left_out: Vec<_> = odd.extra.left_out().collect();
    assert_eq!(left_out[0], ("list[1]".to_owned(), &json!("1e400")));
    // Bytes that are no text.
    let odd = read(&b"{\"id\": \"a\xff\xc0b\", \"any\": \"\x07\"}"[..]).await;
    let odd = odd.expect("an answer");
    assert_eq!(odd.id.as_deref(), Some("a\u{fffd}\u{fffd}b"));
    assert_eq!(odd.any, Some(json!("\u{7}")));
    // A list and a map as a whole are not doubled when they are read again.
    let list = client("[1, 2, 1e400, 3]")
        .call::<Vec<f64>>(&GET_THINGS)
        .await;
    let error = list.expect_err("there is no model to keep it");
    assert!(
        matches!(&error, Error::Decode(it) if it.json_path() == "[2]"),
        "{error:?}"
    );
    let list = client(r#"["a", "\ud800"]"#)
        .call::<Vec<String>>(&GET_THINGS)
        .await;
    assert_eq!(list.expect("texts"), ["a", "\u{fffd}"]);
    let map = client(r#"{"a": "x", "\ud800": "y"}"#);
    let map = map.call::<BTreeMap<String, String>>(&GET_THINGS).await;
    assert_eq!(map.expect("texts")["a"], "x");
}

/// What is no JSON stays an error, and shows nothing of itself.
#[tokio::test]
async fn what_is_no_json_is_an_error() {
    for body in [
        "{\"id\": \"s3cr3t\"",
        "{\"id\": \"s3cr3t}",
        "{\"id\": s3cr3t}",
        "{\"id\": 01}",
        "{\"id\": 1.}",
        "{\"id\": .5}",
        "{\"id\": 1e}",
        "{\"id\": 1e400x}",
        "{\"id\": +1}",
        "{\"id\": --1}",
        "{\"id\": NaN}",
        "{\"id\": Infinity}",
        "{\"id\": \"\\ud8\"}",
        "{\"id\": \"\\x\"}",
        "{\"id\": '\\ud800'}",
        "{\"id\": 1}{\"id\": 2}",
        "{\"id\": 1},",
        "{\"id\" 1}",
        "{s3cr3t: 1}",
        "\u{0}",
        "{}\u{0}",
        "\u{fffe}{}",
    ] {
        let Err(error) = read(body).await else {
            panic!("{body}");
        };
        assert!(matches!(error, Error::Decode(_)), "{body}: {error:?}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
    let deep = format!("{{\"any\": {}", "[".repeat(10_000));
    read(deep).await.expect_err("it does not end");
    let deep = format!("{{\"any\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    read(deep).await.expect_err("it is too deep");
}

/// A key that stands twice: of a model it is an error with its place, whatever the depth; beyond the docs the
/// last counts, as in JavaScript.
#[tokio::test]
async fn keys_that_stand_twice() {
    for (body, path) in [
        (r#"{"id": "a", "id": "b"}"#, "id"),
        (r#"{"id": "a", "\u0069d": "b"}"#, "id"),
        (
            r#"{"inner": {"inner": {"count": 1, "x": 2, "count": 1}}}"#,
            "inner.inner.count",
        ),
        (r#"{"map": {"s3cr3t": 1, "s3cr3t": 2}}"#, "map.*"),
    ] {
        let Err(Error::Decode(error)) = read(body).await else {
            panic!("{body}");
        };
        assert_eq!(error.json_path(), path);
    }
    let odd = read(r#"{"x": {"y": {"z": 1, "z": 2}}, "x": {"y": {"z": 3, "z": 4}}}"#).await;
    let odd = odd.expect("it is beyond the docs");
    assert_eq!(odd.extra.get("x"), Some(&json!({"y": {"z": 4}})));
}

/// A point in time is the one that is meant, or none, and then its text is kept.
#[tokio::test]
async fn dates_at_the_edges() {
    for (text, read_as) in [
        ("2016-12-31T23:59:60Z", Some("2016-12-31T23:59:59Z")),
        ("0000-01-01T00:00:00Z", Some("0000-01-01T00:00:00Z")),
        ("9999-12-30T00:00:00Z", Some("9999-12-30T00:00:00Z")),
        ("2024-02-29", Some("2024-02-29T00:00:00Z")),
        ("2024-01-31T09:30:00", Some("2024-01-31T09:30:00Z")),
        ("2024-01-31T09:30:00+01:00", Some("2024-01-31T08:30:00Z")),
        ("2024-01-31T09:30:00+0100", Some("2024-01-31T08:30:00Z")),
        // With a zone but without its offset: a guess of UTC would be wrong by hours.
        ("2024-03-31T02:30:00[Europe/Berlin]", None),
        ("2024-07-01T12:00:00[Europe/Berlin]", None),
        ("2024-07-01[Europe/Berlin]", None),
        // Beyond what jiff holds: with the offset left out it would be another time.
        ("9999-12-31T23:59:59-05:00", None),
        ("9999-12-31T23:59:59.999Z", None),
        ("+10000-01-01T00:00:00Z", None),
        ("10000-01-01T00:00:00Z", None),
        ("2023-02-29", None),
        ("2023-02-29T00:00:00Z", None),
        ("2024-01-31T24:00:00Z", None),
        ("2024-01-31T09:30:00+99:00", None),
        ("0000-00-00", None),
        ("0000-00-00T00:00:00Z", None),
        ("", None),
        ("now", None),
        ("1706693400000", None),
    ] {
        let body = json!({"created": text, "id": "i"}).to_string();
        let odd = read(body).await.expect(text);
        let found = odd.created.map(|time| time.to_string());
        assert_eq!(found.as_deref(), read_as, "{text}");
        if read_as.is_none() {
            assert_eq!(odd.extra.get("created"), Some(&json!(text)));
        }
    }
    for (text, read_as) in [
        ("0000-01-01", Some("0000-01-01")),
        ("9999-12-31", Some("9999-12-31")),
        ("2024-01-31T09:30:00", Some("2024-01-31")),
        ("+10000-01-01", None),
        ("2023-02-29", None),
        ("0000-00-00", None),
        ("", None),
    ] {
        let odd = read(json!({"day": text}).to_string()).await.expect(text);
        let found = odd.day.map(|day| day.to_string());
        assert_eq!(found.as_deref(), read_as, "{text}");
    }
    // Numbers where dates are documented are kept as numbers.
    let odd = read(r#"{"created": 1706693400000, "day": 20240131}"#).await;
    let odd = odd.expect("an answer");
    assert_eq!(
        odd.extra.get("created"),
        Some(&json!(1_706_693_400_000_i64))
    );
    assert_eq!((odd.created, odd.day), (None, None));
}

/// An error's body is read as kindly as an answer.
#[tokio::test]
async fn an_errors_odd_body_still_explains_it() {
    for odd in [r#""\ud800""#, "1e400", "\"\u{1}\""] {
        let body = format!(r#"{{"code": "bad", "message": "m", "x": {odd}}}"#);
        let fake = Fake::new(move |_, _| answer(400, &body));
        let client = builder().transport(fake).build().expect("settings");
        let Err(Error::Api(error)) = client.call::<()>(&GET_THINGS).await else {
            panic!("{odd}");
        };
        assert_eq!((error.code(), error.message()), (Some("bad"), Some("m")));
        let refusal = format!(r#"{{"error": "invalid_client", "x": {odd}}}"#);
        let fake = Fake::new(move |_, _| answer(400, &refusal));
        let builder = builder().transport(fake).client_credentials("id", "s3cr3t");
        let client = builder.build().expect("settings");
        let Err(Error::Auth(error)) = client.call::<()>(&GET_THINGS).await else {
            panic!("{odd}");
        };
        assert_eq!(error.code(), Some("invalid_client"));
    }
}

/// Items of a page that has no list of them, and ways on that lead nowhere: an end or an error, after what came.
#[tokio::test]
async fn odd_pages() {
    let walk = async |paging: Paging, pages: Vec<String>| {
        let fake = Fake::new(move |before, _| answer(200, &pages[before.min(pages.len() - 1)]));
        let client = builder().transport(fake.clone()).build();
        let client = client.expect("the settings are right");
        let call = client.request(Method::GET, "/things").json::<Listing>();
        let mut items = call
            .pages(paging)
            .items(|page| page.entities.unwrap_or_default());
        let (mut received, mut error) = (0, None);
        while let Some(item) = items.next().await {
            match item {
                Ok(_) => received += 1,
                Err(found) => error = Some(found),
            }
            assert!(received < 200, "it does not end");
        }
        let asked = fake.requests();
        let asked: Vec<_> = asked.iter().map(|it| it.uri().to_string()).collect();
        (received, error, asked)
    };
    // No list.
    for entities in ["null", "{}", "{\"a\": 1}", "7", "\"x\"", "[null]", "[[]]"] {
        for paging in [
            Paging::number("pageNumber", "pageCount", "entities"),
            Paging::total("pageNumber", "pageCount", "entities"),
            Paging::cursor("after", "cursor", "entities"),
        ] {
            let page = format!(r#"{{"entities": {entities}, "pageCount": 1}}"#);
            let (received, error, asked) = walk(paging, vec![page]).await;
            assert_eq!(received, 0, "{entities}");
            let is_read = entities == "null";
            assert_eq!(error.is_none(), is_read, "{entities}: {error:?}");
            assert!(asked.len() <= 2, "{entities}: {asked:?}");
        }
    }
    // A cursor of 1 MiB fits into no URI; the page that came with it is given out before.
    let long = "c".repeat(1 << 20);
    for paging in [
        Paging::cursor("after", "next", "entities"),
        Paging::uri("after", "next", "entities"),
    ] {
        let page = json!({"entities": [1, 2], "next": format!("/x?after={long}")}).to_string();
        let (received, error, asked) = walk(paging, vec![page]).await;
        assert_eq!((received, asked.len()), (2, 1));
        let error = error.expect("there is no way on");
        assert!(matches!(error, Error::Paging(_)), "{error:?}");
        assert!(format!("{error:?}{error}").len() < 1_000);
    }
    // Wherever a URI points, this host is asked, and nothing but its query is taken.
    let next = Paging::uri("after", "next", "entities");
    for uri in [
        "https://evil.example/x?after=b",
        "//evil.example/x?after=b",
        "https://user:s3cr3t@evil.example?after=b",
        "https://api.mypurecloud.com@evil.example/?after=b",
        "\\\\evil.example\\x?after=b",
        "javascript:alert(1)?after=b",
        "?after=b#https://evil.example/?after=c",
        "/x?after=b#?after=c",
        "https://evil.example:99999/?after=b",
        "/../../x?after=b",
        "http://api.mypurecloud.com/x?after=b",
    ] {
        let first = json!({"entities": [1], "next": uri}).to_string();
        let last = json!({"entities": [2]}).to_string();
        let (received, error, asked) = walk(next, vec![first, last]).await;
        assert!(error.is_none() && received == 2, "{uri}: {error:?}");
        assert_eq!(
            asked[1], "https://api.mypurecloud.com/things?after=b",
            "{uri}"
        );
    }
    // What is no query.
    for uri in [
        "?after=a\r\nx: y",
        "?after=a b",
        "?after=\u{e9}",
        "?after=%",
        "?after=a&\u{0}=b",
        "?after=a&authorization=Bearer%20evil",
    ] {
        let first = json!({"entities": [1], "next": uri}).to_string();
        let last = json!({"entities": [2]}).to_string();
        let (received, error, asked) = walk(next, vec![first, last]).await;
        assert!(received >= 1, "{uri}");
        assert_eq!(received == 2, error.is_none(), "{uri}: {error:?}");
        assert!(asked.len() <= 2 && asked.iter().all(|it| !it.contains(['\r', '\n', ' '])));
        if let Some(error) = error {
            assert!(matches!(error, Error::Paging(_)), "{uri:?}: {error:?}");
        }
    }
}

#[derive(serde::Deserialize)]
struct Listing {
    entities: Option<Vec<i64>>,
}

/// Hosts that look like others. Only what is written is asked, and what cannot be is refused when the client is
/// built.
#[test]
fn hosts_that_look_like_others() {
    for (url, shown) in [
        (
            "https://xn--bcher-kva.example",
            "https://xn--bcher-kva.example",
        ),
        ("https://API.EXAMPLE", "https://API.EXAMPLE"),
        ("https://api.example.", "https://api.example."),
        (
            "https://[::ffff:127.0.0.1]:1",
            "https://[::ffff:127.0.0.1]:1",
        ),
    ] {
        let client = builder().base_url(url).build().expect(url);
        assert_eq!(client.base_url(), shown);
    }
    for url in [
        "https://b\u{fc}cher.example",
        "https://api.example\u{ff0f}.evil.example",
        "https://api.example\u{2024}evil",
        "https://api.example%2eevil.example",
        "https://api.example%00.evil.example",
        "https://api.example\t",
        "https://api.example\r\nhost: evil",
        "https://api.example\\@evil.example",
        "https://0x7f.1\u{3002}1",
    ] {
        let error = builder().base_url(url).build().err();
        assert!(
            matches!(error, Some(Error::Config(_))),
            "{url:?}: {error:?}"
        );
    }
}

/// A number beyond 64 bits became `1.2345678901234568e29`, and another job was asked for.
#[tokio::test(start_paused = true)]
async fn a_jobs_id_is_used_as_it_is_written() {
    for (id, path) in [
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        ),
        ("18446744073709551616", "18446744073709551616"),
        ("0.10", "0.10"),
        ("\"0123\"", "0123"),
        (r#""a\/..\/b""#, "a%2F..%2Fb"),
        (r#""?x#y""#, "%3Fx%23y"),
    ] {
        let body = format!(r#"{{"id": {id}, "state": "DONE"}}"#);
        let fake = Fake::new(move |_, _| answer(200, &body));
        let client = builder().transport(fake.clone()).build().expect("settings");
        let keys = JobKeys::new("id", "state", &["DONE"], &[]);
        let wait = client.request(Method::POST, "/jobs").wait(keys);
        let _results = wait.await.expect(id);
        assert_eq!(fake.requests()[1].uri().path(), format!("/jobs/{path}"));
    }
    for id in ["null", "\"\"", "[]", "{}", "true", "\"..\"", "\".\""] {
        let body = format!(r#"{{"id": {id}, "state": "DONE"}}"#);
        let fake = Fake::new(move |_, _| answer(200, &body));
        let client = builder().transport(fake.clone()).build().expect("settings");
        let keys = JobKeys::new("id", "state", &["DONE"], &[]);
        let outcome = client.request(Method::POST, "/jobs").wait(keys).await;
        outcome.expect_err(id);
        assert_eq!(fake.requests().len(), 1, "{id}");
    }
}
