//! What may be shown where (the rule stands in `error`): secrets and personal data are planted wherever
//! there is room for them, and nothing public shows one; and nothing that others wrote reaches a terminal
//! or log as it came.

use super::observe::watched;
use super::support::{Fake, GET_THING, POST_THINGS, builder};
use crate::runtime::mock::{Mock, MockResponse};
use crate::runtime::{
    Call, Client, ClientBuilder, Credentials, Error, JsonCall, Paging, RequestParts,
    TransportErrorKind,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};
use std::time::Duration;

/// All that is planted contains it.
const SECRET: &str = "s3cr3t";

/// Line breaks, an escape sequence, marks of direction, a workflow command.
const ODD: &str = "a\r\n::error::x\u{1b}[31m\u{202e}\u{2028}\u{200b}b\u{0}\u{9b}";

#[derive(Default)]
struct Shown(String);

impl Shown {
    fn debug(&mut self, value: &dyn Debug) {
        writeln!(self.0, "{value:?}\n{value:#?}").expect("a text takes all");
    }

    fn error(&mut self, error: &Error) {
        self.debug(error);
        let mut cause: Option<&dyn StdError> = Some(error);
        while let Some(error) = cause {
            writeln!(self.0, "{error}\n{error:?}").expect("a text takes all");
            cause = error.source();
        }
    }

    #[track_caller]
    fn holds_no_secret(&self) {
        let found = self.0.lines().find(|line| line.contains(SECRET));
        assert_eq!(found, None);
        assert!(!self.0.is_empty());
    }
}

/// A client of a server that answers so, with secrets in the header fields.
fn client(status: u16, body: &'static str) -> Client {
    let fake = Fake::new(move |_, _| {
        let answer = http::Response::builder()
            .status(status)
            .header("x-answer", "s3cr3t-answer")
            .header("set-cookie", "s3cr3t-cookie");
        Ok(answer.body(body.into()).expect("an answer"))
    });
    let builder = builder().transport(fake).access_token("s3cr3t-token");
    let builder = builder.default_header("x-key", "s3cr3t-default");
    builder.build().expect("the settings are right")
}

fn parts(client: &Client) -> RequestParts {
    let body = json!({"s3cr3t-key": "s3cr3t-body"});
    let parts = RequestParts::new(client, &POST_THINGS).query("q", &"s3cr3t-query");
    let mut parts = parts.body(&body);
    parts.set_header("authorization", "Bearer s3cr3t-caller");
    parts.set_header("x-personal", "s3cr3t-header");
    parts
}

#[test]
fn settings_and_clients_show_no_secret() {
    let mut shown = Shown::default();
    let code =
        Credentials::authorization_code("id", Some("s3cr3t-c".into()), "x:", "s3cr3t", "s3cr3t");
    for credentials in [
        Credentials::access_token("s3cr3t-token"),
        Credentials::client_credentials("id", "s3cr3t-client"),
        Credentials::refresh_token("id", Some("s3cr3t".into()), "s3cr3t-refresh"),
        code,
    ] {
        shown.debug(&credentials);
        let builder = builder()
            .default_header("x-key", "s3cr3t-default")
            .default_header("authorization", "Basic s3cr3t")
            .credentials(credentials)
            .proxy("http://user:s3cr3t@proxy:1");
        shown.debug(&builder);
        shown.debug(&builder.build().expect("the settings are right"));
    }
    // What is wrong may be a secret as well.
    let wrong: [fn(ClientBuilder) -> ClientBuilder; 7] = [
        |it| it.base_url("https://user:s3cr3t@ho st"),
        |it| it.base_url("https://user:s3cr3t@host"),
        |it| it.base_url("s3cr3t"),
        |it| it.login_url("https://host/?s3cr3t"),
        |it| it.proxy("http://user:s3cr3t@"),
        |it| it.default_header("x", "s3cr3t\n"),
        |it| it.access_token("s3cr3t \u{e9}"),
    ];
    for set in wrong {
        let builder = set(builder());
        shown.debug(&builder);
        shown.error(&builder.build().expect_err("it is wrong"));
    }
    shown.holds_no_secret();
}

