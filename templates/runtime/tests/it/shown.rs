//! What may be shown where (the rule stands in `error`): secrets and personal data are planted wherever
//! there is room for them, and nothing public shows one; and nothing that others wrote reaches a terminal
//! or log as it came.
//!
//! Longer than most files: what plants the secrets and the list of public types are checked against each
//! other.

use super::observe::watched;
use super::support::{Fake, GET_THING, POST_THINGS, builder};
use crate::runtime::mock::{Mock, MockResponse};
use crate::runtime::{
    Call, Client, ClientBuilder, Credentials, Error, JobKeys, JsonCall, Notification, Paging,
    RequestParts, TransportErrorKind,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// All that is planted contains it.
const SECRET: &str = "s3cr3t";

/// Line breaks, an escape sequence, marks of direction, a workflow command.
const ODD: &str = "a\r\n::error::x\u{1b}[31m\u{202e}\u{2028}\u{200b}b\u{0}\u{9b}";

/// What was shown, and of which types.
#[derive(Default)]
struct Shown {
    text: String,
    types: BTreeSet<&'static str>,
}

impl Shown {
    fn debug<T: Debug>(&mut self, value: &T) {
        writeln!(self.text, "{value:?}\n{value:#?}").expect("a text takes all");
        let name = type_name::<T>().split('<').next().unwrap_or_default();
        self.types
            .insert(name.rsplit("::").next().unwrap_or_default());
    }

    fn error(&mut self, error: &Error) {
        self.debug(error);
        match error {
            Error::Input(error) => self.debug(&**error),
            Error::Config(error) => self.debug(&**error),
            Error::Auth(error) => self.debug(error),
            Error::Transport(error) => self.debug(&**error),
            Error::Timeout(error) => self.debug(error),
            Error::Api(error) => {
                self.debug(&**error);
                self.debug(error.said());
                error.said().details.iter().for_each(|it| self.debug(it));
            }
            Error::Decode(error) => self.debug(&**error),
            Error::Paging(error) => self.debug(error),
            Error::Job(error) => self.debug(&**error),
        }
        let mut cause: Option<&dyn StdError> = Some(error);
        while let Some(error) = cause {
            writeln!(self.text, "{error}\n{error:?}").expect("a text takes all");
            cause = error.source();
        }
    }

    #[track_caller]
    fn holds_no_secret(&self) {
        let found = self.text.lines().find(|line| line.contains(SECRET));
        assert_eq!(found, None);
        assert!(!self.text.is_empty());
    }
}

/// Public types that are not planted in, and why.
const NOT_PLANTED_IN: &[(&str, &[&str])] = &[
    (
        "words of ours, and no value of others",
        &[
            "AuthErrorKind",
            "ConfigErrorKind",
            "FeatureIsOff",
            "InputErrorKind",
            "JobErrorKind",
            "Overflow",
            "PagingErrorKind",
            "PagingStyle",
            "Require",
            "TimeoutKind",
            "TransportErrorKind",
            "UnknownValue",
        ],
    ),
    (
        "documented names, numbers and times",
        &[
            "Attempt",
            "Backoff",
            "ErrorLimit",
            "Exchange",
            "Gap",
            "JobKeys",
            "LeastPrivilege",
            "Operation",
            "Paging",
            "PagingError",
            "RejectedTopic",
            "RetryPolicy",
            "Topic",
            "TopicKind",
        ],
    ),
    (
        "a value that its user has and that shows itself",
        &["Extra", "Integer", "Number", "Open", "UnknownOperation"],
    ),
    (
        "parts of what is planted in: ErrorBody, the policy's argument, a job's",
        &["ErrorDetail", "Failure", "JobError", "JobProgress"],
    ),
];

/// An event's `Debug` showed its body, and the mock's what it was told to say.
#[tokio::test]
async fn events_show_no_body() {
    let mut shown = Shown::default();
    events(&mut shown).await;
    shown.holds_no_secret();
}

async fn events(shown: &mut Shown) {
    let mock = Mock::new();
    let service = mock.notifications();
    let client = builder().transport(std::sync::Arc::new(mock));
    let client = client.access_token("s3cr3t-token").build();
    let events = client.expect("the settings are right").events();
    shown.debug(&events);
    let mut stream = events.subscribe(["v2.x"]).await.expect("it works");
    assert_eq!(service.publish("v2.x", &json!({"s3cr3t-key": "s3cr3t"})), 1);
    let item = tokio::time::timeout(Duration::from_secs(20), stream.next()).await;
    let item = item.expect("in time").expect("it goes on");
    shown.debug(&item);
    if let Notification::Event(event) = &item {
        shown.debug(event);
    }
    shown.debug(&stream);
    shown.debug(&service);
    let refused = stream.subscribe([""]).await;
    shown.debug(&refused.expect_err("no topic"));
}

/// Every public type shows itself in one of the scenarios, or stands on the short list: a type that is new
/// fails here until it does.
#[tokio::test]
async fn every_public_type_is_planted_in() {
    let mut shown = Shown::default();
    events(&mut shown).await;
    tokio::time::pause();
    settings_and_clients(&mut shown);
    calls_and_answers(&mut shown).await;
    errors(&mut shown).await;
    log_ins(&mut shown).await;
    spans_and_events(&mut shown).await;
    let excused: BTreeSet<&str> = NOT_PLANTED_IN
        .iter()
        .flat_map(|(_, names)| *names)
        .copied()
        .collect();
    let public = public_types();
    assert!(public.len() > 40, "{public:?}");
    let is_open =
        |name: &&String| !shown.types.contains(name.as_str()) && !excused.contains(name.as_str());
    let open: Vec<&String> = public.iter().filter(is_open).collect();
    assert!(open.is_empty(), "plant secrets in {open:?}");
    let idle: Vec<&&str> = excused
        .iter()
        .filter(|name| !public.contains(**name))
        .collect();
    assert!(idle.is_empty(), "no public types: {idle:?}");
}

/// Structs and enums that the client exports: what `mod.rs` names in a `pub use`, and what its public
/// modules declare. Read from the sources, so that none is forgotten.
fn public_types() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: &Path| fs::read_to_string(path).expect("the sources stand here");
    let root_module = read(&root.join("mod.rs"));
    let exported: BTreeSet<&str> = root_module
        .split("\npub use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next())
        .flat_map(|list| list.split(|it: char| !it.is_alphanumeric()))
        .collect();
    let mut found = BTreeSet::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the sources stand here") {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_public = path.ends_with("http/mock.rs") || path.ends_with("src/permissions.rs");
            for line in read(&path).lines() {
                let rest = line
                    .strip_prefix("pub struct ")
                    .or(line.strip_prefix("pub enum "));
                let name =
                    rest.and_then(|rest| rest.split(|it: char| !it.is_alphanumeric()).next());
                let is_exported = |name: &&str| is_public || exported.contains(name);
                found.extend(name.filter(is_exported).map(str::to_owned));
            }
        }
    }
    found
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
    settings_and_clients(&mut shown);
    shown.holds_no_secret();
}

