//! The in-memory stand-in, as a user's tests use it.

use super::support::{GET_CALENDAR, GET_THING, GET_THINGS, POST_THINGS, builder};
use crate::runtime::mock::{LOG_IN, Mock, MockResponse};
use crate::runtime::{Call, Client, Credentials, Error, RequestParts, TransportErrorKind};
use http::StatusCode;
use serde_json::{Value, json};
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

fn client(mock: &Mock) -> Client {
    let builder = builder().transport(Arc::new(mock.clone()));
    builder.build().expect("the settings are right")
}

fn get(client: &Client) -> Call<Value> {
    Call::new(RequestParts::new(client, &GET_THINGS).query("name", &"a b+c"))
}

#[tokio::test]
async fn answers_are_given_once_unless_they_repeat() {
    let mock = Mock::new();
    let last = MockResponse::new(StatusCode::OK).json(&json!({"page": 2}));
    mock.answer(&GET_THINGS, &json!({"page": 1}))
        .respond("getThings", last.repeat());
    let client = client(&mock);
    for page in [1, 2, 2] {
        assert_eq!(get(&client).await.expect("an answer")["page"], page);
    }
    assert!(mock.unused().is_empty());
    let mock = Mock::new();
    mock.answer(&GET_THINGS, &json!({})).answer("other", &());
    let client = self::client(&mock);
    get(&client).await.expect("an answer");
    assert_eq!(
        cause_of(get(&client).await),
        "the mock's one answer for `getThings` is used up; expected: `other`"
    );
}

/// Why a call was not answered.
fn cause_of(outcome: Result<Value, Error>) -> String {
    let error = outcome.expect_err("there is no answer");
    assert!(matches!(error, Error::Transport(_)), "{error}");
    error.source().expect("a cause").to_string()
}

#[tokio::test]
async fn log_ins_are_answered_so_that_clients_are_tested_as_they_are() {
    let mock = Mock::new();
    mock.answer(&GET_THINGS, &json!({}));
    let builder = builder().transport(Arc::new(mock.clone()));
    let builder = builder.credentials(Credentials::client_credentials("id", "s3cret"));
    let client = builder.build().expect("the settings are right");
    get(&client).await.expect("an answer");
    let names: Vec<&str> = mock
        .requests()
        .iter()
        .map(crate::runtime::mock::Recorded::operation)
        .collect();
    assert_eq!(names, [LOG_IN, "getThings"]);
    let [sent] = &mock.requests_of("getThings")[..] else {
        panic!("one call was sent")
    };
    assert_eq!(sent.header("authorization"), Some("Bearer mock-token"));
    assert!(!format!("{:?}", mock.requests()).contains("mock-token"));
    // One that is told fails like the host's.
    let mock = Mock::new();
    let refusal = json!({"error": "invalid_client"});
    mock.respond(
        LOG_IN,
        MockResponse::new(StatusCode::BAD_REQUEST).json(&refusal),
    );
    let builder = self::builder().transport(Arc::new(mock));
    let builder = builder.credentials(Credentials::client_credentials("id", "s3cret"));
    let client = builder.build().expect("the settings are right");
    let Err(Error::Auth(error)) = client.log_in().await else {
        panic!("the log-in is refused")
    };
    assert_eq!(error.code(), Some("invalid_client"));
}

#[tokio::test(start_paused = true)]
async fn latency_and_faults_are_played() {
    let mock = Mock::new();
    mock.respond(
        &GET_THINGS,
        MockResponse::fault(TransportErrorKind::Connect),
    )
    .respond(
        &GET_THINGS,
        MockResponse::new(StatusCode::OK)
            .json(&json!({}))
            .delay(Duration::from_secs(7)),
    );
    let client = client(&mock);
    let began = Instant::now();
    get(&client).await.expect("it is sent again");
    assert!(began.elapsed() >= Duration::from_secs(7));
    assert_eq!(mock.requests().len(), 2);
}

#[tokio::test]
async fn what_was_sent_is_told_by_its_parts() {
    let mock = Mock::new();
    mock.answer(&GET_THING, &json!({}));
    let client = client(&mock);
    let parts = RequestParts::new(&client, &GET_THING)
        .path("thingId", &"a/b c")
        .path("partId", &7)
        .query_list("state", ["open,shut", "new"], false);
    Call::<Value>::new(parts).await.expect("an answer");
    let sent = &mock.requests()[0];
    assert_eq!(sent.path("thingId").as_deref(), Some("a/b c"));
    assert_eq!(sent.path("partId").as_deref(), Some("7"));
    assert_eq!(sent.path("things"), None);
    assert_eq!(sent.query_list("state"), ["open,shut", "new"]);
}

#[tokio::test]
async fn requests_are_recorded() {
    let mock = Mock::new();
    mock.answer(&GET_THINGS, &json!({}))
        .answer(&POST_THINGS, &());
    let client = client(&mock);
    get(&client).await.expect("an answer");
    let post = RequestParts::new(&client, &POST_THINGS).body(&json!({"name": "x"}));
    Call::<()>::new(post).await.expect("an answer");
    let [first, second] = &mock.requests()[..] else {
        panic!("two requests were sent")
    };
    assert_eq!(first.operation(), "getThings");
    assert_eq!(first.query("name").as_deref(), Some("a b+c"));
    assert_eq!(first.query("other"), None);
    assert_eq!(second.request().method(), "POST");
    assert_eq!(second.json::<Value>().expect("JSON")["name"], "x");
    second.json::<u8>().expect_err("no number");
}

#[tokio::test]
async fn texts_are_answered_too() {
    let mock = Mock::new();
    mock.respond(
        &GET_CALENDAR,
        MockResponse::new(StatusCode::OK).text("BEGIN:VCALENDAR"),
    )
    .answer(&GET_CALENDAR, "as JSON");
    let client = client(&mock);
    let call = || client.call::<String>(&GET_CALENDAR);
    assert_eq!(call().await.expect("a text"), "BEGIN:VCALENDAR");
    assert_eq!(call().await.expect("a text"), "as JSON");
}

#[tokio::test]
async fn errors_are_answered_too() {
    let mock = Mock::new();
    let refusal = MockResponse::error(StatusCode::NOT_FOUND, "not.found", "No such thing.");
    mock.respond(&GET_THINGS, refusal.header("inin-correlation-id", "c-1"));
    let error = get(&client(&mock)).await.expect_err("not found");
    assert_eq!(
        error.to_string(),
        "getThings: the API answered 404 Not Found (not.found): No such thing. [correlation id c-1]"
    );
}

#[tokio::test]
async fn answers_are_computed_from_requests() {
    let mock = Mock::new();
    let seen = mock.clone();
    mock.respond_with(&GET_THINGS, move |request| {
        let count = seen.requests().len();
        MockResponse::new(StatusCode::OK).json(&json!([request.query("name"), count]))
    });
    assert_eq!(
        get(&client(&mock)).await.expect("an answer"),
        json!(["a b+c", 1])
    );
}

#[tokio::test]
async fn what_has_no_answer_is_named() {
    let mock = Mock::new();
    mock.answer("getThing", &());
    assert_eq!(
        cause_of(get(&client(&mock)).await),
        "the mock has no answer for `getThings` (GET /api/v2/things); expected: `getThing`"
    );
    assert_eq!(mock.unused(), ["getThing"]);
    assert_eq!(mock.requests().len(), 1, "it is not sent again");
}
