//! Calls to a server that behaves, and to some that do not.

use super::support::{
    Fake, GET_CALENDAR, GET_THING, GET_THINGS, POST_THINGS, answer, builder, client,
};
use crate::runtime::{
    Call, Error, Operation, RequestParts, Require, RetryPolicy, TransportErrorKind,
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn server(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/api/v2/things"))
        .and(header("authorization", "Bearer s3cret-token"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

fn call<T>(server: &MockServer) -> Call<T> {
    Call::new(RequestParts::new(&client(&server.uri()), &GET_THINGS))
}

#[tokio::test]
async fn a_value_and_what_came_with_it() {
    let answer = ResponseTemplate::new(201)
        .set_body_json(json!({"name": "ä"}))
        .insert_header("ININ-Correlation-Id", "c-1");
    let server = server(answer).await;
    let value: Value = call(&server).await.expect("an answer");
    assert_eq!(value, json!({"name": "ä"}));
    let response = call::<Value>(&server).send().await.expect("an answer");
    assert_eq!(response.status(), 201);
    assert_eq!(response.correlation_id(), Some("c-1"));
    assert_eq!(response.into_inner()["name"], "ä");
}

#[tokio::test]
async fn void_ignores_what_is_answered() {
    let server = server(ResponseTemplate::new(200).set_body_string("whatever")).await;
    call::<()>(&server).await.expect("an answer");
}

#[tokio::test]
async fn an_api_error_tells_all_it_knows() {
    let answer = ResponseTemplate::new(403)
        .set_body_json(json!({"code": "not.authorized", "message": "No.", "contextId": "c-2"}));
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let parts = RequestParts::new(&client(&server.uri()), &GET_THING);
    let parts = parts.path("thingId", &"a").path("partId", &"b");
    let error = Call::<()>::new(parts).await.expect_err("forbidden");
    assert_eq!(
        error.to_string(),
        "getThing: the API answered 403 Forbidden (not.authorized): No.; \
         needs one of things:thing:view, things:thing:edit [correlation id c-2]"
    );
    let Error::Api(error) = error else {
        panic!("another kind")
    };
    let permissions: &[&str] = &["things:thing:view", "things:thing:edit"];
    assert_eq!(error.permissions(), Some((Require::Any, permissions)));
    assert!(error.body().starts_with(b"{"));
}

#[tokio::test]
async fn no_connection_is_a_transport_error_with_its_cause() {
    let client = client("http://127.0.0.1:1");
    let call = Call::<()>::new(RequestParts::new(&client, &GET_THINGS));
    let error = call.retry(RetryPolicy::never()).await;
    let Err(Error::Transport(error)) = error else {
        panic!("another kind: {error:?}")
    };
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(std::error::Error::source(&*error).is_some());
}

#[tokio::test]
async fn a_garbled_body_is_a_decode_error() {
    let server = server(ResponseTemplate::new(200).set_body_string("<html>")).await;
    let error = call::<Value>(&server).await.expect_err("no JSON");
    let Error::Decode(error) = error else {
        panic!("another kind: {error:?}")
    };
    assert_eq!(error.body(), "<html>");
    assert_eq!(error.json_path(), ".");
}

#[tokio::test]
async fn a_body_of_another_shape_is_told_by_its_json_path() {
    let json = json!([{"a": ["x"]}, {"b": ["x", 2]}]);
    let answer = ResponseTemplate::new(200)
        .set_body_json(json)
        .insert_header("inin-correlation-id", "c-3");
    let server = server(answer).await;
    let error = call::<Vec<BTreeMap<String, Vec<String>>>>(&server)
        .await
        .expect_err("no text");
    assert_eq!(
        error.to_string(),
        "getThings: the API answered 200 OK with a body that is not as documented, at `[1].*[1]`"
    );
    let cause = std::error::Error::source(&error)
        .expect("a cause")
        .to_string();
    assert!(
        cause.contains("a number is not of the documented type"),
        "{cause}"
    );
    let Error::Decode(error) = error else {
        panic!("another kind")
    };
    assert_eq!(error.json_path(), "[1].*[1]");
    assert_eq!(error.correlation_id(), Some("c-3"));
    assert_eq!(error.operation(), "getThings");
    assert_eq!(error.status(), 200);
}

/// What a call returns as text for an answer of that content type.
async fn text(
    operation: &'static Operation,
    content_type: Option<&str>,
    body: impl AsRef<[u8]>,
) -> Result<String, Error> {
    let answer = http::Response::builder().status(200);
    let answer = match content_type {
        Some(value) => answer.header("content-type", value),
        None => answer,
    };
    let body = Bytes::copy_from_slice(body.as_ref());
    let answer = answer.body(body).expect("a status and a field");
    let fake = Fake::new(move |_, _| Ok(answer.clone()));
    let client = builder().transport(fake).build();
    Call::new(RequestParts::new(&client.expect("right"), operation)).await
}

#[tokio::test]
async fn a_text_is_what_its_content_type_says() {
    let json = "\"a\\n\"";
    for (operation, content_type, body, expected) in [
        (&GET_THINGS, Some("application/json"), json, "a\n"),
        (
            &GET_THINGS,
            Some("Application/JSON ; charset=utf-8"),
            json,
            "a\n",
        ),
        (&GET_THINGS, Some("application/problem+json"), json, "a\n"),
        (&GET_CALENDAR, Some("application/json"), json, "a\n"),
        (&GET_THINGS, Some("text/plain"), json, json),
        (
            &GET_CALENDAR,
            Some("text/calendar;charset=UTF-8"),
            "BEGIN:ä",
            "BEGIN:ä",
        ),
        (&GET_THINGS, Some("application/jsonlines"), json, json),
        (&GET_THINGS, Some("text/plain"), "", ""),
        // Where the answer does not say, the docs do.
        (&GET_THINGS, None, json, "a\n"),
        (&GET_CALENDAR, None, json, json),
        // 202 and no more.
        (&GET_THINGS, None, "", ""),
        (&GET_THINGS, Some("application/json"), "", ""),
    ] {
        let found = text(operation, content_type, body).await;
        assert_eq!(found.expect("a text"), expected, "{content_type:?}");
    }
}

#[tokio::test]
async fn a_text_that_is_not_what_its_content_type_says_is_a_decode_error() {
    for (content_type, body) in [
        ("application/json", &b"BEGIN:VCALENDAR"[..]),
        ("application/json", b"{}"),
        ("text/plain", b"\xff"),
    ] {
        let error = text(&GET_CALENDAR, Some(content_type), body).await;
        let Err(Error::Decode(error)) = error else {
            panic!("{content_type}: {error:?}")
        };
        assert_eq!(error.json_path(), ".");
        assert_eq!(error.body(), body);
        assert!(std::error::Error::source(&*error).is_some());
    }
}

/// Other types are JSON, whatever an answer calls itself: a gateway may call it anything.
#[tokio::test]
async fn what_is_no_text_is_json() {
    let json = json!({"name": "a"});
    let answer = ResponseTemplate::new(200).set_body_raw(json.to_string(), "text/html");
    let server = server(answer).await;
    assert_eq!(call::<Value>(&server).await.expect("JSON"), json);
}

#[tokio::test]
async fn missing_permissions_come_from_the_body_else_from_the_docs() {
    for (body, missing) in [
        ("{}", ["things:thing:view", "things:thing:edit"].as_slice()),
        (
            r#"{"message": "Missing.", "messageParams": {"permissions": "[a:b:add, a:b:view]"}}"#,
            &["a:b:add", "a:b:view"],
        ),
        (r#"{"message": "You lack a:b:add."}"#, &["a:b:add"]),
    ] {
        let fake = Fake::new(move |_, _| answer(403, body));
        let client = builder().transport(fake).access_token("t").build();
        let parts = RequestParts::new(&client.expect("the settings are right"), &GET_THING);
        let parts = parts.path("thingId", &"a").path("partId", &"b");
        let Err(Error::Api(error)) = Call::<()>::new(parts).await else {
            panic!("it is forbidden")
        };
        assert_eq!(error.missing_permissions(), missing, "{body}");
    }
    // Where neither names any, there is nothing to show.
    let fake = Fake::new(|before, _| answer(if before == 0 { 403 } else { 404 }, "{}"));
    let client = builder().transport(fake).access_token("t").build();
    let client = client.expect("the settings are right");
    for _ in 0..2 {
        let call = Call::<()>::new(RequestParts::new(&client, &POST_THINGS));
        let Err(Error::Api(error)) = call.await else {
            panic!("it is refused")
        };
        assert_eq!(error.permissions(), None);
        assert!(error.missing_permissions().is_empty());
    }
}