fn settings_and_clients(shown: &mut Shown) {
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
    let asked =
        builder().authorization_request("id", Some("s3cr3t".into()), "http://localhost/?s3cr3t");
    shown.debug(&asked.expect("the settings are right"));
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
}

#[tokio::test]
async fn calls_and_answers_show_no_secret() {
    let mut shown = Shown::default();
    calls_and_answers(&mut shown).await;
    shown.holds_no_secret();
}

async fn calls_and_answers(shown: &mut Shown) {
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
    shown.debug(&answer.expect("an answer"));
    let request = Call::<Value>::new(parts(&client)).into_request();
    let request = request.expect("a request");
    shown.debug(&request);
    assert!(
        request
            .uri()
            .query()
            .is_some_and(|query| query.contains(SECRET))
    );
    // The plain request is what is sent; but a token in it is marked.
    shown.debug(request.into_http().headers());
    let raw = client.request(Method::GET, "/api/v2/things?q=s3cr3t#s3cr3t");
    shown.debug(&raw);
    shown.error(&raw.await.expect_err("a query is no path"));
    let wait = client.request(Method::POST, "/api/v2/jobs").body(&"s3cr3t");
    let wait = wait
        .header("x", "s3cr3t")
        .wait(JobKeys::new("id", "state", &["DONE"], &[]));
    shown.debug(&wait);
    shown.debug(&wait.into_future());
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
    mock.requests().iter().for_each(|it| shown.debug(it));
    let service = crate::runtime::TowerTransport::new("s3cr3t");
    shown.debug(&service);
}

/// `invalid type: string "alice@…"` stood in the cause.
#[tokio::test]
async fn errors_show_no_secret() {
    let mut shown = Shown::default();
    errors(&mut shown).await;
    shown.holds_no_secret();
}

async fn errors(shown: &mut Shown) {
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
    let client = client(
        404,
        r#"{"message": "no", "s3cr3t-key": "s3cr3t-value", "entityName": "s3cr3t", "messageParams": {"a": "s3cr3t"},
            "details": [{"errorCode": "x", "entityName": "s3cr3t", "entityId": "s3cr3t"}]}"#,
    );
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
    let silent = builder().transport(Fake::slow(|_, _| Box::pin(std::future::pending())));
    let silent = silent.build().expect("the settings are right");
    let call = Call::<()>::new(parts(&silent)).timeout(Duration::from_millis(10));
    shown.error(&call.await.expect_err("no time is left"));
}

#[tokio::test(start_paused = true)]
async fn log_ins_show_no_secret() {
    let mut shown = Shown::default();
    log_ins(&mut shown).await;
    shown.holds_no_secret();
}

async fn log_ins(shown: &mut Shown) {
    for (status, body) in [
        (
            200,
            r#"{"access_token": {"s3cr3t": 1}, "token_type": "bearer"}"#,
        ),
        (200, r#"{"access_token": "s3cr3t", "token_type": "s3cr3t"}"#),
        (
            200,
            r#"{"access_token": "s3cr3t", "token_type": "bearer", "refresh_token": ["s3cr3t"]}"#,
        ),
        (
            200,
            r#"{"access_token": "s3cr3t", "token_type": "bearer", "refresh_token": {"s3cr3t": "s3cr3t"}}"#,
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
}

/// The span at INFO recorded whole URLs.
#[tokio::test(start_paused = true)]
async fn spans_and_events_of_every_level_show_no_secret() {
    let mut shown = Shown::default();
    spans_and_events(&mut shown).await;
    shown.holds_no_secret();
}

async fn spans_and_events(shown: &mut Shown) {
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
    let unknown = crate::runtime::permissions::UnknownOperation(ODD.to_owned());
    is_harmless(&format!("{unknown} {unknown:?}"));
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
