//! The in-memory stand-in, as a user's tests use it.

use super::support::{GET_CALENDAR, GET_THINGS, POST_THINGS, builder};
use crate::runtime::mock::{Mock, MockResponse};
use crate::runtime::{Call, Client, Credentials, Error, RequestParts, RetryPolicy};
use http::StatusCode;
use serde_json::{Value, json};
use std::error::Error as _;
use std::sync::Arc;

fn client(mock: &Mock) -> Client {
    let builder = builder().transport(Arc::new(mock.clone()));
    builder.build().expect("the settings are right")
}

fn get(client: &Client) -> Call<Value> {
    Call::new(RequestParts::new(client, &GET_THINGS).query("name", &"a b+c"))
}

#[tokio::test]
async fn answers_come_in_order_and_the_last_again() {
    let mock = Mock::new();
    mock.answer(&GET_THINGS, &json!({"page": 1}))
        .answer("getThings", &json!({"page": 2}));
    let client = client(&mock);
    for page in [1, 2, 2] {
        assert_eq!(get(&client).await.expect("an answer")["page"], page);
    }
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
    let error = get(&client(&mock))
        .retry(RetryPolicy::never())
        .await
        .expect_err("no answer");
    assert!(matches!(error, Error::Transport(_)));
    let cause = error.source().expect("a cause").to_string();
    assert_eq!(cause, "the mock has no answer for `getThings`");
    assert_eq!(mock.unused(), ["getThing"]);
    let builder = builder().transport(Arc::new(mock));
    let builder = builder.credentials(Credentials::client_credentials("id", "s3cret"));
    let client = builder.build().expect("the settings are right");
    let error = client.log_in().await.expect_err("a mock is no log-in host");
    let cause = error
        .source()
        .and_then(|it| it.source())
        .expect("a cause of the cause");
    assert_eq!(cause.to_string(), "the mock answers no log-in");
}