#[tokio::test]
async fn calls_and_answers_show_no_secret() {
    let mut shown = Shown::default();
    let client = client(
        200,
        r#"{"s3cr3t-key": "s3cr3t-value", "entities": ["s3cr3t"]}"#,
    );
    let paging = Paging::cursor("q", "next", "entities");
    shown.debug(&parts(&client));
    shown.debug(&Call::<Value>::new(parts(&client)));
    shown.debug(&Call::<Value>::new(parts(&client)).send());
    let raw = client.request(Method::GET, "/api/v2/things");
    shown.debug(&raw.header("authorization", "s3cr3t"));
    shown.debug(&JsonCall::<Value>::new(parts(&client)));
    let pages = JsonCall::<Value>::new(parts(&client)).pages(paging);
    shown.debug(&pages);
    shown.debug(&pages.items(|page| vec![page]));
    let answer = Call::<Value>::new(parts(&client)).send().await;
    shown.debug(&answer);
    // The plain request is what is sent; but a token in it is marked.
    let request = Call::<Value>::new(parts(&client)).into_request();
    let request = request.expect("a request");
    shown.debug(request.headers());
    let mock = Mock::new();
    let response = MockResponse::new(StatusCode::OK).json(&"s3cr3t");
    shown.debug(&response);
    mock.respond("postThings", response);
    let mocked = builder().transport(std::sync::Arc::new(mock.clone()));
    let mocked = mocked.build().expect("the settings are right");
    Call::<Value>::new(parts(&mocked)).await.expect("an answer");
    shown.error(
        &Call::<Value>::new(parts(&mocked))
            .await
            .expect_err("used up"),
    );
    shown.debug(&mock);
    shown.debug(&mock.requests());
    shown.holds_no_secret();
}

/// `invalid type: string "alice@…"` stood in the cause.
#[tokio::test]
async fn errors_show_no_secret() {
    let mut shown = Shown::default();
    let bodies = [
        r#""s3cr3t""#,
        r#"{"s3cr3t-key": {"s3cr3t": "s3cr3t-value"}}"#,
        r#"["s3cr3t"]"#,
        "s3cr3t",
        r#"{"s3cr3t"#,
    ];
    for body in bodies {
        let client = client(200, body);
        let typed = Call::<BTreeMap<String, i64>>::new(parts(&client)).await;
        let typed = typed.map(|map| assert!(map.is_empty(), "{body}"));
        typed.err().iter().for_each(|error| shown.error(error));
        let json = JsonCall::<BTreeMap<String, u8>>::new(parts(&client)).await;
        shown.error(&json.expect_err("another type"));
        let list = Call::<Vec<Vec<i64>>>::new(parts(&client)).await;
        list.err().iter().for_each(|error| shown.error(error));
    }
    // The body of an error is not shown but for what the vendor says of it.
    let client = client(404, r#"{"message": "no", "s3cr3t-key": "s3cr3t-value"}"#);
    shown.error(&Call::<()>::new(parts(&client)).await.expect_err("404"));
    let mut refused = parts(&client);
    refused.set_header("x", "s3cr3t\n");
    shown.error(&Call::<()>::new(refused).await.expect_err("refused"));
    for path in ["../s3cr3t", "s3cr3t/\u{0}", ""] {
        let refused = RequestParts::new(&client, &GET_THING).path("thingId", &path);
        let refused = Call::<()>::new(refused).await;
        shown.error(&refused.expect_err("a part is missing"));
    }
    // Nothing listens there, and the URL has the query.
    let nowhere = builder()
        .base_url("http://127.0.0.1:1")
        .retry(crate::runtime::RetryPolicy::never());
    let nowhere = nowhere.build().expect("the settings are right");
    shown.error(&Call::<()>::new(parts(&nowhere)).await.expect_err("nothing"));
    shown.holds_no_secret();
}

#[tokio::test(start_paused = true)]
async fn log_ins_show_no_secret() {
    let mut shown = Shown::default();
    for (status, body) in [
        (
            200,
            r#"{"access_token": {"s3cr3t": 1}, "token_type": "bearer"}"#,
        ),
        (200, r#"{"access_token": "s3cr3t", "token_type": "s3cr3t"}"#),
        (
            200,
            r#"{"access_token": "s3cr3t", "token_type": "bearer", "expires_in": "s3cr3t"}"#,
        ),
        (
            200,
            r#"{"access_token": "s3cr3t", "token_type": "bearer", "expires_in": -1}"#,
        ),
        (
            200,
            r#"{"access_token": "s3cr3t \u0000", "token_type": "bearer"}"#,
        ),
        (200, "s3cr3t"),
        (400, "s3cr3t"),
    ] {
        let fake = Fake::new(move |_, _| super::support::answer(status, body));
        let client = builder()
            .transport(fake)
            .client_credentials("id", "s3cr3t-client");
        let client = client.build().expect("the settings are right");
        let (outcome, seen) = watched(client.log_in()).await;
        shown.error(&outcome.expect_err(body));
        shown.debug(&seen);
        shown.debug(&client);
    }
    shown.holds_no_secret();
}

/// The span at INFO recorded whole URLs.
#[tokio::test(start_paused = true)]
async fn spans_and_events_of_every_level_show_no_secret() {
    let mut shown = Shown::default();
    let fake = Fake::new(|before, request| match before {
        0 if request.uri().path() == "/oauth/token" => super::support::answer(
            200,
            r#"{"access_token": "s3cr3t-token", "token_type": "bearer"}"#,
        ),
        1 => super::support::answer_with(503, "x-answer", "s3cr3t"),
        2 => super::support::answer_with(429, "retry-after", "1"),
        3 => super::support::answer(401, r#"{"s3cr3t": "s3cr3t"}"#),
        4 => super::support::broken(TransportErrorKind::Connect),
        _ => super::support::answer(200, r#"{"s3cr3t-key": "s3cr3t-value"}"#),
    });
    let builder = builder()
        .transport(fake.clone())
        .client_credentials("id", "s3cr3t-client");
    let builder = builder.default_header("x-key", "s3cr3t-default");
    let client = builder.build().expect("the settings are right");
    let get = RequestParts::new(&client, &super::support::GET_THINGS).query("q", &"s3cr3t-query");
    let call = Call::<BTreeMap<String, i64>>::new(get).timeout(Duration::from_secs(600));
    let (outcome, seen) = watched(call).await;
    assert!(fake.requests().len() > 3);
    assert!(seen.len() > 8, "{}", seen.len());
    shown.debug(&seen);
    outcome.err().iter().for_each(|error| shown.error(error));
    shown.holds_no_secret();
}

#[track_caller]
fn is_harmless(text: &str) {
    let odd = |it: char| it.is_control() || "\u{202e}\u{2028}\u{200b}".contains(it);
    assert!(!text.contains(odd), "{text:?}");
}

/// Answers, arguments and paths of an answer, in every public error type.
#[tokio::test(start_paused = true)]
async fn what_others_wrote_is_escaped_in_every_error() {
    let mut errors: Vec<Error> = Vec::new();
    let said = json!({"code": ODD, "message": ODD, "contextId": ODD, "messageWithParams": ODD});
    let refusal = json!({"error": ODD, "error_description": ODD}).to_string();
    let answered = said.to_string();
    let fake = Fake::new(move |_, request| match request.uri().path() {
        "/oauth/token" => super::support::answer(400, &refusal),
        _ => super::support::answer(404, &answered),
    });
    let client = builder().transport(fake.clone()).build().expect("settings");
    errors.push(Call::<()>::new(parts(&client)).await.expect_err("404"));
    let by_secret = builder()
        .transport(fake)
        .client_credentials("id", "s")
        .build();
    errors.push(
        by_secret
            .expect("settings")
            .log_in()
            .await
            .expect_err("400"),
    );
    let mut refused = parts(&client);
    refused.set_header(ODD, "x");
    errors.push(Call::<()>::new(refused).await.expect_err("refused"));
    errors.push(builder().region_name(ODD).build().expect_err("no region"));
    errors.push(
        builder()
            .default_header(ODD, "x")
            .build()
            .expect_err("no name"),
    );
    let listed = json!({ODD: {ODD: "x"}, "entities": [{ODD: "x"}]}).to_string();
    let fake = Fake::new(move |_, _| super::support::answer(200, &listed));
    let client = builder().transport(fake).build().expect("settings");
    let decoded = JsonCall::<BTreeMap<String, u8>>::new(parts(&client)).await;
    errors.push(decoded.expect_err("another type"));
    errors.push(
        crate::runtime::JobError {
            operation: "postThings",
            kind: crate::runtime::JobErrorKind::Failed,
            job_id: ODD.to_owned(),
            state: ODD.to_owned(),
            reason: Some(ODD.to_owned()),
        }
        .into(),
    );
    errors.push(
        crate::runtime::PagingError {
            operation: ODD,
            page: 1,
            kind: crate::runtime::PagingErrorKind::SeenBefore,
        }
        .into(),
    );
    for error in &errors {
        is_harmless(&format!("{error:?}"));
        let mut cause: Option<&dyn StdError> = Some(error);
        while let Some(error) = cause {
            is_harmless(&error.to_string());
            cause = error.source();
        }
    }
}
